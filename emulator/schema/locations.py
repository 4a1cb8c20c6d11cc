"""Where a value stands in the files of a document: places, and JSON pointers to them."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias
from urllib.parse import quote, unquote

from emulator.http.messages import Json

#: A value's place: its file's name, or its parent's place and its key there. Built for every value
#: on the way down, so it is cheap; only a notice or a reference asks for the pointer.
Place: TypeAlias = "str | tuple[Place, str | int]"
Tokens: TypeAlias = tuple[str, ...]


def tokens_of(place: Place) -> tuple[str, Tokens]:
    """The file a place is in, and the unescaped parts of the pointer to it."""
    tokens: list[str] = []
    while not isinstance(place, str):
        place, key = place
        tokens.append(str(key))
    return place, tuple(reversed(tokens))


def to_pointer(tokens: Iterable[str]) -> str:
    """The JSON pointer (RFC 6901) made of unescaped parts."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def to_reference(tokens: Iterable[str]) -> str:
    """The `$ref` to a place in the same document: a URI fragment (RFC 6901, 6)."""
    # What RFC 3986 allows in a fragment stays readable; validators refuse the rest unquoted.
    return "#" + quote(to_pointer(tokens), safe="/~!$&'()*+,;=:@-._?")


def unescape(part: str) -> str:
    """A part of the pointer in a `$ref` as it was before it was put into a URI."""
    return unquote(part).replace("~1", "/").replace("~0", "~")


def lookup(value: Json, tokens: Iterable[str]) -> Json:
    """The value a pointer leads to; raises LookupError if there is none."""
    for token in tokens:
        if isinstance(value, dict):
            value = value[token]
        elif isinstance(value, list) and token.isascii() and token.isdigit():
            value = value[int(token)] if len(token) < 10 else _missing(token)
        else:
            _missing(token)
    return value


def _missing(token: str) -> Json:
    raise LookupError(token)


class Sources(Protocol):
    """The files a document is made of, by keys of the implementer's choice."""

    @property
    def root(self) -> str:
        """The key of the document itself."""

    @property
    def trees(self) -> Mapping[str, Json]:
        """What has been read, by key."""

    def open(self, base: str, url: str) -> str:
        """The key of the file `url` names, seen from `base`, read; raises DocumentError."""

    def display(self, key: str) -> str:
        """The file's name as its author would write it."""
