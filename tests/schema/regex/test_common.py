"""Texts that several patterns match at once: found wherever there are some, and in bounded work."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.schema.regex.common import common_sampler, nothing
from emulator.schema.regex.match import matches
from emulator.schema.regex.parse import parse
from tests.support.chance import words_of

PARTS = st.sampled_from(["a", "[ab]", "b", "-", ".", "(?:ab|-)", "(a|b-)", "$", "^", "[^b]"])
LOOKS = st.sampled_from(["(?=.*b)", "(?!.*aa)", "(?=a|-)", "(?!b$)"])
COUNTS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"])
COUNTED = st.tuples(PARTS, COUNTS).map(
    lambda parts: parts[0] if parts[0] in "^$" else "".join(parts)
)
ROWS = st.lists(COUNTED | LOOKS, max_size=4).map("".join)
FRAMES = st.sampled_from(["{}", "^{}$", "^{}", "{}$", "^(?:{}|b)-"])
PATTERNS = st.tuples(FRAMES, ROWS).map(lambda parts: parts[0].format(parts[1]))
SHORT = ["".join(each) for size in range(4) for each in itertools.product("ab-", repeat=size)]


@settings(deadline=None, max_examples=60)
@given(st.lists(PATTERNS, min_size=1, max_size=3), st.integers(0, 3), st.integers(0, 99))
def test_texts_match_all_patterns_and_none_is_missed(
    patterns: list[str], low: int, seed: int
) -> None:
    sampler = common_sampler(tuple(patterns), low, 3)
    nodes = [parse(pattern).root for pattern in patterns]
    if sampler is None or sampler is nothing:
        texts = [text for text in SHORT if len(text) >= low]
        assert not any(all(matches(node, text) for node in nodes) for text in texts)
    else:
        text = sampler(words_of(seed)) or ""
        assert low <= len(text) <= 3
        assert all(matches(node, text) for node in nodes), (patterns, text)


@pytest.mark.parametrize(
    "patterns",
    [
        (r"^[a-z]+-", "[0-9]{4}$"),
        (r"^(?=.*[A-Z])(?=.*\d)(?=.*[!@#$])[A-Za-z\d!@#$]{10,}$",),
        (r"^\w+$", "^(?!admin$)", "^.{5}$"),
        ("[A-Z]", "[a-z]", "[0-9]", "[!@#]"),
        ("^^[a-z]{3}$$", "^(?![^]*(?:^[a-y]|^z$))"),
    ],
)
def test_examples(patterns: tuple[str, ...]) -> None:
    sampler = common_sampler(patterns, 0, 100)
    assert sampler is not None
    found = {sampler(words_of(seed)) for seed in range(20)}
    assert len(found) > 10
    nodes = [parse(pattern).root for pattern in patterns]
    assert all(matches(node, text or "") for node in nodes for text in found)


@pytest.mark.parametrize(
    "patterns",
    [
        (r"^(a)\1$",),
        (r"^\bword",),
        ("(?<=a)b",),
        (".*a.{12}$", "b.{14}$"),  # thousands of states
        ("^(?:(?:a{1,9}){1,9}){1,9}$", "^.{900}$"),
        ("^((a|^b)c)+$",),
        tuple(f"^.{{{length},}}$" for length in range(40)),
        ("a" * 2_000,),
        ("^" + "(?:a|" * 40 + "b" + ")" * 40,),
        ("[",),
    ],
)
def test_what_is_too_much_is_none(patterns: tuple[str, ...]) -> None:
    assert common_sampler(patterns, 0, 100) is None


def test_lengths_are_kept() -> None:
    for low, high in ((0, 0), (7, 7), (30, 35), (100, 100_000)):
        sampler = common_sampler(("^[ab]*$", "^(?!.*bb)"), low, high)
        assert sampler is not None
        assert all(low <= len(sampler(words_of(seed)) or "") <= high for seed in range(9))
    assert common_sampler(("^[ab]{3}$",), 4, 9) is nothing
    assert common_sampler(("^a*$",), 5_000, 9_000) is None


@pytest.mark.parametrize(
    "patterns", [("^a$", "^b$"), ("^(?=(a+)+$)a{40}b$",), ("a", "^[^a]*$"), ("^(?!a)a",), ("a^",)]
)
def test_what_has_no_text_is_known_to_have_none(patterns: tuple[str, ...]) -> None:
    assert common_sampler(patterns, 0, 100_000) is nothing
    assert common_sampler(patterns, 0, 9) is nothing
