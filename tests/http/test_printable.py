"""Text from elsewhere steers no terminal."""

import pytest

from emulator.http.printable import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [("é 日\n", "é 日\n"), ("\x1b[2J\r", "\\x1b[2J\\r"), ("\u202e", "\\u202e")],
    ids=["letters", "terminal control", "direction override"],
)
def test_printable_shows_what_would_steer_a_terminal(text: str, expected: str) -> None:
    assert printable(text) == expected
