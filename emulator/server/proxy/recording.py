"""One real exchange: validated, recorded, written into the journal."""

from dataclasses import dataclass, field
from datetime import datetime

from emulator.errors import SettingsError
from emulator.fixtures.cassettes.session import Session, Unredacted
from emulator.http.encode import dump
from emulator.http.forwarding import to_keep
from emulator.http.messages import AnyResponse, Request, Response, Violation
from emulator.http.problems import MEDIA_TYPE, problem
from emulator.mock.outcome import Outcome, Trace
from emulator.server.dispatcher import Dispatcher
from emulator.server.journal.journal import Entry
from emulator.server.proxy.answer_reader import AnswerReader
from emulator.server.proxy.judge import JudgedRequest, judge_answer, judge_request
from emulator.server.proxy.upstream import UpstreamError
from emulator.server.send import field_value, trace_headers

#: The problem the client gets if the upstream sends nothing that can be passed on.
_REFUSALS = {"": "upstream-unreachable", "timeout": "upstream-timeout"}


@dataclass(slots=True)
class Recording:
    """One exchange in its scope; `recorded` is the file, or why there is none, once it is over."""

    dispatcher: Dispatcher
    session: Session
    scope: str
    sent: Request
    begun: datetime = field(init=False)
    judged: JudgedRequest = field(init=False)
    outcome: Outcome = field(init=False)
    recorded: str = ""
    taken_back: tuple[str, ...] = ()
    _entry: Entry | None = None

    def __post_init__(self) -> None:
        self.begun = self.now()
        self.judged = judge_request(self.dispatcher.site, self.sent)
        self.outcome = Outcome(Response(0), self._trace())

    def now(self) -> datetime:
        """The time in the scope."""
        return self.dispatcher.clocks.now(self.scope)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The header fields that describe it, as far as it is known."""
        field = [(b"emulator-recorded", field_value(self.recorded))] if self.recorded else []
        return [*trace_headers(self.outcome), *field]

    def begins(self, content: AnswerReader) -> None:
        """The head of a response has arrived, whose body is passed on as it comes."""
        answer = content.answer()
        self._remember(answer, self._trace(breaches=judge_answer(self.judged, answer)))

    def refused(self, error: UpstreamError) -> Response:
        """No response arrived; returns what the client gets instead."""
        name = _REFUSALS.get(error.failure, "upstream-failed")
        refusal = problem(name, error.message)
        status = refusal.type.status
        answer = Response(status, (("content-type", MEDIA_TYPE),), dump(refusal.as_json(status)))
        if error.failure:
            self._keep(self._exchange(None, error))
        else:
            self.recorded = f"no: {error.message}"
        self._remember(answer, self._trace(problem_name=name))
        return answer

    def over(self, content: AnswerReader, error: UpstreamError | None) -> None:
        """The response has ended, complete or not."""
        answer = content.answer()
        breaches: tuple[Violation, ...] = ()
        if error is None and not content.unreadable:
            breaches = judge_answer(self.judged, answer)
        if content.unreadable:
            self.recorded = f"no: {content.unreadable}"
            self.session.refused += 1
        else:
            self._keep(self._exchange(answer, error, breaches, content.length))
        self._remember(answer, self._trace(breaches=breaches))

    def _keep(self, exchange: Unredacted) -> None:
        judged, session = self.judged, self.session
        try:
            kept = session.keep(exchange, lambda each: not judge_answer(judged, each))
        except SettingsError as error:
            self.recorded = f"no: {error.message}"
            return
        folder = session.cassette.folder
        self.taken_back = tuple(str(tape.file.relative_to(folder)) for tape in kept.taken_back)
        if kept.tape is not None:
            self.recorded = str(kept.tape.file.relative_to(folder))
        else:
            self.recorded = f"no: {kept.refusal}"

    def _exchange(
        self,
        answer: AnyResponse | None,
        error: UpstreamError | None,
        breaches: tuple[Violation, ...] = (),
        length: int | None = None,
    ) -> Unredacted:
        judged, sent = self.judged, self.sent
        headers, took = to_keep(sent.headers), self.now() - self.begun
        return Unredacted(
            request=Request(sent.method, sent.path, sent.query, headers, sent.body),
            answer=answer,
            at=self.begun,
            operation=judged.operation,
            template=judged.template,
            shown=judged.shown,
            credentials=judged.credentials,
            failure=error.failure if error else "",
            length=length if error else None,
            took_ms=max(round(took.total_seconds() * 1000), 0),
            violations=(*judged.violations, *breaches),
        )

    def _trace(self, breaches: tuple[Violation, ...] = (), problem_name: str = "") -> Trace:
        return Trace(
            api=self.session.api.name,
            operation=self.judged.operation,
            rule="upstream",
            source="recorded",
            problem=problem_name,
            violations=self.judged.violations,
            breaches=breaches,
        )

    def _remember(self, answer: AnyResponse, trace: Trace) -> None:
        """Add the exchange to the journal, or amend its entry."""
        self.outcome = Outcome(answer, trace)
        journal = self.dispatcher.journal
        if self._entry is None:
            self._entry = journal.add(self.scope, self.sent, self.outcome, self.begun)
        else:
            self._entry = journal.amend(self._entry, self.outcome)
