"""Responses that wait for somebody: their later parts, asked for when something has happened."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from emulator.http.messages import EventStream
from emulator.mock.outcome import Outcome, Pending
from emulator.mock.state.store import Effect, Store
from emulator.server.clock import Clocks
from emulator.server.journal.journal import Entry, Journal


@dataclass(slots=True)
class OngoingExchange:
    """An exchange whose response may go on: its latest outcome, its effects so far, its entry."""

    scope: str
    outcome: Outcome
    entry: Entry
    store: Store
    clocks: Clocks
    journal: Journal
    remember: Callable[[str, Outcome, datetime], None]
    effects: tuple[Effect, ...] = field(init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.effects = self.outcome.effects

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Notice every change in the scope, if the response waits for one."""
        if self.outcome.pending is None:
            yield
            return
        leave = self.store.watchers.watch(self.scope, self._changed.set)
        try:
            yield
        finally:
            leave()

    async def proceed(self) -> None:
        """Wait for a change or the moment that the outcome names, and take its next part.

        Between the snapshot and its effects nothing is awaited: who is cancelled while waiting
        has changed nothing.
        """
        pending = self.outcome.pending
        if pending is None:
            return
        await self._until_due(pending)
        snapshot = self.store.memory(self.scope).service(self.outcome.trace.api)
        now = self.clocks.now(self.scope)
        self.outcome = pending.ask(snapshot, now)
        self.remember(self.scope, self.outcome, now)
        self.effects += self.outcome.effects
        self._changed.clear()
        self.entry = self.journal.amend(self.entry, _joined(self.entry.outcome, self.outcome))

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
    """The response with one more part: a stream grows, any other is replaced by the part."""
    first, more = before.response, part.response
    if not (isinstance(first, EventStream) and isinstance(more, EventStream)):
        return part
    return replace(before, response=replace(first, events=(*first.events, *more.events)))
