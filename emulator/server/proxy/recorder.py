"""The recording proxy as an ASGI application: forwards, or lets the cassette answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from emulator.fixtures.cassettes.session import Session
from emulator.http.messages import Request
from emulator.mock.outcome import Trace
from emulator.server.connection import EXTENSION
from emulator.server.dispatcher import Dispatcher
from emulator.server.play import Stage, play
from emulator.server.proxy.forwarding import Forwarding
from emulator.server.proxy.recording import Recording
from emulator.server.proxy.upstream import Upstream
from emulator.server.receive import (
    ClientDisconnectedError,
    Receive,
    Scope,
    Send,
    receive_request,
)
from emulator.server.scopes import scope_of
from emulator.server.send import hanging_up_when_stopped

#: Told of every exchange with the upstream, in a line or several.
Say = Callable[[str], None]


@dataclass(slots=True)
class Recorder:
    """Stands before the dispatcher, which answers from the cassette what is not sent on.

    `violations` counts the exchanges that broke the document.
    """

    dispatcher: Dispatcher
    upstream: Upstream
    session: Session
    say: Say
    violations: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        limit = self.dispatcher.body_limit_bytes
        try:
            request = await receive_request(scope, receive, limit)
        except ClientDisconnectedError:
            return
        name = scope_of(scope, request.header("emulator-scope"))
        if name is None or request.oversize is not None or not self.session.forwards(request):
            await self.dispatcher.answer(request, scope, receive, send)
            return
        recording = Recording(self.dispatcher, self.session, name, request)
        forwarding = Forwarding(self.upstream, self._path(request), recording, limit)
        sleep = partial(self.dispatcher.clocks.sleep, name)
        connection = scope.get("extensions", {}).get(EXTENSION)
        with hanging_up_when_stopped(scope):
            await play(forwarding.steps(), Stage(receive, send, sleep, connection))
        self._tell(recording)

    def _path(self, request: Request) -> str:
        """The path below the upstream's: the document's base path is not part of it."""
        path, base = request.path, self.upstream.path
        prefixes = (base, *self.session.api.prefixes) if base else ()
        found = (prefix for prefix in prefixes if prefix and path.startswith(f"{prefix}/"))
        return path.removeprefix(next(found, ""))

    def _tell(self, recording: Recording) -> None:
        """What happened, without what may be secret: the path and what is wrong, no values."""
        trace, sent = recording.outcome.trace, recording.sent
        status = recording.outcome.response.status or "-"
        recorded = recording.recorded or "no: the client left"
        self.say(f"{sent.method} {trace.operation or '?'} {status}  recorded: {recorded}")
        for place in recording.taken_back:
            self.say(f"  taken back: {place} holds a credential that was seen later")
        found = _places(trace)
        if found:
            self.say(f"  breaks the document: {'; '.join(found)}")
        # Whoever refuses what the document does not allow keeps it.
        accepted = recording.outcome.response.status < 400
        self.violations += bool(trace.breaches or (trace.violations and accepted))


def _places(trace: Trace) -> list[str]:
    asked = [f"request {each.location} {each.pointer} {each.keyword}" for each in trace.violations]
    answered = [f"answer {each.location} {each.pointer} {each.keyword}" for each in trace.breaches]
    return [" ".join(place.split()) for place in (*asked, *answered)]
