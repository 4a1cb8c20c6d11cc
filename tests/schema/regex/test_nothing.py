"""Patterns that fit no text."""

import pytest

from emulator.schema.regex.nothing import fits_nothing


@pytest.mark.parametrize(
    "pattern", ["(?!)", "$^a", "a^b", "a$b", "(a$)(?!)", "(?:x(?!))+", "(?!)|$a"]
)
def test_pattern_that_fits_no_text(pattern: str) -> None:
    assert fits_nothing(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["", "$^", "^a$", "[^a]^?", "^^a$$", "(?:x(?!))*", "(?!a)b", "(?m)a$\n^b", "a*^b", "\\$a"],
)
def test_pattern_that_may_fit_one(pattern: str) -> None:
    assert not fits_nothing(pattern)
