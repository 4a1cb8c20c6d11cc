"""What identifies a thing: in a response that shows it, at the end of its path, in a list."""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from emulator.contract.check.exchanges import at
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Resource
from emulator.openapi.promises.routes import ID_MEMBERS, route_of
from emulator.schema.spelling import plain


def identities_in(resource: Resource, path: str, body: Json) -> Iterator[Json]:
    """What a body says identifies its thing, the likeliest first; `path` is that of a thing."""
    # In the body itself, or in the one object that it wraps.
    wrapped = [f"/{name}" for name, value in _members(body).items() if isinstance(value, Mapping)]
    holders = ["", *(wrapped if len(wrapped) == 1 else [])]
    holders = holders if resource.record is None else [resource.record]
    if resource.id is not None:
        found = [at(body, resource.id)]
    else:
        inside = [_by_plain_name(at(body, holder)) for holder in holders]
        found = [each.get(name) for each in inside for name in plain_names(resource, path)]
    yield from filter(_may_identify, found)


def _by_plain_name(value: Json) -> Mapping[str, Json]:
    return {plain(name): each for name, each in reversed(tuple(_members(value).items()))}


def located_by(resource: Resource, read: Operation | None, location: str) -> Json:
    """The identity at the end of a Location, where that is the path to read it by."""
    if not location or read is None:
        return None
    path = urlsplit(location).path.rstrip("/")
    pieces = re.split(r"\{[^{}]*\}", read.path.rstrip("/"))
    found = re.search("([^/]+)".join(map(re.escape, pieces)) + "$", path)
    ends = read.path.rstrip("/").endswith(f"{{{resource.parameter}}}")
    return unquote(found[found.re.groups]) if found and ends else None


def all_identities(names: Collection[str], value: Json, name: str = "") -> Iterator[Json]:
    """What may identify an item: any text in it, numbers only of members with these plain names."""
    if isinstance(value, Mapping):
        for each, member in value.items():
            yield from all_identities(names, member, plain(each))
    elif isinstance(value, list):
        for each in value:
            yield from all_identities(names, each, name)
    elif isinstance(value, str) or not name or name in names:
        yield value


def own_identities(names: Collection[str], item: Json) -> Iterator[Json]:
    """What identifies an item and nothing that belongs to it, where its members are named so."""
    members = _members(item)
    inner = [value for value in members.values() if isinstance(value, Mapping)]
    for holders in ([members], inner):
        all_members = [each for holder in holders for each in holder.items()]
        found = [v for n, v in all_members if plain(n) in names and _may_identify(v)]
        if found:
            yield from found
            return
    yield from all_identities(names, item)


def identity_names(resource: Resource) -> tuple[str, ...]:
    """The names that a document gives to what identifies a thing."""
    return resource.parameter, (resource.id or "").rpartition("/")[2]


def plain_names(resource: Resource, path: str) -> tuple[str, ...]:
    """The plain names of members that identify what a path ends with, the likeliest first."""
    own = route_of(path).own
    named = map(plain, identity_names(resource))
    return tuple(dict.fromkeys((*filter(None, named), *(own.members if own else ()), *ID_MEMBERS)))


def _may_identify(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _members(body: Json) -> Mapping[str, Json]:
    return body if isinstance(body, Mapping) else {}
