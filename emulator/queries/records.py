"""Records by words and by fields, a page of them, and some of their fields."""

import re
from collections.abc import Iterable, Mapping, Sequence

from emulator.messages import Json

#: Cursors are `page_2`, `page_3`, …
_CURSOR = re.compile(r"page_([1-9][0-9]{0,8})")


def search(records: Iterable[Json], words: Json, *fields: str) -> list[Json]:
    """The records that have every one of the words in one of the fields, whatever the case."""
    wanted = str(words or "").lower().split()
    return [record for record in records if _has(record, wanted, fields)]


def having(records: Iterable[Json], wanted: Json, under: str = "") -> list[Json]:
    """The records whose fields have these values. Texts may differ in case.

    `under` stands before each field: `having(contacts, {'email': …}, 'properties.')`.
    """
    rules = [(f"{under}{field}", value) for field, value in dict(wanted or {}).items()]
    return [
        record
        for record in records
        if all(same(value_at(record, field), value) for field, value in rules)
    ]


def page(items: Sequence[Json], cursor: Json, size: Json) -> Json:
    """The items of a page and the cursor of the `next` one, which is None after the last.

    None for a cursor that no page had.
    """
    number, count = 1, max(int(size), 1)
    if cursor:
        named = _CURSOR.fullmatch(str(cursor))
        number = int(named[1]) if named else 0
        if number < 2 or (number - 1) * count >= len(items):
            return None
    end = number * count
    following = f"page_{number + 1}" if end < len(items) else None
    return {"items": list(items[end - count : end]), "next": following}


def project(records: Iterable[Json], *fields: str, **renamed: str) -> list[Json]:
    """These fields of each record; `messageId='id'` gives a field another name."""
    names = {**{field: field for field in fields}, **renamed}
    return [{name: value_at(record, field) for name, field in names.items()} for record in records]


def present(record: Mapping[str, Json]) -> Json:
    """The record without its fields that are null."""
    return {field: value for field, value in record.items() if value is not None}


def value_at(record: Json, field: str) -> Json:
    """The value of a field; `a.b` is the field `b` of the field `a`. None where there is none."""
    value = record
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def same(one: Json, other: Json) -> bool:
    """Whether two values are equal; texts may differ in case."""
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return bool(one == other)


def text_of(value: Json) -> str:
    """A value as text in which words are looked for."""
    if isinstance(value, list):
        return " ".join(map(text_of, value))
    return "" if value is None else str(value).lower()


def _has(record: Json, words: Iterable[str], fields: Iterable[str]) -> bool:
    text = "\n".join(text_of(value_at(record, field)) for field in fields)
    return all(word in text for word in words)
