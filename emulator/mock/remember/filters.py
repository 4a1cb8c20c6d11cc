"""Which records of a list are asked for, and in which order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from operator import ge, gt, le, lt
from typing import Any

from emulator.http.messages import Json
from emulator.mock.remember import names
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.shapes import Place, at
from emulator.openapi.promises.routes import ID_MEMBERS
from emulator.schema.spelling import LONGEST_NAME, plain

#: What the end, or the beginning, of a parameter's name says of the member with the rest of it.
_RANGES: Mapping[str, Callable[[Any, Any], bool]] = {
    "gte": ge, "gt": gt, "lte": le, "lt": lt, "min": ge, "max": le,
    "after": gt, "before": lt, "from": ge, "to": le, "since": ge, "until": le,
}  # fmt: skip
_WRAPPED = ("filter[", "where[")

Condition = Callable[[Record], bool]


def conditions_of(
    query: Mapping[str, Json],
    members: Iterable[str],
    taken: frozenset[str],
    declared: Mapping[str, Place],
) -> list[Condition]:
    """What a record must be like to be in a list, by its query parameters.

    A parameter named as a member asks for its value, one that ends like `_after` for a range, `q`
    for text. `taken` are those that page or sort; for others it is `declared` what they ask for.
    """
    by_name = {plain(name): name for name in members}
    found: list[Condition] = []
    for parameter, wanted in query.items():
        if parameter in taken or wanted is None:
            continue
        if parameter in declared:
            found.append(_equals(declared[parameter], wanted))
            continue
        name = parameter
        for start in _WRAPPED:
            if name.startswith(start):
                name = name.removeprefix(start).rstrip("]")
        key = plain(name)
        if key in by_name:
            found.append(_equals((by_name[key],), wanted))
        elif key in names.SEARCHES:
            if isinstance(wanted, str):
                found.append(_contains(wanted))
        else:
            found.extend(_range(name, wanted, by_name))
    return found


def _equals(place: Place, wanted: Json) -> Condition:
    texts = {_text(each) for each in (wanted if isinstance(wanted, list) else [wanted])}

    def test(record: Record) -> bool:
        value = at(record, place)
        if isinstance(value, list):
            return any(_is_one_of(each, texts) for each in value)
        return _is_one_of(value, texts)

    return test


def _is_one_of(value: Json, texts: Set[str]) -> bool:
    """Whether a value is asked for; an object is by its id."""
    if isinstance(value, dict):
        return any(_text(value[name]) in texts for name in ID_MEMBERS if name in value)
    return _text(value) in texts


def _contains(wanted: str) -> Condition:
    sought = wanted.lower()
    return lambda record: any(
        sought in value.lower() for value in record.values() if isinstance(value, str)
    )


def _range(name: str, wanted: Json, by_name: Mapping[str, str]) -> Iterator[Condition]:
    parts = name.replace("[", "_").replace("]", "").replace(".", "_").replace("-", "_").split("_")
    for word, rest in ((parts[-1], parts[:-1]), (parts[0], parts[1:])):
        compare = _RANGES.get(word.lower())
        member = by_name.get(plain("".join(rest))) or by_name.get(plain("".join(rest)) + "at")
        if compare is not None and member is not None and rest:
            yield _compared(member, wanted, compare)
            return


def _compared(member: str, wanted: Json, compare: Callable[[Any, Any], bool]) -> Condition:
    def test(record: Record) -> bool:
        value = record.get(member)
        numbers = _is_number(value) and _is_number(wanted)
        texts = isinstance(value, str) and isinstance(wanted, str)
        return (numbers or texts) and compare(value, wanted)

    return test


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def ordered(
    records: Iterable[Record], query: Mapping[str, Json], members: Iterable[str]
) -> list[Record]:
    """The records as `sort` asks: `name`, `-name`, `name:desc`, or with a direction beside it."""
    found = list(records)
    by_name = {plain(name): name for name in members}
    by_word = {plain(name): str(value) for name, value in query.items() if isinstance(value, str)}
    down = any(by_word.get(word, "").lower().startswith("desc") for word in names.DIRECTIONS)
    wanted = next((by_word[word] for word in sorted(names.SORTS) if by_word.get(word)), "")
    # A member that is named again decides nothing more.
    keys: dict[str, bool] = {}
    for part in wanted.split(","):
        name, _, direction = part.strip().replace(" ", ":").partition(":")
        wished = name.lstrip("+-")
        member = by_name.get(plain(wished)) if len(wished) <= LONGEST_NAME else None
        if member is not None:
            backwards = name.startswith("-") or direction.lower().startswith("desc") or down
            keys.setdefault(member, backwards)
    for member, backwards in reversed(keys.items()):
        found.sort(key=lambda record: _rank(record.get(member)), reverse=backwards)
    return found


def _rank(value: Json) -> tuple[int, Any]:
    """Values of any type in one order: nothing, numbers, text, the rest."""
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, "")
