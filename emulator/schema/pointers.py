"""JSON pointers (RFC 6901), as strings and as URI fragments."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, unquote

from emulator.http.messages import Json

_MAX_REFERENCES = 20  # in a chain
#: RFC 6901, 4: no sign, no leading zero; no list has more than 18 digits of members.
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")


def is_reference(value: Json) -> bool:
    """Whether a value is an object with a `$ref`."""
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)


def escape(token: str) -> str:
    """One reference token, escaped."""
    return token.replace("~", "~0").replace("/", "~1")


def pointer_of(parts: Iterable[str | int]) -> str:
    """The pointer with these reference tokens."""
    return "".join(["/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts])


def unescape(token: str) -> str:
    """One reference token as it was before it was escaped."""
    return token.replace("~1", "/").replace("~0", "~")


def reference_to(parts: Iterable[str]) -> str:
    """The `$ref` to a place in the same document: a URI fragment (RFC 6901, 6)."""
    # What RFC 3986 allows in a fragment stays readable; validators refuse the rest unquoted.
    return "#" + quote(pointer_of(parts), safe="/~!$&'()*+,;=:@-._?")


def parts_of(pointer: str) -> list[str]:
    """The reference tokens of a pointer, unescaped."""
    return [unescape(part) for part in pointer.split("/")[1:]]


def parts_of_reference(fragment: str) -> tuple[str, ...]:
    """The reference tokens of a URI fragment, each decoded on its own: `%2F` is no slash."""
    return tuple(unescape(unquote(part)) for part in fragment.split("/")[1:])


def lookup(document: Json, parts: Iterable[str]) -> Json:
    """The value at these reference tokens; raises KeyError."""
    for part in parts:
        if isinstance(document, list) and not _INDEX.fullmatch(part):
            raise KeyError(part)
        try:
            document = document[int(part) if isinstance(document, list) else part]
        except (KeyError, IndexError, TypeError):
            raise KeyError(part) from None
    return document


def resolve(document: Json, reference: str) -> Json:
    """The value a local reference (`#/a/b`) points to; raises KeyError."""
    if reference == "#":
        return document
    if not reference.startswith("#/"):
        raise KeyError(reference)
    return lookup(document, _parts(reference))


@lru_cache(maxsize=4096)
def _parts(reference: str) -> tuple[str, ...]:
    """The reference tokens of a local reference; many in a document are the same."""
    return tuple(parts_of(unquote(reference[1:])))


def follow(document: Json, value: Json) -> Json:
    """The value behind a chain of local `$ref`s; raises KeyError."""
    for _ in range(_MAX_REFERENCES):
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            break
        value = resolve(document, value["$ref"])
    return value
