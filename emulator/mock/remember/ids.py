"""Ids of new records, in the form that a document's ids have."""

import hashlib
import re
from collections.abc import Collection

from emulator.http.messages import Json
from emulator.schema.spelling import singular

_PREFIX = re.compile(r"([A-Za-z]{1,12}[_-])[A-Za-z0-9]{4,}")
#: What is drawn where a schema leaves a text open: two words.
_LOOSE = re.compile(r"[a-z]+ [a-z]+")
#: Longer texts of digits are no numbers that go on counting.
_MOST_DIGITS = 20
#: So many digits tell ids apart.
_FEWEST_DIGITS = 3
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def next_id(
    drawn: Json, example: Json, number: int, collection: str, shown: Collection[Json] = ()
) -> Json:
    """The id after `number` others: counted where ids are numbers or digits, else like the example.

    `drawn` is what its schema allows, and not for one record alone where it is among those that are
    `shown` for all. Where neither has a form, it is like `thing_3f2a9c01d7be`.
    """
    if isinstance(drawn, bool) or not isinstance(drawn, int | str):
        return number + 1
    if isinstance(drawn, int):
        return example + number if type(example) is int else number + 1
    text = str(example) if isinstance(example, str) else drawn
    if _UUID.fullmatch(text):
        return drawn if _UUID.fullmatch(drawn) else _uuid(collection, number)
    prefix = _PREFIX.fullmatch(text)
    if prefix:
        length = len(text) - len(prefix[1])
        return prefix[1] + _digest(collection, number)[:length]
    if text.isdecimal() and text.isascii() and len(text) < _MOST_DIGITS:
        return str(int(text) + number).zfill(len(text))
    if drawn == example or drawn in shown:
        return _like(drawn, collection, number)
    if isinstance(example, str) or not _LOOSE.fullmatch(drawn):
        return drawn
    return f"{singular(collection.rsplit('/', 1)[-1].lower())}_{_digest(collection, number)[:12]}"


def _like(example: str, collection: str, number: int) -> str:
    """An id with other digits than the example; where that has few, with a number after it."""
    if sum(each.isdecimal() for each in example) < _FEWEST_DIGITS:
        return f"{example}-{number + 1}"
    digits = iter(str(int(_digest(collection, number), 16)) * (len(example) // 64 + 1))
    return "".join(next(digits) if each.isdecimal() else each for each in example)


def fitting_id(value: Json, id: Json) -> Json:
    """An id of a path in the type of another id."""
    if isinstance(value, str) or value is None:
        return str(id) if isinstance(value, str) else id
    if isinstance(value, int) and isinstance(id, str) and id.lstrip("-").isdecimal():
        return int(id) if len(id) < 20 else id
    return id


def _digest(collection: str, number: int) -> str:
    return hashlib.sha256(f"{collection}\0{number}".encode()).hexdigest()


def _uuid(collection: str, number: int) -> str:
    text = _digest(collection, number)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
