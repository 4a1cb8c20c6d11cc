"""The ASGI application in front of the pipeline."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from emulator.http.encode import dump
from emulator.http.messages import Request, Response
from emulator.http.problems import MEDIA_TYPE
from emulator.mock.outcome import Outcome, Trace
from emulator.mock.pipeline import handle
from emulator.mock.site import Site
from emulator.mock.state.store import Store
from emulator.server.clock import Clocks
from emulator.server.journal.journal import Journal
from emulator.server.receive import (
    ClientDisconnectedError,
    Receive,
    Scope,
    Send,
    receive_request,
)
from emulator.server.scopes import BAD_SCOPE, DEFAULT_SCOPE, scope_of
from emulator.server.send import Line, send_outcome
from emulator.server.waiting import OngoingExchange
from emulator.server.webhooks.deliverer import Deliverer

#: Told of every exchange, after it was answered.
Listener = Callable[[Request, Outcome], None]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Receives, handles, remembers, sends. Between snapshot and apply nothing is awaited."""

    site: Site
    store: Store
    clocks: Clocks
    deliverer: Deliverer
    body_limit_bytes: int
    journal: Journal
    listener: Listener | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            request = await receive_request(scope, receive, self.body_limit_bytes)
        except ClientDisconnectedError:
            return
        await self.answer(request, scope, receive, send)

    async def answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that has been received."""
        name = scope_of(scope, request.header("emulator-scope"))
        if name is None:
            line = Line(scope, receive, send, partial(self.clocks.sleep, DEFAULT_SCOPE))
            await send_outcome(self._ongoing(DEFAULT_SCOPE, request, _bad_scope()), line)
            return
        line = Line(scope, receive, send, partial(self.clocks.sleep, name))
        now = self.clocks.now(name)
        outcome = handle(self.site, self.store.memory(name), request, now)
        ongoing = self._ongoing(name, request, outcome)
        try:
            with ongoing.running(now):
                await send_outcome(ongoing, line)
        finally:
            if self.listener is not None:
                self.listener(request, ongoing.outcome)

    def _ongoing(self, scope: str, request: Request, outcome: Outcome) -> OngoingExchange:
        parts = (self.store, self.clocks, self.deliverer, self.journal)
        return OngoingExchange(*parts, scope, request, outcome)

    def forget(self, scope: str) -> None:
        """Reset a scope and keep nothing of it."""
        self.reset(scope)
        self.clocks.forget(scope)

    def reset(self, scope: str) -> None:
        """Set a scope back to what it was at start."""
        self.store.reset(scope)
        self.deliverer.reset(scope)
        self.clocks.reset(scope)
        self.journal.remove(scope, lambda _: True)


def _bad_scope() -> Outcome:
    answer = Response(400, (("content-type", MEDIA_TYPE),), dump(BAD_SCOPE.as_json(400)))
    return Outcome(answer, Trace(rule="refusal", source="generated", problem=BAD_SCOPE.type.name))
