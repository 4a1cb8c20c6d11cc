"""Clocks of scopes: frozen, set, advanced, and those who wait for them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from emulator.server.clock import Clocks, Dial

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clocks() -> Clocks:
    """Clocks of a world in which no time passes by itself."""
    return Clocks(real=lambda: NOW)


def test_untouched_clock_shows_the_real_time(clocks: Clocks) -> None:
    assert clocks.now("a") == NOW


def test_initial_dial_is_every_scopes(clocks: Clocks) -> None:
    frozen = Clocks(Dial(frozen_at=NOW - HOUR), real=lambda: NOW)
    frozen.advance("a", HOUR)
    assert (frozen.now("a"), frozen.now("b")) == (NOW, NOW - HOUR)


def test_running_clock_keeps_its_lead() -> None:
    real = [NOW]
    clocks = Clocks(real=lambda: real[-1])
    clocks.advance("a", HOUR)
    real.append(NOW + HOUR)
    assert clocks.now("a") == NOW + 2 * HOUR


def test_frozen_clock_stands_until_it_runs_again() -> None:
    real = [NOW]
    clocks = Clocks(real=lambda: real[-1])
    clocks.freeze("a")
    real.append(NOW + HOUR)
    assert clocks.now("a") == NOW
    clocks.run("a")
    real.append(NOW + 2 * HOUR)
    assert clocks.now("a") == NOW + HOUR


def test_clock_can_be_set_frozen_and_running(clocks: Clocks) -> None:
    clocks.freeze("a", NOW - HOUR)
    assert clocks.now("a") == NOW - HOUR
    clocks.run("a", NOW + HOUR)
    assert clocks.now("a") == NOW + HOUR


@pytest.mark.parametrize("end", [Clocks.reset, Clocks.forget], ids=["reset", "forgotten"])
def test_scope_starts_again(clocks: Clocks, end: object) -> None:
    clocks.advance("a", HOUR)
    assert callable(end)
    end(clocks, "a")
    assert clocks.now("a") == NOW


def test_advancing_ends_a_delay(clocks: Clocks) -> None:
    async def play() -> None:
        delay = asyncio.create_task(clocks.sleep("a", 3600))
        await asyncio.sleep(0)
        clocks.advance("b", HOUR)
        clocks.advance("a", HOUR / 2)
        await asyncio.sleep(0)
        assert not delay.done()
        clocks.advance("a", HOUR / 2)
        await delay

    asyncio.run(asyncio.wait_for(play(), 60))


def test_skipped_delay_moves_the_clock(clocks: Clocks) -> None:
    clocks.skip_delays("a", skips=True)
    asyncio.run(asyncio.wait_for(clocks.sleep("a", 3600), 60))
    assert clocks.now("a") == NOW + HOUR


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen", "running"])
def test_moment_comes_by_advancing(clocks: Clocks, *, frozen: bool) -> None:
    async def play() -> None:
        if frozen:
            clocks.freeze("a")
        wait = asyncio.create_task(clocks.sleep_until("a", NOW + HOUR))
        await asyncio.sleep(0)
        clocks.advance("a", HOUR / 2)
        await asyncio.sleep(0)
        assert not wait.done()
        clocks.advance("a", HOUR / 2)
        await wait

    asyncio.run(asyncio.wait_for(play(), 60))


def test_moment_that_has_passed_is_not_waited_for(clocks: Clocks) -> None:
    asyncio.run(asyncio.wait_for(clocks.sleep_until("a", NOW), 60))
