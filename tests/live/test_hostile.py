"""Attacks of `make hostile` that are over soon, and a little of `make fuzz`."""

import asyncio
import itertools
from collections import Counter

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from benchmarks.attacks import ATTACKS
from benchmarks.fuzz import TARGETS, fuzzed
from benchmarks.hostile import DOCUMENT, attacked
from benchmarks.servers import ROOT, emulator, running
from emulator.server.app import create_app
from emulator.server.uvicorn import running as server
from emulator.settings import Settings

QUICK = (
    "a repeated field, 200,000 times",
    "200,000 fields",
    "a cookie of quotes",
    "a backtracking pattern",
    "a condition that fails, 60 deep",
    "a bomb",
    "a million items of which three should fit",
    "as many items as may be, of which three should fit",
    "different items beyond 64 bits",
    "a tag of 600,000 attributes",
    "half a head",
    "oversize bodies that nobody reads",
    "a refusal",
    "a name of its own",
)


def test_attacks_are_answered_and_harm_nobody() -> None:
    chosen = [each for each in ATTACKS if each.name in QUICK]
    assert len(chosen) == len(QUICK)
    with running({"hostile": emulator(ROOT, DOCUMENT)}) as servers:
        assert list(attacked(servers["hostile"], chosen, timed=False)) == []


def test_oversize_body_lets_others_in_after_each_piece() -> None:
    """The turns of the event loop are counted, and what is sent in each."""
    sent = Counter[int]()
    turns = itertools.count()
    app = create_app(Settings(specs=(DOCUMENT,)))

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        turn = next(turns)

        async def turning() -> None:
            nonlocal turn
            while True:
                await asyncio.sleep(0)
                turn = next(turns)

        async def counting(message: Message) -> None:
            sent[turn] += len(message.get("body", b""))
            await send(message)

        task = asyncio.create_task(turning())
        await app(scope, receive, counting)
        task.cancel()

    with server(counted) as url:
        answer = httpx.get(f"{url}/plain", headers={"prefer": "fault=oversize-body"})
    assert len(answer.content) == sum(sent.values()) == 10_000_000
    assert max(sent.values()) < 500_000


@pytest.mark.parametrize("target", TARGETS)
def test_random_input_is_answered_or_refused_with_a_reason(target: str) -> None:
    fuzzed(target, 5)
