"""Which member of a record is its id."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.mock.remember.names import IDENTITIES
from emulator.mock.remember.shapes import Place, keyword, members
from emulator.openapi.promises.model import Resource
from emulator.openapi.promises.routes import ID_MEMBERS, IDS, Step, route_of
from emulator.schema.spelling import parts_of, plain

#: Objects of a record that say what it is called, as in Kubernetes.
_ABOUT = ("metadata",)


def id_place(
    resource: Resource,
    template: str,
    inside: Mapping[str, Json],
    definitions: Mapping[str, Json],
    parameter: Json,
) -> Place:
    """The place of the id in a record with these members; nowhere where it has none, or is single.

    `template` is the path of a record, or of the list, `parameter` the schema of the parameter at
    its end.
    """
    if not resource.parameter and not resource.list:
        return ()
    route = route_of(template)
    own = route.own if resource.parameter else None
    named = plain(resource.id.rsplit("/", 1)[-1]) if resource.id else ""
    sure = (named, *(own.members if own else ()), f"{route.noun}id")
    words = parts_of(resource.parameter)
    ends = ("".join(words[first:]) for first in range(1, len(words) - 1))
    likely = [*ends, *(each for each in words[-1:] if each in IDENTITIES)]
    weak = (*own.either, *likely, *IDENTITIES[len(ID_MEMBERS) :]) if own else ()
    fits = dict(_fitting(resource.parameter, inside, definitions, parameter))
    for wanted in (sure, tuple(map(plain, ID_MEMBERS))):
        found = next((fits[each] for each in wanted if each and each in fits), None)
        if found is not None:
            return (found,)
    nested = _nested(own, inside, definitions) if own else None
    return nested or next(((fits[each],) for each in map(plain, weak) if each in fits), ())


def _fitting(
    name: str, inside: Mapping[str, Json], definitions: Mapping[str, Json], parameter: Json
) -> Iterator[tuple[str, str]]:
    """The members that may have what the parameter has, by their plain names; the first of several.

    A text that is not called an id is no number: where `username` names a user, `login` does, too.
    """
    words = parts_of(name)
    is_text = keyword(parameter, "type", definitions) == "string"
    names_in_text = is_text and bool(words) and words[-1] not in IDS
    for member, schema in reversed(tuple(inside.items())):
        is_number = keyword(schema, "type", definitions) in ("integer", "number")
        if not (names_in_text and is_number):
            yield plain(member), member


def _nested(own: Step, inside: Mapping[str, Json], definitions: Mapping[str, Json]) -> Place | None:
    """The id of what a record names: `user.id` for `user_id`, and `metadata.name` for `name`."""
    for holder, schema in inside.items():
        if plain(holder) in _ABOUT:
            wanted: tuple[str, ...] = own.members
        elif own.holder and plain(holder) == own.holder:
            wanted = tuple(map(plain, ID_MEMBERS))
        else:
            continue
        by_name = {plain(each): each for each in members(schema, definitions)}
        found = next((by_name[each] for each in wanted if each in by_name), None)
        if found is not None:
            return holder, found
    return None
