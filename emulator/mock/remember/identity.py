"""Which member of a record is its id."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.mock.relations.table import ID_MEMBERS, IDS
from emulator.mock.remember.names import IDENTITIES
from emulator.mock.remember.shapes import Place, keyword, members
from emulator.openapi.promises.model import Resource
from emulator.schema.spelling import parts_of, plain, singular

#: Objects of a record that say what it is called, as in Kubernetes.
_ABOUT = ("metadata",)


def id_place(
    resource: Resource,
    inside: Mapping[str, Json],
    definitions: Mapping[str, Json],
    collection: str,
    parameter: Json,
) -> Place:
    """The place of the id in a record with these members; nowhere where it has none, or is single.

    `parameter` is the schema of the path parameter with the id.
    """
    if not resource.parameter and not resource.list:
        return ()
    named = resource.id.rsplit("/", 1)[-1] if resource.id else ""
    sure = (plain(named), plain(resource.parameter), plain(f"{singular(collection)}id"))
    weak = IDENTITIES[len(ID_MEMBERS) :] if resource.parameter else ()
    fits = dict(_fitting(resource.parameter, inside, definitions, parameter))
    for wanted in (sure, tuple(map(plain, ID_MEMBERS))):
        found = next((fits[each] for each in wanted if each and each in fits), None)
        if found is not None:
            return (found,)
    nested = next(_nested(resource.parameter, inside, definitions), None)
    if nested is not None:
        return nested
    return next(((fits[each],) for each in map(plain, weak) if each in fits), ())


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


def _nested(
    name: str, inside: Mapping[str, Json], definitions: Mapping[str, Json]
) -> Iterator[Place]:
    """The ids of what a record names: `user.id` for `user_id`, and `metadata.name` for `name`."""
    called = singular("".join(word for word in parts_of(name) if word not in IDS))
    for holder, schema in inside.items():
        if plain(holder) in _ABOUT:
            wanted: tuple[str, ...] = (plain(name),)
        elif called and plain(holder) == called:
            wanted = tuple(map(plain, ID_MEMBERS))
        else:
            continue
        by_name = {plain(each): each for each in members(schema, definitions)}
        yield from ((holder, by_name[each]) for each in wanted if each in by_name)
