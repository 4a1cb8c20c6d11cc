"""The portal does in the thread that asks what the engine's does in another."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.contract.check.engine.in_process import SameThreadPortal, same_thread_portal


@pytest.fixture
def portal() -> Iterator[SameThreadPortal]:
    with same_thread_portal() as portal:
        yield portal


async def _thread_and(value: int) -> tuple[int, int]:
    await asyncio.sleep(0)
    return threading.get_ident(), value


def test_functions_of_both_kinds_are_called_in_the_thread_that_asks(
    portal: SameThreadPortal,
) -> None:
    here = threading.get_ident()
    assert portal.call(_thread_and, 7) == (here, 7)
    assert portal.call(threading.get_ident) == here


def test_threads_that_ask_at_once_meet_in_the_application(portal: SameThreadPortal) -> None:
    barrier = asyncio.Barrier(3)
    with ThreadPoolExecutor(3) as pool:
        places = [pool.submit(portal.call, barrier.wait) for _ in range(3)]
        assert sorted(place.result() for place in places) == [0, 1, 2]


def test_nobody_is_answered_after_the_end() -> None:
    with same_thread_portal() as portal:
        assert portal.call(_thread_and, 7)
    with pytest.raises(RuntimeError, match="the check has ended"):
        portal.call(_thread_and, 7)


def test_what_was_started_goes_on_during_calls_and_is_waited_for(portal: SameThreadPortal) -> None:
    asked, answered = asyncio.Queue[str](), asyncio.Queue[str]()

    async def echo() -> str:
        await answered.put(await asked.get())
        return "ended"

    task = portal.start_task_soon(echo)
    assert not task.done()
    portal.call(asked.put, "word")
    assert portal.call(answered.get) == "word"
    assert task.result() == "ended"
    assert task.done()


def test_what_a_function_raises_is_raised_to_who_asks(portal: SameThreadPortal) -> None:
    async def fail() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        portal.call(fail)
    with pytest.raises(LookupError, match="no such thing"):
        portal.start_task_soon(fail).result()
