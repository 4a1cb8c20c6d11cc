"""Where a value is in the files of a document."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias

from emulator.http.messages import Json

#: A value's place: its file's name, or its parent's place and its key there. Built for every value
#: on the way down, so it is cheap; only a notice or a reference asks for the pointer.
Place: TypeAlias = "str | tuple[Place, str | int]"
Tokens: TypeAlias = tuple[str, ...]
#: Finds the file and the pointer that the author of a document knows for a place.
Locate: TypeAlias = Callable[[Place], tuple[str, str]]


def tokens_of(place: Place) -> tuple[str, Tokens]:
    """The file a place is in, and the unescaped parts of the pointer to it."""
    tokens: list[str] = []
    while not isinstance(place, str):
        place, key = place
        tokens.append(str(key))
    return place, tuple(reversed(tokens))


def place_of(file: str, tokens: Iterable[str]) -> Place:
    """The place at a pointer into a file."""
    place: Place = file
    for token in tokens:
        place = (place, token)
    return place


class Sources(Protocol):
    """The files a document is made of, by keys of the implementer's choice."""

    @property
    def root(self) -> str:
        """The key of the document itself."""

    @property
    def trees(self) -> Mapping[str, Json]:
        """What has been read, by key."""

    def open(self, base: str, url: str) -> str:
        """Read the file that `url` means from `base` and return its key; raises DocumentError."""

    def content(self, base: str, url: str) -> bytes:
        """The bytes of the file that `url` means from `base`; raises DocumentError."""

    def display(self, key: str) -> str:
        """The file's name as its author knows it."""
