"""Patterns without a choice: drawn in one loop."""

from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.schema.regex.match import matches
from emulator.schema.regex.nodes import width
from emulator.schema.regex.parse import parse
from emulator.schema.regex.plain import plain_sampler
from tests.support.chance import words_of

PARTS = st.sampled_from(["a", "[A-Z]", r"\d", "[^a]", ".", "-", "(?:b)", "(c[de])", "[^\\s\\S]"])
COUNTS = st.sampled_from(["", "", "*", "+", "?", "{3}", "{1,4}", "{2,}"])
ROWS = st.lists(st.tuples(PARTS, COUNTS).map("".join), max_size=6).map("".join)
FRAMES = st.sampled_from(["{}", "^{}$", "^{}", "(?!b){}", "{}^", "^{}\\b"])
PATTERNS = st.tuples(FRAMES, ROWS).map(lambda parts: parts[0].format(parts[1]))


@given(PATTERNS, st.integers(0, 9), st.integers(0, 30), st.integers(0, 99))
def test_text_matches_and_has_its_length(pattern: str, low: int, more: int, seed: int) -> None:
    node = parse(pattern).root
    least, high = width(node), low + more
    plain = plain_sampler(node, least, low, high)
    assume(plain is not None)
    assert plain is not None
    text = plain.draw(words_of(seed))
    assert not plain.sure or len(text) >= least
    assert plain.length is None or len(text) == plain.length
    assert not plain.sure or matches(node, text)
