"""Steps → ASGI messages, and past ASGI to the connection where no message has words for a step."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

from msgspec import Struct
from starlette.types import Receive, Send

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


class Stage(Struct, frozen=True):
    """Where steps are played. `connection` is what our protocol class put into the scope.

    In process there is no connection: steps that need one do nothing there.
    """

    receive: Receive
    send: Send
    sleep: Callable[[float], Awaitable[None]]
    connection: Connection | None


async def play(steps: Steps, stage: Stage) -> None:
    """Play the steps in order, until the last, or until the client leaves."""
    raw = begun = False
    async with aclosing(steps) as each:
        async for step in each:
            raw = raw or isinstance(step, Raw)
            if isinstance(step, Body):
                # Who reads fast makes nothing wait, and a long body would be all that is done. Not
                # behind the last piece: what is complete for the client is so for the journal.
                if begun:
                    await asyncio.sleep(0)
                begun = True
            if not await _play(step, stage):
                return
    if raw and stage.connection is not None:
        stage.connection.close()


async def _play(step: Step, stage: Stage) -> bool:
    """Play one step; False if nothing comes after it."""
    match step:
        case Start(status, headers):
            start = {"type": "http.response.start", "status": status, "headers": list(headers)}
            await stage.send(start)
        case Body(data):
            await stage.send({"type": "http.response.body", "body": data, "more_body": True})
            return stage.connection is None or not stage.connection.gone
        case End():
            await stage.send({"type": "http.response.body", "body": b""})
            return False
        case Wait(seconds):
            return await happens_before(stage.sleep(seconds), client_gone(stage.receive))
        case Until(happens):
            return await happens_before(happens(), client_gone(stage.receive))
        case _:
            return await _play_below(step, stage)
    return True


async def _play_below(step: Step, stage: Stage) -> bool:
    """Play a step that no ASGI message has words for."""
    connection = stage.connection
    if connection is None:
        if isinstance(step, Hang):
            await client_gone(stage.receive)
        return isinstance(step, Refuse)
    match step:
        case Raw(data):
            await connection.write(data)
        case Refuse(seconds):
            await connection.refuse_others(partial(stage.sleep, seconds))
        case Reset():
            await connection.reset()
        case Close():
            connection.close()
        case HalfClose():
            connection.half_close()
            await client_gone(stage.receive)
        case Hang():
            connection.take_over()
            await client_gone(stage.receive)
    return isinstance(step, Raw | Refuse)


async def happens_before(event: Awaitable[object], other: Awaitable[object]) -> bool:
    """Wait for the first of two and cancel the rest; whether `other` has not happened."""
    tasks = asyncio.ensure_future(event), asyncio.ensure_future(other)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return not tasks[1].done()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def client_gone(receive: Receive) -> None:
    """Wait until the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
