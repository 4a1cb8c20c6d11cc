"""Answers that wait for somebody: their later parts, asked for when something has happened."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from emulator.http.messages import EventStream, Request
from emulator.mock.outcome import Outcome, Pending
from emulator.mock.state.store import Effect, Store
from emulator.server.clock import Clocks
from emulator.server.journal.journal import Entry, Journal
from emulator.server.webhooks.deliverer import Deliverer


@dataclass(slots=True)
class OngoingExchange:
    """One exchange in its scope: its latest outcome, every effect of it so far, its entry."""

    store: Store
    clocks: Clocks
    deliverer: Deliverer
    journal: Journal
    scope: str
    request: Request
    outcome: Outcome
    effects: list[Effect] = field(default_factory=list)
    entry: Entry | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def running(self, now: datetime) -> Iterator[None]:
        """Apply the outcome, and watch the scope until the exchange is over."""
        self._apply(now)
        waits = self.outcome.pending is not None
        leave = self.store.watchers.watch(self.scope, self._changed.set) if waits else None
        try:
            yield
        finally:
            if leave is not None:
                leave()
            self.store.release(self.scope, self.outcome.trace.api, self.effects)

    async def proceed(self) -> None:
        """Wait for a change or the moment that the outcome names, and take its pending.

        Between the snapshot and its effects nothing is awaited: who is cancelled while waiting
        has changed nothing.
        """
        pending = self.outcome.pending
        if pending is not None:
            await self._until_due(pending)
            snapshot = self.store.memory(self.scope).service(self.outcome.trace.api)
            now = self.clocks.now(self.scope)
            self.outcome = pending.ask(snapshot, now)
            self._apply(now)

    def _apply(self, now: datetime) -> None:
        outcome = self.outcome
        self.store.apply(self.scope, outcome.trace.api, outcome.effects, now)
        self.deliverer.apply(self.scope, outcome.trace.api, outcome.effects)
        self.effects += outcome.effects
        self._changed.clear()
        # Before it is sent: whoever has the answer finds the exchange in the journal.
        if self.entry is None:
            self.entry = self.journal.add(self.scope, self.request, outcome, now)
        else:
            whole = _joined(self.entry.outcome, outcome)
            self.entry = self.journal.amend(self.entry, whole)

    async def _until_due(self, pending: Pending) -> None:
        if pending.at is None:
            await self._changed.wait()
            return
        changed = asyncio.ensure_future(self._changed.wait())
        moment = asyncio.ensure_future(self.clocks.sleep_until(self.scope, pending.at))
        try:
            await asyncio.wait((changed, moment), return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            moment.cancel()


def _joined(before: Outcome, part: Outcome) -> Outcome:
    """The answer up to and with a part: a stream grows, any other answer takes the last one's."""
    first, more = before.response, part.response
    if not (isinstance(first, EventStream) and isinstance(more, EventStream)):
        return part
    return replace(before, response=replace(first, events=(*first.events, *more.events)))
