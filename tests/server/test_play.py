"""Steps are played as long as somebody is there."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.faults.steps import Body, Start, Steps
from emulator.server.play import Stage, play


@pytest.mark.parametrize(("leaves_after", "played"), [(1, 1), (3, 3), (99, 10)])
def test_no_step_is_played_for_who_has_gone(leaves_after: int, played: int) -> None:
    begun = 0
    connection: Any = SimpleNamespace(gone=False)

    async def steps() -> Steps:
        nonlocal begun
        yield Start(200)
        for _ in range(10):
            begun += 1
            yield Body(b"a")

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(_: Any) -> None:
        connection.gone = begun >= leaves_after

    async def sleep(_: float) -> None:
        """No step waits."""

    asyncio.run(play(steps(), Stage(receive, send, sleep, connection)))
    assert begun == played
