"""`relate`: a value edited until it hangs together, as far as it stays valid."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from emulator.http.messages import Json
from emulator.mock.relations.background import Background
from emulator.mock.relations.choices import Choices, choose_one
from emulator.mock.relations.draft import Draft
from emulator.mock.relations.links import link
from emulator.mock.relations.lists import (
    count_beside,
    count_only,
    counting_members,
    counts_of,
    tell_apart,
)
from emulator.mock.relations.numbers import ordered_members, put_in_order
from emulator.mock.relations.pages import page, turn
from emulator.mock.relations.people import agree_on_name, name_members
from emulator.mock.relations.places import agree_on_place, place_members
from emulator.mock.relations.reflection import reflect_body, reflect_path, reflect_query
from emulator.mock.relations.series import make_even, series_members
from emulator.mock.relations.shape import Place, list_of, records_of
from emulator.mock.relations.states import agree_on_state, state_members
from emulator.mock.relations.times import set_times, time_members
from emulator.openapi.promises.routes import Route, route_of
from emulator.schema.generate.around import Taken

Records: TypeAlias = list[dict[str, Json]]

#: Finds the members of an object, by their names, that relate to one another; nothing if none do.
_Find: TypeAlias = Callable[[tuple[str, ...]], Any]
#: Puts in order what was found in an object, which is the item of a list with this number.
_Arrange: TypeAlias = Callable[[Draft, dict[str, Json], Any, int], None]

#: The relations within an object, in this order.
_RELATIONS: tuple[tuple[_Find, _Arrange], ...] = (
    (state_members, agree_on_state),
    (time_members, set_times),
    (ordered_members, put_in_order),
    (counting_members, count_only),
    (counts_of, count_beside),
    (name_members, agree_on_name),
    (place_members, agree_on_place),
    (series_members, make_even),
)


_RELATIONS_OF = {arrange: find for find, arrange in _RELATIONS}


@lru_cache(maxsize=4096)
def _related(names: tuple[str, ...]) -> tuple[tuple[_Arrange, Any], ...]:
    """What relates in an object with these members."""
    found = ((arrange, find(names)) for find, arrange in _RELATIONS)
    return tuple((arrange, members) for arrange, members in found if members)


def relate(value: Json, background: Background, is_valid: Callable[[Json], bool]) -> Json:
    """The value, edited in place, so that it hangs together with its background and in itself.

    It must be valid and the caller's own; it stays valid: an edit that would break the schema is
    left out. It usually costs one judgement.
    """
    if value.__class__ is not dict and value.__class__ is not list:
        return value
    draft = Draft(value, is_valid, int(background.now.timestamp()))
    route = route_of(background.template)
    records = records_of(value, route.nouns)
    place = _reflect(draft, background, route, records, records)
    reflected = len(draft.changes)
    _arrange(draft, background, route, records, place)
    if draft.changes and not draft.is_valid:
        changes = draft.undo()
        draft.keep(changes[:reflected])
        draft.changes.clear()
        _arrange(draft, background, route, records, place)
        draft.keep(draft.undo())
    return draft.root[0]


def related_to_request(
    value: Json, background: Background, is_valid: Callable[[Json], bool]
) -> Json:
    """The value, edited in place, with what the request says, and on the page it asks for.

    All else stays as it is. It must be valid and the caller's own.
    """
    if value.__class__ is not dict and value.__class__ is not list:
        return value
    draft = Draft(value, is_valid)
    route = route_of(background.template)
    records = records_of(value, route.nouns)
    whole = list_of(draft.root, records, route.noun) if background.query else None
    if whole is not None:
        turn(draft, background, whole)
    place = _reflect(draft, background, route, records, records)
    if place is not None and background.query:
        page(draft, background, Place(place.on, place.name, place.on[place.name]), records)
    if draft.changes and not draft.is_valid:
        draft.keep(draft.undo())
    return draft.root[0]


def reflect(value: Json, body: Json, is_valid: Callable[[Json], bool]) -> Json:
    """The value, edited in place, with what was sent in a body as far as it stays valid.

    It must be valid and the caller's own.
    """
    draft = Draft(value, is_valid)
    reflect_body(draft, body, (value,))
    if draft.changes and not draft.is_valid:
        draft.keep(draft.undo())
    return draft.root[0]


def relate_around(
    value: Json, taken: Taken, background: Background, is_valid: Callable[[Json], bool]
) -> Json:
    """The same for a value drawn around what was sent, of which it has what is `taken`.

    Nobody judged it: None where it is not valid after all edits.
    """
    draft = Draft(value, is_valid, int(background.now.timestamp()), taken)
    route = route_of(background.template)
    records = records_of(value, route.nouns)
    place = _reflect(draft, background, route, records, records[1:])
    _arrange(draft, background, route, records, place)
    return draft.root[0] if draft.is_valid else None


def _reflect(
    draft: Draft, background: Background, route: Route, records: Records, untaken: Records
) -> Place | None:
    """Put into the value what the request said; the list that it is about, if it is.

    What the body says is put into those `untaken`.
    """
    place: Place | None = None
    if background.body is not None:
        reflect_body(draft, background.body, untaken)
    elif route.own is None:
        place = list_of(draft.root, records, route.noun)
    if background.query:
        reflect_query(draft, background, records, place)
    if background.path:
        items = place.items if place is not None else []
        reflect_path(draft, background, route, records, items)
    return place


def _arrange(
    draft: Draft, background: Background, route: Route, records: Records, place: Place | None
) -> None:
    """Put in order what relates within the value."""
    if place is not None:
        place = Place(place.on, place.name, place.on[place.name])
        page(draft, background, place, records)
    _walk(draft, route.noun, background.choices)
    link(draft, background, route, records, place)


def _walk(draft: Draft, noun: str, choices: Choices) -> None:
    """Put in order each object, and each list of objects, of the value."""
    given = draft.given
    if id(draft.root[0]) in given:
        return
    stack: list[tuple[Json, str, int]] = [(draft.root[0], noun, 0)]
    while stack:
        each, called, number = stack.pop()
        if each.__class__ is dict:
            if choices and not choices.keys().isdisjoint(each):
                choose_one(draft, each, choices)
            size = len(each)
            for arrange, members in _related(tuple(each)):
                if len(each) != size:  # one before took members away
                    members = _RELATIONS_OF[arrange](tuple(each))
                if members:
                    arrange(draft, each, members, number)
            for name, member in each.items():
                kind = member.__class__
                if (kind is dict or kind is list) and member and id(member) not in given:
                    stack.append((member, name, number))
        else:
            _into(draft, each, called, stack)


def _into(draft: Draft, items: list[Json], called: str, stack: list[tuple[Json, str, int]]) -> None:
    """Tell the items of a list apart, and leave to do those that may have relations."""
    if len(items) > 1 and items[0].__class__ is dict:
        tell_apart(draft, items, called)
    for number, item in enumerate(items):
        kind = item.__class__
        if (kind is dict or kind is list) and item and id(item) not in draft.given:
            stack.append((item, called, number))
