"""Each scope's clock: it shows the real time until somebody freezes, sets or advances it.

Whatever depends on time asks here: tokens, windows, approvals, lifetimes, delays. Tests move the
clock instead of waiting.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.http.units import on_a_clock

_REAL_TIME = partial(datetime.now, UTC)


class Dial(Struct, frozen=True):
    """How one scope's clock stands to the real time.

    `frozen_at` is the time it shows for as long as it is frozen, else it runs `offset` ahead.
    With `skips_delays` a delay takes no time but moves the clock.
    """

    offset: timedelta = timedelta()
    frozen_at: datetime | None = None
    skips_delays: bool = False

    def read(self, real: datetime) -> datetime:
        """The time that this clock shows when it really is `real`."""
        return self.frozen_at if self.frozen_at is not None else real + self.offset

    def advanced(self, by: timedelta) -> "Dial":
        """This clock, moved on."""
        if self.frozen_at is not None:
            return replace(self, frozen_at=self.frozen_at + by)
        return replace(self, offset=self.offset + by)


class _Hand(Struct):
    """One scope's dial and those who wait for it."""

    dial: Dial
    advanced: timedelta = timedelta()
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class Clocks(Struct):
    """The clocks of all scopes; one that nobody touched is like `initial`.

    Belongs to one event loop: whoever moves a clock wakes those who wait for it. ValueError or
    OverflowError where a clock would show a time that none can, and then it is as before.
    """

    initial: Dial = Dial()
    real: Callable[[], datetime] = _REAL_TIME
    _hands: dict[str, _Hand] = field(default_factory=dict)

    def now(self, scope: str) -> datetime:
        """The time in a scope."""
        hand = self._hands.get(scope)
        dial = self.initial if hand is None else hand.dial
        if dial.frozen_at is not None:
            return dial.frozen_at
        return self.real() + dial.offset if dial.offset else self.real()

    def dial(self, scope: str) -> Dial:
        """How a scope's clock is set."""
        hand = self._hands.get(scope)
        return self.initial if hand is None else hand.dial

    def freeze(self, scope: str, at: datetime | None = None) -> None:
        """Stop a scope's clock, at the time it shows or at another."""
        dial = self.dial(scope)
        self._turn(scope, replace(dial, frozen_at=at or dial.read(self.real())))

    def run(self, scope: str, at: datetime | None = None) -> None:
        """Let a scope's clock run on, from the time it shows or from another."""
        real = self.real()
        dial = self.dial(scope)
        shown = at or dial.read(real)
        self._turn(scope, replace(dial, frozen_at=None, offset=shown - real))

    def advance(self, scope: str, by: timedelta) -> None:
        """Move a scope's clock on; delays that would end in that time end now."""
        self._turn(scope, self.dial(scope).advanced(by))
        self._hand(scope).advanced += by

    def skip_delays(self, scope: str, skips: bool) -> None:
        """Whether a delay takes no time but moves the scope's clock."""
        self._turn(scope, replace(self.dial(scope), skips_delays=skips))

    def reset(self, scope: str) -> None:
        """Set a scope's clock as it was at start."""
        self._turn(scope, self.initial)

    def forget(self, scope: str) -> None:
        """Reset a scope's clock and keep nothing of it."""
        self.reset(scope)
        self._hands.pop(scope, None)

    async def sleep(self, scope: str, seconds: float) -> None:
        """Let a delay pass: in real time, less what the scope's clock is advanced meanwhile."""
        if self.dial(scope).skips_delays:
            with suppress(ValueError, OverflowError):  # at the end of the calendar it stands still
                self.advance(scope, timedelta(seconds=seconds))
            return
        hand = self._hand(scope)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        start = hand.advanced
        while (left := end - loop.time() - (hand.advanced - start).total_seconds()) > 0:
            await _within(hand.moved, left)

    async def sleep_until(self, scope: str, moment: datetime) -> None:
        """Wait until a scope's clock shows `moment`; on a frozen one only `advance` ends it."""
        hand = self._hand(scope)
        while (left := moment - self.now(scope)) > timedelta():
            frozen = self.dial(scope).frozen_at is not None
            await _within(hand.moved, None if frozen else left.total_seconds())

    def _hand(self, scope: str) -> _Hand:
        return self._hands.setdefault(scope, _Hand(self.initial))

    def _turn(self, scope: str, dial: Dial) -> None:
        """Set a dial; ValueError or OverflowError where it would show what no clock can."""
        on_a_clock(dial.read(self.real()))
        hand = self._hand(scope)
        hand.dial = dial
        hand.moved.set()
        hand.moved = asyncio.Event()


async def _within(moved: asyncio.Event, seconds: float | None) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await moved.wait()
