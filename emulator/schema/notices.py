"""Notices: warnings about a document or a fixture at start, with file and JSON pointer."""

from collections import Counter
from collections.abc import Callable

from msgspec import Struct

from emulator.schema.locations import Place

_MAX_PER_CODE = 1_000


class Notice(Struct, frozen=True, order=True):
    """One warning. `code` is kebab-case and stable; `pointer` is a JSON pointer into `file`."""

    file: str
    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}#{self.pointer}" if self.pointer else self.file
        return f"{place}: {self.message} [{self.code}]"


class Notices:
    """Collects notices. `locate` turns a place into the file and pointer its author knows."""

    def __init__(self, locate: Callable[[Place], tuple[str, str]]) -> None:
        self.locate = locate
        self._notices: dict[Notice, None] = {}
        self._counts: Counter[str] = Counter()

    def add(self, place: Place, code: str, message: str) -> None:
        """Add a notice about a place."""
        self._counts[code] += 1
        if self._counts[code] <= _MAX_PER_CODE:
            self._notices[Notice(*self.locate(place), code, message)] = None

    def full(self, code: str) -> bool:
        """Whether no more notices with this code are kept: what they say need not be worked out."""
        return self._counts[code] >= _MAX_PER_CODE

    def listed(self, file: str) -> tuple[Notice, ...]:
        """All notices in the order found; of very many alike, the first thousand and a count."""
        more = (
            Notice(file, "", code, f"and {count - _MAX_PER_CODE:,} more like this")
            for code, count in self._counts.items()
            if count > _MAX_PER_CODE
        )
        return (*self._notices, *more)
