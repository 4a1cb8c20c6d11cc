"""The ASGI application in front of the pipeline."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.types import Receive, Scope, Send

from emulator.http.messages import Request
from emulator.mock.outcome import Outcome, Trace
from emulator.mock.pipeline import handle
from emulator.mock.render import render_problem
from emulator.mock.site import Site
from emulator.mock.state.store import Store
from emulator.server.clock import Clocks
from emulator.server.connection import connection_of
from emulator.server.journal.journal import Journal
from emulator.server.play import Stage
from emulator.server.receive import BAD_SCOPE, receive_request, scope_of
from emulator.server.send import OngoingExchange, is_whole, play_outcome, send_whole
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
        request = await receive_request(scope, receive, self.body_limit_bytes)
        if request is not None:
            await self.answer(request, scope, receive, send)

    async def answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that has been received."""
        name = scope_of(scope, request.header("emulator-scope"))
        if name is None:
            await send_whole(_bad_scope(), scope, send)
            return
        now = self.clocks.now(name)
        outcome = handle(self.site, self.store.memory(name), request, now)
        self._remember(name, outcome, now)
        # Before it is sent: whoever has the response finds the exchange in the journal.
        entry = self.journal.add(name, request, outcome, now)
        ongoing: OngoingExchange | None = None
        try:
            if is_whole(outcome):
                await send_whole(outcome, scope, send)
            else:
                parts = self.store, self.clocks, self.journal, self._remember
                ongoing = OngoingExchange(name, outcome, outcome.effects, entry, *parts)
                sleep = partial(self.clocks.sleep, name)
                stage = Stage(receive, send, sleep, connection_of(scope))
                await play_outcome(ongoing, scope, stage)
        finally:
            effects = ongoing.effects if ongoing else outcome.effects
            self.store.release(name, outcome.trace.api, effects)
            if self.listener is not None:
                self.listener(request, ongoing.outcome if ongoing else outcome)

    def _remember(self, scope: str, outcome: Outcome, now: datetime) -> None:
        api, effects = outcome.trace.api, outcome.effects
        self.store.apply(scope, api, effects, now)
        self.deliverer.apply(scope, api, effects)

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
    response = render_problem(BAD_SCOPE, 400)
    trace = Trace(rule="refusal", source="generated", problem=BAD_SCOPE.type.name)
    return Outcome(response, trace)
