"""Python's engine gives the verdict of the matcher, wherever it is asked."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.schema.regex.classes import PatternError
from emulator.schema.regex.match import matches
from emulator.schema.regex.nodes import Node
from emulator.schema.regex.parse import parse
from emulator.schema.regex.quick import quickened

PARTS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", ".", r"\d", r"\w", "^", "$", "(a)", "(?:ab)", "(a|b)", "(?i)"]
)
COUNTS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"])
PATTERNS = st.lists(st.tuples(PARTS, COUNTS).map("".join), max_size=5).map("".join)
NESTED = st.tuples(PATTERNS, PATTERNS, COUNTS, PATTERNS).map(
    lambda parts: f"{parts[0]}(?:{parts[1]}){parts[2]}{parts[3]}"
)
TEXTS = st.text("aAb1 \n\u2028é", max_size=12) | st.integers(0, 300).map("ab".__mul__)


def tree(pattern: str) -> Node:
    """The tree of a pattern; one that can't be read is none of these tests'."""
    try:
        return parse(pattern).root
    except PatternError:
        assume(False)
        raise


@given(PATTERNS | NESTED | st.text("ab.*+?()[]{}|^$\\dw-1", max_size=14), TEXTS)
def test_verdict_is_the_matchers(pattern: str, text: str) -> None:
    node = tree(pattern)
    quick = quickened(node)
    assume(quick is not None)
    assert quick is not None
    text = text[: quick.longest]
    assert (quick.expression.search(text) is not None) is matches(node, text)


@pytest.mark.parametrize(
    "pattern",
    ["^[A-Z]{3}-[0-9]{5}$", r"^\+[1-9][0-9]{6,14}$", r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$", "^$",
     r"^(?:\d{4})-(?:0[1-9]|1[0-2])$", "^#?([a-fA-F0-9]{6}|[a-fA-F0-9]{3})$", "[a-z]", r"^.*$"],
)  # fmt: skip
def test_usual_patterns_are_quick(pattern: str) -> None:
    assert quickened(tree(pattern)) is not None


@pytest.mark.parametrize(
    "pattern",
    [r"^(\w)\1$", "(?=a)", "(?<!a)b", r"\ba", "^(a+)+$", "(a*)*c", "^a*a*a*a*a*a*a*a*b$",
     "^(?:ab)*(?:ab)*(?:ab)*(?:ab)*(?:ab)*$", "a" * 100],
)  # fmt: skip
def test_patterns_that_could_run_out_of_steps_are_left_to_the_matcher(pattern: str) -> None:
    assert quickened(tree(pattern)) is None
