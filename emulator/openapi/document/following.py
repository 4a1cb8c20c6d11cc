"""Follow `$ref`s where the specification has none.

Authors split documents with tools that follow a `$ref` anywhere: for all of `components`, a
`content`, a list of parameters, an operation. What they mean is plain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document.stand_ins import looks_like_schema
from emulator.schema.locations import Place, Sources, Tokens, place_of, tokens_of
from emulator.schema.notices import Notices
from emulator.schema.pointers import is_reference, lookup, parts_of_reference

_MAX_CHAIN = 20
_MAX_VALUES = 500_000  # in all copies but the first: few lines that refer to each other are many


class Follower:
    """Finds what references lead to in the files as they were written."""

    def __init__(self, sources: Sources, notices: Notices) -> None:
        self._sources = sources
        self._notices = notices
        self._open: set[tuple[str, Tokens]] = set()
        self._sizes: dict[tuple[str, Tokens], int] = {}
        self._values = 0

    @contextmanager
    def parts(self, value: dict[str, Json], place: Place) -> Iterator[list[tuple[Json, Place]]]:
        """What an object with a `$ref` consists of, and where: what it leads to, then its own."""
        found: list[tuple[Json, Place]] = []
        opened: list[tuple[str, Tokens]] = []
        each: Json = value
        where = place
        while is_reference(each) and len(found) < _MAX_CHAIN:
            found.append(({k: v for k, v in each.items() if k != "$ref"}, where))
            target = self._target(each["$ref"], (where, "$ref"))
            if target is None:
                break
            each, where = target
            opened.append(tokens_of(where))
            self._open.add(opened[-1])
        else:
            found.append((each, where))
        try:
            yield found[::-1]
        finally:
            self._open.difference_update(opened)

    def data(self, value: Json, place: Place) -> Json:
        """An example, or what it refers to if it is nothing but a `$ref`.

        One that leads nowhere, or to a schema, may be the API's own data; so it stays as it is.
        """
        if not is_reference(value) or len(value) > 1:
            return value
        reference = value["$ref"]
        base, _ = tokens_of(place)
        try:
            file, tokens = self.locate(base, reference)
            found = lookup(self._sources.trees[file], tokens)
        except (DocumentError, LookupError):
            return value
        if looks_like_schema(found):
            return value
        self._notices.add((place, "$ref"), "misplaced-reference", _MISPLACED.format(reference))
        return found["value"] if isinstance(found, dict) and "value" in found else found

    def locate(self, base: str, reference: str) -> tuple[str, Tokens]:
        """The file and pointer that a reference means; raises DocumentError."""
        url, _, fragment = reference.partition("#")
        file = self._sources.open(base, unquote(url)) if url else base
        return file, parts_of_reference(fragment)

    def through(self, file: str, tokens: Tokens) -> tuple[str, Tokens] | None:
        """Where a pointer leads that passes through other references; None if nowhere."""
        for _ in range(_MAX_CHAIN):
            value = self._sources.trees[file]
            for index, token in enumerate(tokens):
                try:
                    value = lookup(value, (token,))
                except LookupError:
                    if not is_reference(value):
                        return None
                    try:
                        file, head = self.locate(file, value["$ref"])
                    except DocumentError:
                        return None
                    tokens = head + tokens[index:]
                    break
            else:
                return file, tokens
        return None

    def _target(self, reference: str, place: Place) -> tuple[Json, Place] | None:
        base, _ = tokens_of(place)
        try:
            file, tokens = self.locate(base, reference)
            file, tokens = self.through(file, tokens) or (file, tokens)
            value = lookup(self._sources.trees[file], tokens)
        except (DocumentError, LookupError) as error:
            reason = getattr(error, "message", "leads to nothing")
            code = "external-reference" if isinstance(error, DocumentError) else _DANGLING
            self._notices.add(place, code, f"{reference}: {reason}; it is ignored")
            return None
        key = (file, tokens)
        if key in self._open:
            message = f"{reference} leads back to itself; it is ignored"
            self._notices.add(place, "reference-cycle", message)
            return None
        if key in self._sizes:
            self._values += self._sizes[key]
        else:
            self._sizes[key] = _size(value)
        if self._values > _MAX_VALUES:
            message = f"{reference} is one copy too many of something large; it is ignored"
            self._notices.add(place, "too-many-values", message)
            return None
        self._notices.add(place, "misplaced-reference", _MISPLACED.format(reference))
        return value, place_of(file, tokens)


_DANGLING = "dangling-reference"
_MISPLACED = "{} is followed, though the specification has no reference here"


def _size(value: Json) -> int:
    """How many values there are in a value."""
    count, pending = 0, [value]
    while pending:
        count += 1
        each = pending.pop()
        if isinstance(each, dict | list):
            pending += each.values() if isinstance(each, dict) else each
    return count
