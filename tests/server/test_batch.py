"""Requests that wait for their response: the order of answers, and what is sent when."""

import asyncio
from typing import Any

import pytest

from emulator.server.batch import RequestBatch


class Client:
    """A connection, which is its own transport; it tells what happens to it."""

    def __init__(self, name: str, told: list[str], response: bytes | None, **state: bool) -> None:
        self.name, self.told, self.response = name, told, response
        self.closes, self.gone = state.get("closes", False), state.get("gone", False)
        self.transport: Any = self

    def answer(self) -> bytes | None:
        self.told.append(f"answer {self.name}")
        return self.response

    def is_closing(self) -> bool:
        return self.gone

    def write(self, _: bytes) -> None:
        self.told.append(f"send {self.name}")

    def close(self) -> None:
        self.told.append(f"close {self.name}")


LARGE = b"x" * 600_000


@pytest.mark.parametrize(
    ("clients", "expected"),
    [
        (
            {"a": (b"1", {}), "b": (b"2", {"closes": True}), "c": (b"3", {})},
            ["answer a", "answer b", "answer c", "send a", "send b", "close b", "send c"],
        ),
        ({"a": (None, {}), "b": (b"2", {})}, ["answer a", "answer b", "send b"]),
        ({"a": (b"1", {"gone": True}), "b": (b"2", {})}, ["answer a", "answer b", "send b"]),
        (
            {"a": (LARGE, {}), "b": (LARGE, {}), "c": (b"3", {})},
            ["answer a", "answer b", "send a", "send b", "answer c", "send c"],
        ),
    ],
    ids=["in their order", "one that ASGI answers", "one that has left", "large ones sooner"],
)
def test_all_are_answered_then_sent(clients: dict[str, Any], expected: list[str]) -> None:
    told: list[str] = []

    async def run() -> None:
        batch, loop = RequestBatch(), asyncio.get_running_loop()
        for name, (response, state) in clients.items():
            batch.add(Client(name, told, response, **state), loop)
        assert told == []
        await asyncio.sleep(0)

    asyncio.run(run())
    assert told == expected


def test_who_cannot_wait_has_all_answered_at_once() -> None:
    told: list[str] = []

    async def run() -> None:
        batch, loop = RequestBatch(), asyncio.get_running_loop()
        batch.add(Client("a", told, b"1"), loop)
        batch.answer()
        assert told == ["answer a", "send a"]
        batch.add(Client("b", told, b"2"), loop)
        await asyncio.sleep(0)

    asyncio.run(run())
    assert told == ["answer a", "send a", "answer b", "send b"]
