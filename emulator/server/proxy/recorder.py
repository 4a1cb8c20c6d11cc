"""The recording proxy as an ASGI application: forwards, or replays from the cassette."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from starlette.types import Receive, Scope, Send

from emulator.errors import SettingsError
from emulator.fixtures.cassettes.cassette import RULES_FILE, load_cassette, save_rules
from emulator.fixtures.cassettes.match import compile_secrets
from emulator.fixtures.cassettes.recorded import Origin
from emulator.fixtures.cassettes.replay import compile_replay
from emulator.fixtures.cassettes.session import Mode, Session
from emulator.http.codings import decoded
from emulator.http.messages import Request, Violation
from emulator.mock.outcome import Trace
from emulator.openapi.document.model import Api
from emulator.server.connection import connection_of
from emulator.server.dispatcher import Dispatcher
from emulator.server.play import Stage, play
from emulator.server.proxy.forwarding import Forwarding
from emulator.server.proxy.recording import Recording
from emulator.server.proxy.upstream import Upstream
from emulator.server.receive import receive_request, scope_of
from emulator.server.send import hanging_up_when_stopped

#: Prints about every exchange with the upstream, a line or several.
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What is recorded, and where; `redact` are further secrets."""

    upstream: str
    folder: Path
    mode: Mode = "once"
    redact: tuple[str, ...] = ()
    timeout_s: float = 30
    ca_file: Path | None = None


@dataclass(slots=True)
class Recorder:
    """Stands before the dispatcher, which replays from the cassette what is not forwarded.

    `violations` counts the exchanges that violated the document.
    """

    dispatcher: Dispatcher
    upstream: Upstream
    session: Session
    say: Say
    violations: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one HTTP request."""
        limit = self.dispatcher.body_limit_bytes
        sent = await receive_request(scope, receive, limit)
        if sent is None:
            return
        request = decoded(sent, limit)
        name = scope_of(scope, request.header("emulator-scope"))
        if name is None or request.oversize is not None or not self.session.forwards(request):
            await self.dispatcher.answer(request, scope, receive, send)
            return
        recording = Recording(self.dispatcher, self.session, name, request)
        forwarding = Forwarding(self.upstream, self._path(request), sent, recording, limit)
        sleep = partial(self.dispatcher.clocks.sleep, name)
        stage = Stage(receive, send, sleep, connection_of(scope))
        with hanging_up_when_stopped(scope):
            await play(forwarding.steps(), stage)
        self._print(recording)

    def _path(self, request: Request) -> str:
        """The path below the upstream's, without the document's base path."""
        path, base = request.path, self.upstream.path
        prefixes = (base, *self.session.api.all_prefixes) if base else ()
        found = (prefix for prefix in prefixes if prefix and path.startswith(f"{prefix}/"))
        return path.removeprefix(next(found, ""))

    def _print(self, recording: Recording) -> None:
        """Print what happened, without values: they may be secret."""
        trace, sent = recording.outcome.trace, recording.sent
        status = recording.outcome.response.status or "-"
        recorded = recording.recorded or "no: the client left"
        self.say(f"{sent.method} {trace.operation or '?'} {status}  recorded: {recorded}")
        for place in recording.taken_back:
            self.say(f"  taken back: {place} holds a credential that was seen later")
        found = _places(trace)
        if found:
            self.say(f"  breaks the document: {'; '.join(found)}")
        # A service that rejects what the document forbids keeps to it.
        accepted = recording.outcome.response.status < 400
        self.violations += bool(trace.breaches or (trace.violations and accepted))


def _places(trace: Trace) -> list[str]:
    found = [("request", each) for each in trace.violations]
    found += [("answer", each) for each in trace.breaches]
    return [" ".join(f"{side} {_place(each)}".split()) for side, each in found]


def _place(violation: Violation) -> str:
    """Where a violation is and which keyword says so; what it says may hold a secret."""
    if violation.location == "status":
        return violation.message
    if violation.location == "path" and not violation.pointer:
        return f"with an undocumented {violation.keyword}"
    return f"{violation.location} {violation.pointer} {violation.keyword}"


def make_recorder(dispatcher: Dispatcher, api: Api, options: RecordOptions, say: Say) -> Recorder:
    """The recorder of one API; the dispatcher replays from the cassette what is not forwarded.

    Raises EmulatorError if cassette or options can't be used.
    """
    try:
        compile_secrets(options.redact)
    except ValueError as error:
        raise SettingsError("--redact", f"{options.redact} can't be read", str(error)) from error
    cassette = load_cassette(options.folder, options.redact)
    if options.mode != "none" and (options.redact or not (options.folder / RULES_FILE).exists()):
        save_rules(cassette)
    origin = Origin(options.upstream, f"{api.title} {api.version}".strip())
    session = Session(cassette, api, origin, options.mode)
    replay = compile_replay(cassette, (api,), strict=True)
    site = replace(dispatcher.site, replay=replay)
    upstream = Upstream(options.upstream, options.timeout_s, options.ca_file)
    return Recorder(replace(dispatcher, site=site), upstream, session, say)
