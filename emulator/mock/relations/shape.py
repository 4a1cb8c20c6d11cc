"""Where in a response the record is that it speaks of, or the list."""

from typing import Any, NamedTuple

from emulator.http.messages import Json
from emulator.mock.relations.names import plain, singular

#: Members that hold what a response is about.
_ENVELOPES = ("data", "result", "item", "resource", "record", "payload", "response", "entity")
#: Members that hold the list which a response is about, where there are several.
_LISTS = (
    *("data", "items", "results", "records", "entries", "values", "elements", "list", "value"),
    *("hits", "rows", "content", "edges", "nodes", "resources", "result", "docs", "objects"),
)
_MOST_ENVELOPES = 3


class Place(NamedTuple):
    """A list, and the member of an object or list that it is."""

    on: Any
    name: Any
    items: list[Json]


def records_of(value: Json, noun: str) -> list[dict[str, Json]]:
    """The objects that may be the record, the outermost first: envelopes are opened."""
    found: list[dict[str, Json]] = []
    while value.__class__ is dict and len(found) < _MOST_ENVELOPES:
        found.append(value)
        value = _inner(value, noun)
    return found


def _inner(value: dict[str, Json], noun: str) -> Json:
    for name in _ENVELOPES:
        if value.get(name).__class__ is dict:
            return value[name]
    if value.get("attributes").__class__ is dict and "id" in value:
        return value["attributes"]  # JSON:API
    if len(value) <= 4 and "id" not in value:
        objects = {name: each for name, each in value.items() if each.__class__ is dict}
        if len(objects) == 1:
            ((name, inner),) = objects.items()
            if len(value) == 1 or (noun and singular(plain(name)).endswith(noun)):
                return inner
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
