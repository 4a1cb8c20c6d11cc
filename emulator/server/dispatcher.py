"""The ASGI application in front of the pipeline."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import msgspec
from starlette.types import Receive, Scope, Send

from emulator.http.codings import decoded
from emulator.http.cors import is_preflight, origin_of, preflight_response, readable
from emulator.http.long_bodies import LONG_BYTES
from emulator.http.messages import Request, Response, first
from emulator.http.problems import Problem
from emulator.mock.admission import UNJUDGED, Judged, judge
from emulator.mock.outcome import Outcome, Trace
from emulator.mock.pipeline import handle
from emulator.mock.render import render_problem
from emulator.mock.site import Site
from emulator.mock.state.store import Effect, Hold, Store
from emulator.mock.trace import IN_FRONT
from emulator.openapi.routing.router import NoMethod
from emulator.server.at_once import HANDLED, Whole
from emulator.server.clock import Clocks
from emulator.server.connection import connection_of
from emulator.server.journal.journal import Entry, Journal
from emulator.server.play import Stage
from emulator.server.receive import (
    BAD_SCOPE,
    DEFAULT_SCOPE,
    TOO_MANY_SCOPES,
    receive_request,
    scope_named,
    scope_of,
)
from emulator.server.send import OngoingExchange, play_outcome, send_whole
from emulator.server.webhooks.deliverer import Deliverer
from emulator.server.whole import is_whole, whole_response

_LOG = logging.getLogger("uvicorn.error")

#: Told of every exchange after it was answered, with the seconds that it took.
Listener = Callable[[Request, Outcome, float], None]


class Handled(msgspec.Struct, frozen=True):
    """A request with what came of it, which is to be sent."""

    scope: str
    request: Request
    outcome: Outcome
    entry: Entry
    began: float


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Receives, handles, remembers, sends. Between snapshot and apply nothing is awaited.

    Long bodies are judged before, in a thread, so that others are answered meanwhile. `shared`:
    pages of other origins may call (CORS).
    """

    site: Site
    store: Store
    clocks: Clocks
    deliverer: Deliverer
    body_limit_bytes: int
    journal: Journal
    shared: bool = True
    console: str = "/__admin/ui"
    listener: Listener | None = None
    judging: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        handled = scope.get("extensions", {}).get(HANDLED)
        if isinstance(handled, Exception):
            raise handled
        if handled is not None:
            await self._send(handled, scope, receive, send)
            return
        request = await receive_request(scope, receive, self.body_limit_bytes)
        if request is not None:
            request = decoded(request, self.body_limit_bytes)
            await self.answer(request, scope, receive, send)

    async def answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that has been received."""
        name = scope_of(scope, request.header("emulator-scope"))
        if name is None:
            await send_whole(self._rejected(request, BAD_SCOPE, 400), scope, send)
        elif name != DEFAULT_SCOPE and not self.store.admits(name):
            await send_whole(self._rejected(request, TOO_MANY_SCOPES, 503), scope, send)
        else:
            judged = UNJUDGED
            if len(request.body) > LONG_BYTES:
                # One at a time: more threads would take turns with the loop, and make others wait.
                async with self.judging:
                    memory = self.store.memory(name)
                    judged = await asyncio.to_thread(judge, self.site, request, memory)
            began = time.perf_counter()
            handled = Handled(name, request, *self._handle(name, request, judged), began)
            await self._send(handled, scope, receive, send)

    def answer_at_once(self, request: Request) -> Whole | Handled | None:
        """The complete response; or what there is of one that goes on; or None: ASGI begins."""
        name: str | None = request.fields.get("emulator-scope")
        name = scope_named(name) if name else DEFAULT_SCOPE
        if name is None or len(request.body) > self.body_limit_bytes:
            return None
        if name != DEFAULT_SCOPE and not self.store.admits(name):
            return None
        began = time.perf_counter() if self.listener is not None else 0.0
        outcome, entry = self._handle(name, request)
        whole = whole_response(outcome, bodiless=request.method == "HEAD")
        if whole is None:
            return Handled(name, request, outcome, entry, began)
        if outcome.effects or self.listener is not None:
            self._end(name, request, outcome, outcome.effects, began)
        return whole

    def _handle(
        self, scope: str, request: Request, judged: Judged = UNJUDGED
    ) -> tuple[Outcome, Entry]:
        """What comes of a request, remembered before it is sent.

        So whoever has the response finds the exchange in the journal.
        """
        now = self.clocks.now(scope)
        origin = origin_of(request) if self.shared and "origin" in request.fields else None
        if origin is not None and is_preflight(request):
            outcome = self._preflight(request, origin)
            return outcome, self.journal.add(scope, request, outcome, now)
        outcome = handle(self.site, self.store.memory(scope), request, now, judged)
        if request.path == "/" and "text/html" in request.fields.get("accept", ""):
            outcome = self._led_to_console(request, outcome)
        plain = outcome.response if outcome.unaltered is None else outcome.unaltered
        self.store.answered(scope, outcome.key, outcome.operation_key, plain)
        if outcome.effects:
            self._remember(scope, outcome, now, len(request.body))
        if origin is not None:
            response = readable(outcome.response, origin)
            outcome = msgspec.structs.replace(outcome, response=response, ready=None)
        return outcome, self.journal.add(scope, request, outcome, now)

    def _preflight(self, request: Request, origin: str) -> Outcome:
        """What a browser is told that asks for a page; no operation, stub or fault answers it."""
        found = self.site.find("", request.path)
        methods = found.allowed if isinstance(found, NoMethod) else ()
        response = preflight_response(request, origin, methods)
        return Outcome(response, Trace(rule="preflight", source="generated"))

    def _led_to_console(self, request: Request, outcome: Outcome) -> Outcome:
        """Where a browser goes that opens the server's address, unless a page is there.

        Of what a document has there, only browsers are led away, which ask for XHTML as well: other
        clients ask for HTML without wanting any.
        """
        response, missing = outcome.response, outcome.trace.problem == "path-not-found"
        is_page = (first(response.headers, "content-type") or "").startswith("text/html")
        if request.method not in ("GET", "HEAD") or is_page or outcome.trace.rule in IN_FRONT:
            return outcome
        if not missing and "application/xhtml+xml" not in request.fields["accept"]:
            return outcome
        location = ("location", f"{request.root}{self.console}")
        response = Response(303, (location, ("vary", "Accept")))
        return Outcome(response, Trace(rule="console", source="generated"))

    async def _send(self, handled: Handled, scope: Scope, receive: Receive, send: Send) -> None:
        name, outcome = handled.scope, handled.outcome
        ongoing: OngoingExchange | None = None
        try:
            if is_whole(outcome):
                await send_whole(outcome, scope, send)
            else:
                parts = self.store, self.clocks, self.journal, self._remember
                ongoing = OngoingExchange(name, outcome, outcome.effects, handled.entry, *parts)
                sleep = partial(self.clocks.sleep, name)
                stage = Stage(receive, send, sleep, connection_of(scope))
                await play_outcome(ongoing, scope, stage)
        finally:
            effects = ongoing.effects if ongoing else outcome.effects
            latest = ongoing.outcome if ongoing else outcome
            self._end(name, handled.request, latest, effects, handled.began)

    def _end(
        self,
        scope: str,
        request: Request,
        outcome: Outcome,
        effects: tuple[Effect, ...],
        began: float,
    ) -> None:
        """Let go of what an exchange held, now that it is over, and tell of it.

        A listener that fails, as where nobody reads what it prints, costs the client nothing.
        """
        for effect in effects:
            if type(effect) is Hold:
                self.store.release(scope, outcome.trace.api, effects)
                break
        if self.listener is not None:
            try:
                self.listener(request, outcome, time.perf_counter() - began)
            except Exception as error:
                what = f"{request.method} {request.target}"
                _LOG.error("%s was answered, but not told of: %r", what, error)

    def _remember(self, scope: str, outcome: Outcome, now: datetime, size_bytes: int = 0) -> None:
        api, effects = outcome.trace.api, outcome.effects
        messages = self.store.apply(scope, api, effects, now, size_bytes)
        if messages:
            self.deliverer.apply(scope, api, messages)

    def forget(self, scope: str) -> None:
        """Reset a scope and keep nothing of it."""
        self.reset(scope)
        self.clocks.forget(scope)

    def reset(self, scope: str) -> None:
        """Set a scope back to what it was at start."""
        self.store.reset(scope)
        self.deliverer.reset(scope)
        self.clocks.reset(scope)
        self.journal.forget(scope)

    def _rejected(self, request: Request, found: Problem, status: int) -> Outcome:
        response, origin = render_problem(found, status), origin_of(request)
        if self.shared and origin is not None:
            response = readable(response, origin)
        trace = Trace(rule="refusal", source="generated", problem=found.type.name)
        return Outcome(response, trace)
