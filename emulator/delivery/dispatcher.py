"""The ASGI application in front of the pipeline."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from emulator.clock import Clocks
from emulator.delivery.receive import (
    ClientDisconnectedError,
    Receive,
    Scope,
    Send,
    receive_request,
)
from emulator.delivery.send import send_outcome
from emulator.delivery.waiting import Course
from emulator.encode import dump
from emulator.messages import Request, Response
from emulator.pipeline import Outcome, Site, Trace, handle
from emulator.problems import MEDIA_TYPE, problem
from emulator.state.store import Store

DEFAULT_SCOPE = "default"

_SCOPE_NAME = re.compile(r"[A-Za-z0-9._-]{1,128}")

#: Told of every exchange, after it was answered.
Listener = Callable[[Request, Outcome], None]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Receives, handles, remembers, sends. Between snapshot and apply nothing is awaited."""

    site: Site
    store: Store
    clocks: Clocks
    body_limit_bytes: int
    listener: Listener | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            request = await receive_request(scope, receive, self.body_limit_bytes)
        except ClientDisconnectedError:
            return
        name = scope_name(request.header("emulator-scope"))
        if name is None:
            await send_outcome(_bad_scope(), scope, receive, send)
            return
        now = self.clocks.now(name)
        outcome = handle(self.site, partial(self.store.snapshot, name), request, now)
        course = Course(self.store, self.clocks, name, outcome)
        try:
            with course.running():
                await send_outcome(outcome, scope, receive, send, course.proceed)
        finally:
            if self.listener is not None:
                self.listener(request, course.outcome)


def scope_name(header: str | None) -> str | None:
    """The scope that `Emulator-Scope` names, by default `default`; None if it can't be used."""
    name = header or DEFAULT_SCOPE
    return name if _SCOPE_NAME.fullmatch(name) else None


def _bad_scope() -> Outcome:
    refusal = problem("scope-invalid", "Emulator-Scope is 1 to 128 of A-Z a-z 0-9 . _ -")
    body = dump(refusal.as_json(400))
    answer = Response(400, (("content-type", MEDIA_TYPE),), body)
    return Outcome(answer, Trace(rule="refusal", source="generated", problem=refusal.type.name))
