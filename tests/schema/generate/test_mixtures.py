"""Texts of makers are as long as they are known to be."""

import pytest

from emulator.schema.generate import formats, names
from emulator.schema.generate.mixtures import TextMaker, keeps_to, letters, mixture
from tests.support.chance import words_of

MAKERS = {**names._TEXTS, **formats.FORMATS}


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_no_text_is_shorter_or_longer_than_is_known(maker: TextMaker) -> None:
    drawn = [len(maker(words_of(seed))) for seed in range(300)]
    assert not keeps_to(maker, min(drawn) + 1, 1_000)
    assert not keeps_to(maker, 0, max(drawn) - 1)


def test_parts_are_drawn_in_order() -> None:
    ends = words_of(3)
    expected = [ends() % 10 for _ in range(4)]
    digits = range(10)
    assert mixture("%s-%s-%s-%s", digits, digits, digits, digits)(words_of(3)) == "-".join(
        map(str, expected)
    )


def test_lengths_are_known() -> None:
    assert keeps_to(mixture("%s.%02d", range(1, 1000), range(100)), 4, 6)
    assert not keeps_to(mixture("%s", ("a", "abc")), 0, 2)
    assert keeps_to(letters(("abc", 1), ("12", 4)), 5, 5)
    assert not keeps_to(lambda _: "", 0, 100)
