"""Answers that wait for somebody: their later parts, asked for when something has happened."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from emulator.clock import Clocks
from emulator.exchange import Outcome, Sequel
from emulator.state.store import Effect, Store


@dataclass(slots=True)
class Course:
    """One exchange in its scope: its latest outcome, and every effect of it so far."""

    store: Store
    clocks: Clocks
    scope: str
    outcome: Outcome
    effects: list[Effect] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Apply the outcome, and watch the scope until the exchange is over."""
        self._apply()
        waits = self.outcome.sequel is not None
        leave = self.store.watchers.watch(self.scope, self._changed.set) if waits else None
        try:
            yield
        finally:
            if leave is not None:
                leave()
            self.store.release(self.scope, self.outcome.trace.api, self.effects)

    async def proceed(self) -> None:
        """Wait for a change or the moment that the outcome names, and take its sequel.

        Between the snapshot and its effects nothing is awaited: who is cancelled while waiting
        has changed nothing.
        """
        sequel = self.outcome.sequel
        if sequel is not None:
            await self._until_due(sequel)
            snapshot = self.store.memory(self.scope).service(self.outcome.trace.api)
            self.outcome = sequel.ask(snapshot, self.clocks.now(self.scope))
            self._apply()

    def _apply(self) -> None:
        outcome, now = self.outcome, self.clocks.now(self.scope)
        self.store.apply(self.scope, outcome.trace.api, outcome.effects, now)
        self.effects += outcome.effects
        self._changed.clear()

    async def _until_due(self, sequel: Sequel) -> None:
        if sequel.at is None:
            await self._changed.wait()
            return
        changed = asyncio.ensure_future(self._changed.wait())
        moment = asyncio.ensure_future(self.clocks.sleep_until(self.scope, sequel.at))
        try:
            await asyncio.wait((changed, moment), return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            moment.cancel()
