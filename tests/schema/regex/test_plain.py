"""Patterns without a choice: drawn in one loop, as the walk over their tree draws them."""

from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.schema.regex.match import matches
from emulator.schema.regex.nodes import width
from emulator.schema.regex.parse import parse
from emulator.schema.regex.plain import plain_sampler
from emulator.schema.regex.walk import PatternWalk, walker

PARTS = st.sampled_from(["a", "[A-Z]", r"\d", "[^a]", ".", "-", "(?:b)", "(c[de])", "[^\\s\\S]"])
COUNTS = st.sampled_from(["", "", "*", "+", "?", "{3}", "{1,4}", "{2,}"])
ROWS = st.lists(st.tuples(PARTS, COUNTS).map("".join), max_size=6).map("".join)
FRAMES = st.sampled_from(["{}", "^{}$", "^{}", "(?!b){}", "{}^", "^{}\\b"])
PATTERNS = st.tuples(FRAMES, ROWS).map(lambda parts: parts[0].format(parts[1]))


@given(PATTERNS, st.integers(0, 9), st.integers(0, 30), st.integers(0, 99))
def test_text_and_chance_are_those_of_the_walk(
    pattern: str, low: int, more: int, seed: int
) -> None:
    node = parse(pattern).root
    least, high = width(node), low + more
    plain = plain_sampler(node, least, low, high)
    assume(plain is not None)
    assert plain is not None
    here, there = Random(seed), Random(seed)
    text = plain.draw(here)
    assert text == walker(node)(PatternWalk(there, least, low, high, 0))
    assert here.random() == there.random()
    assert plain.length is None or len(text) == plain.length
    assert not plain.sure or matches(node, text)
