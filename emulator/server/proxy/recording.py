"""One real exchange: validated, recorded, written into the journal."""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from emulator.errors import SettingsError
from emulator.fixtures.cassettes.session import Session, Unredacted
from emulator.http.encode import dump
from emulator.http.forwarding import to_keep
from emulator.http.messages import AnyResponse, EventStream, Request, Response, Violation
from emulator.http.problems import MEDIA_TYPE, Problem, problem
from emulator.mock.exchange import Endpoint
from emulator.mock.outcome import Outcome, Trace
from emulator.mock.site import Site
from emulator.openapi.routing.router import Match
from emulator.openapi.security.check import ANYONE, credential_values, credentials_shown
from emulator.openapi.validate.request import validate_request
from emulator.openapi.validate.response import validate_response
from emulator.server.dispatcher import Dispatcher
from emulator.server.journal.journal import Entry
from emulator.server.proxy.upstream import UpstreamError, UpstreamResponse
from emulator.server.whole import field_value, trace_headers

#: The problem the client gets if the upstream sends nothing that can be passed on.
_REFUSALS = {"": "upstream-unreachable", "timeout": "upstream-timeout"}


@dataclass(frozen=True, slots=True)
class JudgedRequest:
    """A request's operation, if it has one, and its violations.

    `shown` are the security schemes it has credentials for, `credentials` their values.
    """

    endpoint: Endpoint | None
    violations: tuple[Violation, ...] = ()
    shown: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        """The operation's id, empty if there is none."""
        return self.endpoint.operation.id if self.endpoint else ""

    @property
    def template(self) -> str:
        """The operation's path as documented."""
        return self.endpoint.operation.path if self.endpoint else ""


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
        self.judged = _judge_request(self.dispatcher.site, self.sent)
        self.outcome = self._outcome(Response(0))

    def now(self) -> datetime:
        """The time in the scope."""
        return self.dispatcher.clocks.now(self.scope)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The header fields that describe it, as far as it is known."""
        field = [(b"emulator-recorded", field_value(self.recorded))] if self.recorded else []
        return [*trace_headers(self.outcome), *field]

    def begins(self, response: UpstreamResponse) -> None:
        """The head of a response has arrived, whose body is passed on as it comes."""
        answer = response.answer()
        self._remember(answer, _judge_answer(self.judged, answer))

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
        self._remember(answer, problem=name)
        return answer

    def over(self, response: UpstreamResponse, error: UpstreamError | None) -> None:
        """The response has ended, complete or not."""
        answer = response.answer()
        complete = error is None and not response.unreadable
        breaches = _judge_answer(self.judged, answer) if complete else ()
        if response.unreadable:
            self.recorded = f"no: {response.unreadable}"
            self.session.refused += 1
        else:
            self._keep(self._exchange(answer, error, breaches, response.length))
        self._remember(answer, breaches)

    def _keep(self, exchange: Unredacted) -> None:
        judged, session = self.judged, self.session
        try:
            kept = session.keep(exchange, lambda each: not _judge_answer(judged, each))
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

    def _outcome(
        self, answer: AnyResponse, breaches: tuple[Violation, ...] = (), problem: str = ""
    ) -> Outcome:
        trace = Trace(
            api=self.session.api.name,
            operation=self.judged.operation,
            rule="upstream",
            source="recorded",
            problem=problem,
            violations=self.judged.violations,
            breaches=breaches,
        )
        return Outcome(answer, trace)

    def _remember(
        self, answer: AnyResponse, breaches: tuple[Violation, ...] = (), problem: str = ""
    ) -> None:
        """Add the exchange to the journal, or amend its entry."""
        self.outcome = self._outcome(answer, breaches, problem)
        journal = self.dispatcher.journal
        if self._entry is None:
            self._entry = journal.add(self.scope, self.sent, self.outcome, self.begun)
        else:
            self._entry = journal.amend(self._entry, self.outcome)


def _judge_request(site: Site, request: Request) -> JudgedRequest:
    """The operation of a request, and its violations except those of security."""
    found = site.find(request.method, request.path)
    if not isinstance(found, Match):
        what = "path" if found is None else "method"
        message = f"no operation has the {what} {request.method} {request.path}"
        return JudgedRequest(None, (Violation("path", "", what, message),))
    endpoint = found.target
    valid = validate_request(endpoint.admission.plan, request, found.path, ANYONE)
    return JudgedRequest(
        endpoint,
        valid.violations if isinstance(valid, Problem) else (),
        credentials_shown(endpoint.admission.guard, request),
        credential_values(endpoint.admission.guard, request),
    )


def _judge_answer(judged: JudgedRequest, answer: AnyResponse) -> tuple[Violation, ...]:
    """The violations of a response."""
    if judged.endpoint is None:
        return ()
    api, operation = judged.endpoint.service.api, judged.endpoint.operation
    found = validate_response(api, operation, answer)
    if found or not isinstance(answer, EventStream):
        return found
    described = operation.response_for(answer.status)
    media_type = next((m for m in described.content if m.item_key), None) if described else None
    if media_type is None or media_type.item_key is None:
        return ()
    # OpenAPI 3.2's itemSchema.
    return tuple(
        replace(each, pointer=f"/{number}{each.pointer}")
        for number, event in enumerate(answer.events)
        if event.is_dispatched
        for each in api.responses.violations(media_type.item_key, event.as_json(), "body")
    )
