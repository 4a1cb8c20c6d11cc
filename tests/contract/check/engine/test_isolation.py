import codecs

import pytest

from emulator.contract.check.engine.isolation import characters_of


def _comes_back(character: int, codec: str) -> bool:
    try:
        return chr(character).encode(codec).decode(codec) == chr(character)
    except (UnicodeError, ValueError):
        return False


@pytest.mark.parametrize("codec", ["utf-8", "iso8859-1", "ascii"])
def test_characters_of_a_codec_are_those_that_come_back(codec: str) -> None:
    assert codecs.lookup(codec).name == codec
    known, odd = characters_of(codec)
    assert odd.intervals == ()
    for first, last in known.intervals:
        assert _comes_back(first, codec)
        assert _comes_back(last, codec)
        assert not _comes_back(last + 1, codec)
        assert first == 0 or not _comes_back(first - 1, codec)
