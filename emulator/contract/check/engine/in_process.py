"""Calling an application in the thread that asks it, as the engine's portal does from another.

Imported by `isolation` only.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Any


@contextmanager
def same_thread_portal() -> Iterator["SameThreadPortal"]:
    """A portal; leaving the context waits for the calls that are being answered."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        portal = SameThreadPortal(runner.get_loop())
        try:
            yield portal
        finally:
            portal.close()


class SameThreadPortal:
    """What the engine asks of anyio's `BlockingPortal`, without a thread of its own.

    Handing a request over to another thread and waiting for it costs more than answering it. Of
    several threads that ask at once, one runs the loop for all. What the application does in the
    background goes on during calls only.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._changed = Condition()
        self._running = self._closed = False

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """What a function gives that is called in the loop, waited for."""
        with self._changed:
            self._be_open()
            work = _called(function, args)
            alone, self._running = not self._running, True
        return self._run(work) if alone else self._join(work)

    def start_task_soon(self, function: Callable[..., Any], *args: Any) -> "StartedTask":
        """The task of a function that goes on during later calls."""
        return StartedTask(self, *self.call(_started, function, args))

    def close(self) -> None:
        """Let nobody run the loop any more, once who runs it has finished."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._running)

    def _run(self, work: Awaitable[Any]) -> Any:
        try:
            return self._loop.run_until_complete(work)
        finally:
            with self._changed:
                self._running = False
                self._changed.notify_all()

    def _join(self, work: Coroutine[Any, Any, Any]) -> Any:
        joined = asyncio.run_coroutine_threadsafe(work, self._loop)
        joined.add_done_callback(self._tell)
        with self._changed:
            self._changed.wait_for(lambda: joined.done() or not self._running)
            if joined.done():
                return joined.result()
            # Who ran the loop has its response, and this thread not yet.
            self._be_open()
            self._running = True
        return self._run(asyncio.wrap_future(joined, loop=self._loop))

    def _be_open(self) -> None:
        if self._closed:
            raise RuntimeError("the check has ended")

    def _tell(self, _: object) -> None:
        with self._changed:
            self._changed.notify_all()


class StartedTask:
    """What the engine asks of the future of a task: its result is waited for."""

    def __init__(self, portal: SameThreadPortal, task: "asyncio.Task[Any]") -> None:
        self._portal, self._task = portal, task

    def done(self) -> bool:
        """Whether it has ended."""
        return self._task.done()

    def result(self) -> Any:
        """What it gave or raised, once it has ended."""
        # In the loop itself the engine asks only for what has ended.
        return self._task.result() if self._task.done() else self._portal.call(lambda: self._task)


async def _called(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    result = function(*args)
    return await result if isinstance(result, Awaitable) else result


async def _started(
    function: Callable[..., Any], args: tuple[Any, ...]
) -> tuple["asyncio.Task[Any]"]:
    return (asyncio.create_task(_called(function, args)),)
