"""What the request said comes back: its body, its path parameters, its query."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from types import NoneType

from emulator.http.messages import Json
from emulator.mock.relations.background import Background
from emulator.mock.relations.draft import Draft
from emulator.mock.relations.shape import Place, records_of
from emulator.mock.relations.table import ABOUT_ALL, ASKED_LIMITS, PAGING
from emulator.openapi.promises.routes import ID_MEMBERS, Route, Step
from emulator.schema.instances import copied
from emulator.schema.spelling import LONGEST_NAME, members_by_plain_name, plain

#: Deeper than this nothing of a body is looked for in a response.
_DEEP = 12
_NUMBERS = (int, float, Decimal)
#: Longer texts of digits than this name no number.
_MOST_DIGITS = 18
_SCALARS = frozenset({str, int, float, bool, Decimal, NoneType})

Record = dict[str, Json]


def reflect_body(draft: Draft, body: Json, records: Iterable[Record]) -> None:
    """Put into the record what was sent, and what was sent in an envelope."""
    if body.__class__ is not dict or not body:
        return
    inner = next(iter(body.values())) if len(body) == 1 else None
    for record in records:
        _merge(draft, record, body, 0)
        if inner.__class__ is dict:
            _merge(draft, record, inner, 0)


def reflect_path(
    draft: Draft, background: Background, route: Route, records: list[Record], items: list[Json]
) -> None:
    """The record has the id of the path, and what belongs to another one has that one's."""
    path = background.path
    for step in route.above:
        sent = path.get(step.parameter)
        if sent is not None:
            for record in records:
                _name_above(draft, record, step, sent)
            for item in items:
                for record in records_of(item, route.nouns):
                    _name_above(draft, record, step, sent)
    if route.own is not None:
        sent = path.get(route.own.parameter)
        if sent is not None:
            for record in records:
                _name(draft, record, route.own, sent)


def reflect_query(
    draft: Draft, background: Background, records: list[Record], place: Place | None
) -> None:
    """A list is cut to its limit; what was filtered by has the value that was asked for."""
    for name, sent in background.query.items():
        word = plain(name)
        if word in PAGING:
            if (
                place is not None
                and word in ASKED_LIMITS
                and _is_size(sent)
                and sent < len(place.items)
            ):
                place = place._replace(items=place.items[:sent])
                draft.put(place.on, place.name, place.items)
            continue
        wanted = sent if sent.__class__ is list and sent else [sent]
        about = () if place is None or word in ABOUT_ALL else place.items
        for number, item in enumerate(about):
            if item.__class__ is dict:
                _put(draft, item, word, wanted[number % len(wanted)])
        for record in records:
            _put(draft, record, word, sent)


def _is_size(value: Json) -> bool:
    return value.__class__ is int and value > 0


def _name(draft: Draft, record: Record, step: Step, sent: Json) -> None:
    named = [_put(draft, record, member, sent) for member in step.members]
    if not any(named) and not any(_put(draft, record, each, sent) for each in step.either):
        _name_holder(draft, record, step, sent)


def _name_above(draft: Draft, record: Record, step: Step, sent: Json) -> None:
    for member in step.members:
        _put(draft, record, member, sent)
    _name_holder(draft, record, step, sent)


def _name_holder(draft: Draft, record: Record, step: Step, sent: Json) -> None:
    """Give the object that a path parameter names, in what belongs to it, its id."""
    if step.holder:
        name = members_by_plain_name(tuple(record)).get(step.holder)
        holder = record.get(name) if name is not None else None
        if holder.__class__ is dict:
            _put(draft, holder, "id", sent)


def _identify(draft: Draft, shown: Record, sent: Json) -> None:
    """Give an object the id that was sent in its place, where that may be one."""
    if sent.__class__ is str or sent.__class__ is int:
        any(_put(draft, shown, each, sent) for each in ID_MEMBERS)


def _put(draft: Draft, record: Record, member: str, sent: Json) -> bool:
    """Give the member with this plain name a value, in its type; whether it has it now."""
    name = members_by_plain_name(tuple(record)).get(member)
    if name is None:
        return False
    old = record[name]
    value = _as(old, sent)
    if value is None:
        return False
    draft.pin(record, {name})
    if value != old or value.__class__ is not old.__class__:
        draft.changes.append(((record, name, old, value),))
        record[name] = value
    return True


def _as(old: Json, sent: Json) -> Json:
    """What was sent in the type of what is there; None where it has no such value."""
    if old.__class__ is sent.__class__ or old is None:
        return sent if sent.__class__ not in (list, dict) else copied(sent)
    if isinstance(old, str):
        return str(sent) if sent.__class__ is int else None
    if old.__class__ not in _NUMBERS:
        return None
    if sent.__class__ in _NUMBERS:
        return sent
    if isinstance(sent, str) and sent.isdecimal() and sent.isascii() and len(sent) <= _MOST_DIGITS:
        return int(sent)
    return None


def _merge(draft: Draft, target: Record, source: Mapping[str, Json], deep: int) -> None:
    """Give the members of an object the values that those of the same name have in `source`."""
    if (
        source.keys() <= target.keys()
        and _SCALARS.issuperset(map(type, source.values()))
        and _SCALARS.issuperset(map(type, target.values()))
    ):
        draft.give(target, source)
    else:
        _merge_members(draft, target, source, deep)


def _merge_members(draft: Draft, target: Record, source: Mapping[str, Json], deep: int) -> None:
    """Give the members of an object, one by one, the values that those of the same name have."""
    taken = dict(_taken_from(source, target))
    whole = True
    for name, sent in taken.items():
        old = target[name]
        if _is_there(draft, old, sent):
            continue
        kind = sent.__class__
        if kind is dict or kind is list:
            whole = False
            if old.__class__ is kind and deep < _DEEP:
                merge = _merge_object if kind is dict else _merge_list
                merge(draft, target, name, sent, deep)
        elif old.__class__ is dict:
            whole = False
            _identify(draft, old, sent)
        elif old.__class__ is not list:
            draft.changes.append(((target, name, old, sent),))
            target[name] = sent
    draft.pin(target, taken.keys())
    if whole and len(taken) == len(target):
        draft.given.add(id(target))


def _taken_from(source: Mapping[str, Json], target: Record) -> Iterator[tuple[str, Json]]:
    """What was sent, by the members of an object that have the same names in some spelling."""
    names: dict[str, str] | None = None
    for given, sent in source.items():
        name: str | None = given
        if given not in target:
            if names is None:
                names = members_by_plain_name(tuple(target))
            name = names.get(plain(given)) if len(given) <= LONGEST_NAME else None
            if name in source:
                continue
        if name is not None:
            yield name, sent


def _is_there(draft: Draft, old: Json, sent: Json) -> bool:
    """Whether a member has the value that was sent already; then it is the request's own."""
    if old.__class__ is not sent.__class__ or old != sent:
        return False
    if old.__class__ is dict or old.__class__ is list:
        draft.given.add(id(old))
    return True


def _merge_object(draft: Draft, target: Record, name: str, sent: Record, deep: int) -> None:
    """An object: member by member, or as a whole where none has a name that was sent."""
    old: Record = target[name]
    if sent and old.keys().isdisjoint(sent):
        # Members of any name, as `metadata` has them.
        _give(draft, target, name, sent)
    else:
        _merge(draft, old, sent, deep + 1)


def _merge_list(draft: Draft, target: Record, name: str, sent: list[Json], deep: int) -> None:
    """A list has as many items as were sent, and those of objects keep what was not sent."""
    old: list[Json] = target[name]
    shows = old and sent and old[0].__class__ is dict
    if not shows or sent[0].__class__ not in (dict, str, int):
        _give(draft, target, name, sent)
        return
    count = len(old)
    if len(sent) != count:
        old = [old[n] if n < count else copied(old[n % count]) for n in range(len(sent))]
        draft.put(target, name, old)
    for item, given in zip(old, sent, strict=True):
        if item.__class__ is dict is given.__class__:
            _merge(draft, item, given, deep + 1)
        elif item.__class__ is dict:
            _identify(draft, item, given)


def _give(draft: Draft, target: Record, name: str, sent: Json) -> None:
    """Put a copy of what was sent in the place of a member."""
    made = copied(sent)
    draft.given.add(id(made))
    draft.put(target, name, made)
