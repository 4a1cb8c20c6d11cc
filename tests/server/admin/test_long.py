"""Long responses, in process: what is made of them when nobody reads on."""

import asyncio
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.http.messages import Request, Response
from emulator.mock.outcome import Outcome, Trace
from emulator.server.admin.long import json_array, listing
from emulator.server.journal.journal import Entry, Journal


def entry() -> Entry:
    at, journal = datetime(2026, 1, 1, tzinfo=UTC), Journal()
    return journal.add("s", Request("GET", "/"), Outcome(Response(200), Trace()), at)


@pytest.mark.parametrize(
    ("leaves_after", "method", "made"),
    [(1, "GET", 1), (3, "GET", 3), (99, "GET", 10), (99, "HEAD", 0)],
)
def test_no_more_is_made_than_is_read(leaves_after: int, method: str, made: int) -> None:
    parts = 0

    def make() -> Iterator[bytes]:
        nonlocal parts
        for _ in range(10):
            parts += 1
            yield b"x" * 100_000

    async def play() -> int:
        left, sent = asyncio.Event(), 0

        async def receive() -> MutableMapping[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal sent
            sent += bool(message.get("body"))
            if sent == leaves_after:
                left.set()
                await asyncio.sleep(0)
                await asyncio.sleep(0)

        await listing([entry()] * 101, make())({"type": "http", "method": method}, receive, send)
        return sent

    assert (asyncio.run(play()), parts) == (made, made)


@pytest.mark.parametrize(
    ("items", "text"), [([], b"<[]>"), ([b"1"], b"<[1]>"), ([b"1", b"2"], b"<[1,2]>")]
)
def test_array_by_its_parts(items: list[bytes], text: bytes) -> None:
    assert b"".join(json_array(b"<", items, b">")) == text
