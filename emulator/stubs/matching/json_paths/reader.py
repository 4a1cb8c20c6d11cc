"""Reads a text from its beginning: what comes next, and where it is not what must come."""

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

T = TypeVar("T")

_BLANK = re.compile(r"\s*")


class TextReader:
    """The text, and the place that was read up to."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fail(self, message: str) -> NoReturn:
        """Raise ValueError with the place."""
        place = (
            f"at {self.text[self.at : self.at + 20]!r}" if self.text[self.at :] else "at its end"
        )
        raise ValueError(f"{self.text!r} is not a JSONPath: {place}, {message}")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the text goes on with, if it is like this."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def sign(self, sign: str) -> bool:
        """Whether the text goes on with a sign, after any blanks."""
        found = _BLANK.match(self.text, self.at)
        start = found.end() if found else self.at
        if not self.text.startswith(sign, start):
            return False
        self.at = start + len(sign)
        return True

    def need(self, sign: str) -> None:
        """Read a sign; raises ValueError where another comes."""
        if not self.sign(sign):
            self.fail(f"{sign!r} is expected")

    def blanks(self) -> None:
        """Read over any blanks."""
        self.take(_BLANK)

    def listed(self, read: Callable[[], T], end: str) -> list[T]:
        """What is between commas, up to the sign at the end."""
        found: list[T] = []
        while not self.sign(end):
            if found:
                self.need(",")
            found.append(read())
        return found
