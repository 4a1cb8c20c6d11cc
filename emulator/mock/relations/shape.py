"""Where in a response the record is that it speaks of, or the list."""

from typing import Any, NamedTuple

from emulator.http.messages import Json
from emulator.schema.spelling import plain, singular

#: Members that hold what a response is about.
_ENVELOPES = ("data", "result", "item", "resource", "record", "payload", "response", "entity")
#: Members that hold the list which a response is about, where there are several.
_LISTS = (
    *("data", "items", "results", "records", "entries", "values", "elements", "list", "value"),
    *("hits", "rows", "content", "edges", "nodes", "resources", "result", "docs", "objects"),
)
_MOST_ENVELOPES = 3
#: So many members has an envelope at most.
_MOST_BESIDE = 4


class Place(NamedTuple):
    """A list, and the member of an object or list that it is."""

    on: Any
    name: Any
    items: list[Json]


def records_of(value: Json, nouns: frozenset[str]) -> list[dict[str, Json]]:
    """The objects that may be the record, the outermost first: envelopes are opened.

    `nouns` are what the path speaks of, each as one.
    """
    found: list[dict[str, Json]] = []
    while value.__class__ is dict and len(found) < _MOST_ENVELOPES:
        found.append(value)
        value = _inner(value, nouns)
    return found


def _inner(value: dict[str, Json], nouns: frozenset[str]) -> Json:
    for name in _ENVELOPES:
        if value.get(name).__class__ is dict:
            return value[name]
    about = value.get("metadata")
    if about.__class__ is dict and "name" in about and "uid" in about:
        return about  # as in Kubernetes
    if "id" in value:
        return value.get("attributes")  # JSON:API
    if len(value) == 1:
        return next(iter(value.values()))
    if len(value) <= _MOST_BESIDE:
        for name, each in value.items():
            if each.__class__ is dict and singular(plain(name)) in nouns:
                return each
    return None


def list_of(root: list[Json], records: list[dict[str, Json]], noun: str) -> Place | None:
    """The list that a response is about, None where it is about none."""
    if root[0].__class__ is list:
        return Place(root, 0, root[0])
    for record in records:
        lists = {name: each for name, each in record.items() if each.__class__ is list}
        if len(lists) > 1:
            named = [name for name in lists if noun and singular(plain(name)) == noun]
            named += [name for name in _LISTS if name in lists]
            lists = {name: lists[name] for name in named[:1]}
        for name, each in lists.items():
            return Place(record, name, each)
    return None
