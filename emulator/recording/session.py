"""One session of recording: exchanges are kept without their secrets, or not at all.

What one exchange shows to be a secret is looked for in all of them: in those to come before they
are written, and in those that stand in the cassette, which are taken back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from emulator.errors import FixtureError
from emulator.messages import EventStream, Json, Request, Response, Violation
from emulator.recording.cassette import Cassette, Tape, save
from emulator.recording.files import read_exchange, write_exchange
from emulator.recording.leaks import Views, find_known, find_leak, forms, views_of
from emulator.recording.match import key_of
from emulator.recording.modes import Mode, forwards
from emulator.recording.recorded import Failure, Origin, Recorded
from emulator.recording.redact import Mask, Redaction, in_shape, plainly
from emulator.recording.replay import below_base
from emulator.recording.secrets import Secrets, compile_secrets
from emulator.spec.model import Api

Answer = Response | EventStream


@dataclass(frozen=True, slots=True)
class Exchange:
    """What happened, secrets and all: never to be written.

    `template` is the operation's path as documented, `credentials` what the request showed for
    the security schemes `shown`. Of an answer that was cut short `length` is what it should be.
    """

    request: Request
    answer: Answer | None
    at: datetime
    operation: str = ""
    template: str = ""
    shown: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    failure: Failure = ""
    length: int | None = None
    took_ms: int = 0
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """An exchange that was written, or why it was not."""

    tape: Tape | None = None
    refusal: str = ""
    taken_back: tuple[Tape, ...] = ()


@dataclass(slots=True)
class Session:
    """Writes exchanges with one API into a cassette, as the mode says."""

    cassette: Cassette
    api: Api
    origin: Origin
    mode: Mode = "once"
    kept: int = 0
    refused: int = 0
    tapes: list[Tape] = field(default_factory=list)
    _secrets: Secrets = field(init=False)
    _known: dict[str, None] = field(default_factory=dict)
    _empty: bool = field(init=False)
    _older: dict[str, list[Tape]] = field(default_factory=dict)
    _views: dict[Path, Views] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._secrets = compile_secrets(self.cassette.redact, self.api)
        self.tapes = list(self.cassette.of(self.api.name))
        self._empty = not self.tapes
        for tape in self.tapes:
            self._older.setdefault(self._key(tape.recorded.request), []).append(tape)

    def forwards(self, request: Request) -> bool:
        """Whether a request goes to the upstream."""
        recorded = self._key(below_base(self.api, request)) in self._older
        return forwards(self.mode, empty=self._empty, recorded=recorded)

    def keep(self, exchange: Exchange, valid: Callable[[Answer], bool]) -> Kept:
        """Write an exchange, unless a secret is left in it.

        `valid` judges an answer: taking secrets out must not break one that keeps the document.
        """
        recorded, taken = self._redacted(exchange, valid)
        fresh = [form for secret in taken for form in forms(secret) if form not in self._known]
        self._known |= dict.fromkeys(fresh)
        back = tuple(self._take_back(fresh))
        raw = write_exchange(recorded)
        refusal = self._refusal(raw)
        if refusal:
            self.refused += 1
            return Kept(refusal=refusal, taken_back=back)
        if self.mode == "all":
            for tape in self._older.pop(self._key(recorded.request), ()):
                self._remove(tape)
        tape = save(self.cassette.folder, recorded)
        self.tapes.append(tape)
        self._views[tape.file] = views_of(raw)
        self.kept += 1
        return Kept(tape, taken_back=back)

    def _refusal(self, raw: Json) -> str:
        """Why an exchange can't be written, empty if it can."""
        leak = find_leak(views_of(raw), self._known)
        if leak is not None:
            return str(leak)
        try:
            read_exchange(self.api.name, raw, "the exchange")
        except FixtureError as error:
            return f"{error.pointer} {error.message}"
        return ""

    def _redacted(
        self, exchange: Exchange, valid: Callable[[Answer], bool]
    ) -> tuple[Recorded, Iterable[str]]:
        redaction = Redaction(self._secrets)
        answer, taken = self._answer(exchange, valid)
        recorded = Recorded(
            api=self.api.name,
            number=max((tape.recorded.number for tape in self.tapes), default=0) + 1,
            request=self._request(exchange, redaction),
            credentials=exchange.shown,
            answer=answer,
            at=exchange.at,
            origin=self.origin,
            operation=exchange.operation,
            failure=exchange.failure,
            length=exchange.length,
            took_ms=exchange.took_ms,
            violations=exchange.violations,
        )
        return recorded, (*redaction.taken, *taken, *exchange.credentials)

    def _request(self, exchange: Exchange, redaction: Redaction) -> Request:
        request = below_base(self.api, exchange.request)
        return Request(
            method=request.method,
            path=redaction.path(request.path, exchange.template),
            query=redaction.query(request.query),
            headers=redaction.headers(request.headers),
            body=redaction.body(request.body, request.header("content-type") or ""),
        )

    def _answer(
        self, exchange: Exchange, valid: Callable[[Answer], bool]
    ) -> tuple[Answer | None, list[str]]:
        """The answer, its secrets told plainly, or in their shape where a schema asks for that."""
        answer = exchange.answer
        if answer is None:
            return None, []
        made = [self._masked(answer, mask) for mask in (plainly, in_shape)]
        good = valid(answer)
        return next((each for each in made if good and valid(each[0])), made[0])

    def _masked(self, answer: Answer, mask: Mask) -> tuple[Answer, list[str]]:
        redaction = Redaction(self._secrets, mask)
        headers = Redaction(self._secrets, taken=redaction.taken).headers(answer.headers)
        if isinstance(answer, EventStream):
            events = tuple(redaction.event(event) for event in answer.events)
            return replace(answer, headers=headers, events=events), redaction.taken
        content_type = dict(answer.headers).get("content-type", "")
        body = redaction.body(answer.body, content_type)
        return replace(answer, headers=headers, body=body), redaction.taken

    def _take_back(self, fresh: Iterable[str]) -> Iterator[Tape]:
        """The exchanges in the cassette that hold what has now shown to be a secret."""
        news = list(fresh)
        for tape in list(self.tapes) if news else ():
            views = self._views.get(tape.file)
            if views is None:
                views = self._views[tape.file] = views_of(write_exchange(tape.recorded))
            if find_known(views, news) is not None:
                self._remove(tape)
                self.refused += 1
                yield tape

    def _remove(self, tape: Tape) -> None:
        self.tapes.remove(tape)
        self._views.pop(tape.file, None)
        tape.file.unlink(missing_ok=True)

    def _key(self, request: Request) -> str:
        return key_of(self.cassette.rules, request, self._secrets)
