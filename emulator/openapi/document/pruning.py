"""Remove references that lead nowhere, and everything that has to go with them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from emulator.http.messages import Json
from emulator.openapi.document.scopes import Scope
from emulator.schema.locations import Place, Tokens
from emulator.schema.notices import Notices
from emulator.schema.pointers import lookup

Object: TypeAlias = dict[str, Json]

# Objects that stay, without their `$ref`, where it leads nowhere; others are removed.
_KEPT = ("schema", "pathItem", "response")
#: Fields whose values are the API's, not the document's.
DATA = frozenset(("default", "example", "value", "dataValue", "const", "enum"))


class Reference(Struct, frozen=True):
    """An object with a `$ref`, the kind it should lead to, and the object or list it is in.

    `scope` are the dynamic anchors that were met on the way to it, if any.
    """

    node: Object
    kind: str
    place: Place
    parent: Object | list[Json] | None = None
    scope: Scope = {}


#: A reference that leads somewhere: the pointer and what is there.
Link: TypeAlias = tuple[Reference, Tokens, Json]


def prune(
    document: Object, links: list[Link], dangling: list[Reference], notices: Notices
) -> list[Link]:
    """Take dangling references out of the document, and return the links that remain.

    With them goes what refers to what they stood for; their own notices have been given.
    """
    dangling = dangling + _circular(links, notices)
    while dangling:
        _remove(_with_users(links, dangling, notices))
        links = [link for link in links if "$ref" in link[0].node]
        dangling = _displaced(document, links, notices)
    return links


def _circular(links: list[Link], notices: Notices) -> list[Reference]:
    """References, other than schemas', that lead to references until they meet themselves."""
    following = {id(r.node): (r, value) for r, _, value in links if r.kind != "schema"}
    ending: set[int] = set()
    circular: list[Reference] = []
    for start in following:
        chain: dict[int, None] = {}
        at = start
        while at in following and at not in ending and at not in chain:
            chain[at] = None
            at = id(following[at][1])
        if at in chain:
            reference = following[at][0]
            message = f"{reference.node['$ref']} leads back to itself; it is ignored"
            notices.add(reference.place, "reference-cycle", message)
            circular.append(reference)
        ending.update(chain)
    return circular


def _with_users(links: list[Link], dangling: list[Reference], notices: Notices) -> list[Reference]:
    """Add the references to objects that will be removed with these references."""
    users: dict[int, list[Reference]] = defaultdict(list)
    for reference, _, value in links:
        if reference.kind not in _KEPT:
            users[id(value)].append(reference)
    gone = list(dangling)
    for reference in gone:  # grows
        for user in users.pop(id(reference.node), ()):
            _notice(user, notices)
            gone.append(user)
    return gone


def _displaced(document: Object, links: list[Link], notices: Notices) -> list[Reference]:
    """References by index into a list that has become shorter."""
    displaced: list[Reference] = []
    for reference, tokens, value in links:
        try:
            intact = lookup(document, tokens) is value or reference.kind == "schema"
        except LookupError:
            intact = False
        if not intact:
            _notice(reference, notices)
            displaced.append(reference)
    return displaced


def _remove(dangling: list[Reference]) -> None:
    """Remove the references from what they are in: a schema's `$ref`, or the whole object."""
    parents: dict[int, tuple[Json, set[int]]] = {}
    for reference in dangling:
        reference.node.pop("$ref", None)
        if reference.kind not in _KEPT:
            parent = reference.parent
            parents.setdefault(id(parent), (parent, set()))[1].add(id(reference.node))
    for parent, nodes in parents.values():
        if isinstance(parent, list):
            parent[:] = [item for item in parent if id(item) not in nodes]
        elif isinstance(parent, dict):
            for key in [key for key, item in parent.items() if id(item) in nodes]:
                del parent[key]


def _notice(reference: Reference, notices: Notices) -> None:
    message = f"{reference.node['$ref']} leads to nothing of use; it is ignored"
    notices.add(reference.place, "dangling-reference", message)


def drop_foreign(values: Iterable[Json]) -> None:
    """Take references to other files out of what was kept without being understood.

    Nobody follows them, but other tools would, to files that a bundled document doesn't have.
    """
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                del value["$ref"]
            pending += [item for name, item in value.items() if name not in DATA]
        elif isinstance(value, list):
            pending += value
