"""Steps → ASGI messages, and past ASGI to the connection where no message has words for a step."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

from emulator.faults.steps import (
    Body,
    Close,
    End,
    HalfClose,
    Hang,
    Raw,
    Refuse,
    Reset,
    Start,
    Step,
    Steps,
    Until,
    Wait,
)
from emulator.server.connection import Connection
from emulator.server.receive import Receive, Send


@dataclass(frozen=True, slots=True)
class Stage:
    """Where steps are played. `connection` is what our protocol class put into the scope.

    In process there is no connection: steps that need one do nothing there.
    """

    receive: Receive
    send: Send
    sleep: Callable[[float], Awaitable[None]]
    connection: Connection | None


async def play(steps: Steps, stage: Stage) -> None:
    """Play the steps in order, until the last, or until the client leaves."""
    raw = False
    async with aclosing(steps) as each:
        async for step in each:
            raw = raw or isinstance(step, Raw)
            if not await _PLAYERS[type(step)](step, stage):
                return
    if raw:
        await _close(Close(), stage)


async def _start(step: Any, stage: Stage) -> bool:
    headers = list(step.headers)
    await stage.send({"type": "http.response.start", "status": step.status, "headers": headers})
    return True


async def _body(step: Any, stage: Stage) -> bool:
    await stage.send({"type": "http.response.body", "body": step.data, "more_body": True})
    return True


async def _end(_: Any, stage: Stage) -> bool:
    await stage.send({"type": "http.response.body", "body": b""})
    return False


async def _wait(step: Any, stage: Stage) -> bool:
    return await _while_there(stage.sleep(step.seconds), stage)


async def _until(step: Any, stage: Stage) -> bool:
    return await _while_there(step.happens(), stage)


async def _while_there(happening: Awaitable[None], stage: Stage) -> bool:
    """Wait, but not for a client that is gone."""
    waiting = asyncio.ensure_future(happening)
    leaving = asyncio.ensure_future(client_gone(stage.receive))
    try:
        await asyncio.wait((waiting, leaving), return_when=asyncio.FIRST_COMPLETED)
        return not leaving.done()
    finally:
        for task in (waiting, leaving):
            task.cancel()
        await asyncio.gather(waiting, leaving, return_exceptions=True)


async def _raw(step: Any, stage: Stage) -> bool:
    if stage.connection is not None:
        await stage.connection.write(step.data)
    return stage.connection is not None


async def _reset(_: Any, stage: Stage) -> bool:
    if stage.connection is not None:
        await stage.connection.reset()
    return False


async def _close(_: Any, stage: Stage) -> bool:
    if stage.connection is not None:
        stage.connection.close()
    return False


async def _half_close(_: Any, stage: Stage) -> bool:
    if stage.connection is not None:
        stage.connection.half_close()
        await client_gone(stage.receive)
    return False


async def _hang(_: Any, stage: Stage) -> bool:
    if stage.connection is not None:
        stage.connection.take_over()
    await client_gone(stage.receive)
    return False


async def _refuse(step: Any, stage: Stage) -> bool:
    if stage.connection is not None:
        await stage.connection.refuse_others(partial(stage.sleep, step.seconds))
    return True


async def client_gone(receive: Receive) -> None:
    """Wait until the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass


#: How each kind of step is played; False where nothing comes after it.
_PLAYERS: Mapping[type[Step], Callable[[Any, Stage], Awaitable[bool]]] = {
    Start: _start,
    Body: _body,
    End: _end,
    Wait: _wait,
    Until: _until,
    Raw: _raw,
    Reset: _reset,
    Close: _close,
    HalfClose: _half_close,
    Hang: _hang,
    Refuse: _refuse,
}
