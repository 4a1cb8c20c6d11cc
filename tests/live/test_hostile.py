"""Attacks of `make hostile` that are over soon, and a little of `make fuzz`."""

import pytest

from benchmarks.attacks import ATTACKS
from benchmarks.fuzz import TARGETS, fuzzed
from benchmarks.hostile import DOCUMENT, attacked
from benchmarks.servers import ROOT, emulator, running

QUICK = (
    "a repeated field, 200,000 times",
    "200,000 fields",
    "a cookie of quotes",
    "a backtracking pattern",
    "a condition that fails, 60 deep",
    "a bomb",
    "half a head",
    "oversize bodies that nobody reads",
    "a refusal",
    "a name of its own",
)


def test_attacks_are_answered_and_harm_nobody() -> None:
    chosen = [each for each in ATTACKS if each.name in QUICK]
    assert len(chosen) == len(QUICK)
    with running({"hostile": emulator(ROOT, DOCUMENT)}) as servers:
        assert list(attacked(servers["hostile"], chosen)) == []


@pytest.mark.parametrize("target", TARGETS)
def test_random_input_is_answered_or_refused_with_a_reason(target: str) -> None:
    fuzzed(target, 5)
