"""Salesforce's query language, in part: fields, one object, conditions with AND, LIMIT.

    SELECT Id, Name FROM Contact WHERE Email = 'ada@example.com' AND Name LIKE 'A%' LIMIT 10

`=`, `!=` and LIKE compare with a text, a number, true, false or null. Everything else is refused as
Salesforce refuses what it can't read.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from emulator.messages import Json
from emulator.queries.records import same, value_at

_TOKEN = re.compile(r"\s*('(?:[^'\\]|\\.)*'|[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?|!=|[=,]|\S)")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_CONSTANTS = {"true": True, "false": False, "null": None}
#: Each stands for a character of a pattern of `fnmatch`.
_WILDCARDS = str.maketrans({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"})


def soql(query: Json, objects: Mapping[str, Sequence[Json]]) -> Json:
    """The `records` that a query selects, from those of each object, or Salesforce's `error`.

    A field that no record of the object has is refused.
    """
    try:
        asked = _read(str(query or ""))
        records = _records_of(asked.object, objects)
        for field in (*asked.fields, *(field for field, _, _ in asked.conditions)):
            _check_field(field, asked.object, records)
    except _RefusedError as refused:
        return {"error": {"message": refused.message, "errorCode": refused.code}}
    found = [each for each in records if all(_holds(each, *rule) for rule in asked.conditions)]
    return {"records": [_shown(each, asked) for each in found[: asked.limit]]}


@dataclass(eq=False)
class _RefusedError(Exception):
    """What Salesforce would refuse."""

    message: str
    code: str = "MALFORMED_QUERY"


@dataclass(frozen=True, slots=True)
class _Query:
    fields: tuple[str, ...]
    object: str
    conditions: tuple[tuple[str, str, Json], ...]
    limit: int | None


@dataclass(slots=True)
class _Tokens:
    """What is left of a query, token by token."""

    left: deque[str]

    def take(self) -> str:
        """The next token."""
        if not self.left:
            raise _RefusedError("unexpected token: <EOF>")
        return self.left.popleft()

    def keyword(self, word: str) -> bool:
        """Whether the next token is this word, which is then taken."""
        if self.left and self.left[0].upper() == word:
            self.left.popleft()
            return True
        return False

    def expect(self, word: str) -> None:
        """Take this word; nothing else may stand here."""
        if not self.keyword(word):
            raise _RefusedError(f"unexpected token: {self.take()}")

    def name(self) -> str:
        """Take a name."""
        token = self.take()
        if not _NAME.fullmatch(token):
            raise _RefusedError(f"unexpected token: {token}")
        return token


def _read(text: str) -> _Query:
    tokens = _Tokens(deque(_TOKEN.findall(text)))
    tokens.expect("SELECT")
    fields = [tokens.name()]
    while tokens.keyword(","):
        fields.append(tokens.name())
    tokens.expect("FROM")
    object_ = tokens.name()
    conditions = tuple(_conditions(tokens)) if tokens.keyword("WHERE") else ()
    limit = _limit(tokens.take()) if tokens.keyword("LIMIT") else None
    if tokens.left:
        raise _RefusedError(f"unexpected token: {tokens.take()}")
    return _Query(tuple(fields), object_, conditions, limit)


def _conditions(tokens: _Tokens) -> Iterator[tuple[str, str, Json]]:
    while True:
        field, operator = tokens.name(), tokens.take().upper()
        if operator not in ("=", "!=", "LIKE"):
            raise _RefusedError(f"unexpected token: {operator}")
        yield field, operator, _value(tokens.take())
        if not tokens.keyword("AND"):
            return


def _value(token: str) -> Json:
    if token.startswith("'") and len(token) > 1:
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if _NUMBER.fullmatch(token):
        return float(token) if "." in token else int(token)
    if token.lower() in _CONSTANTS:
        return _CONSTANTS[token.lower()]
    raise _RefusedError(f"unexpected token: {token}")


def _limit(token: str) -> int:
    if not (token.isascii() and token.isdigit() and len(token) < 10):
        raise _RefusedError(f"unexpected token: {token}")
    return int(token)


def _records_of(name: str, objects: Mapping[str, Sequence[Json]]) -> Sequence[Json]:
    for each, records in objects.items():
        if each.lower() == name.lower():
            return records
    raise _RefusedError(f"sObject type '{name}' is not supported.", "INVALID_TYPE")


def _check_field(field: str, object_: str, records: Sequence[Json]) -> None:
    """A field that no record has is none of the object's; without records nobody can tell."""
    if records and not any(_name_in(each, field) for each in records):
        raise _RefusedError(f"No such column '{field}' on entity '{object_}'.", "INVALID_FIELD")


def _name_in(record: Json, field: str) -> str | None:
    """The field as the record writes it: names may differ in case."""
    return next((name for name in record if name.lower() == field.lower()), None)


def _holds(record: Json, field: str, operator: str, wanted: Json) -> bool:
    value = value_at(record, _name_in(record, field) or field)
    if operator == "LIKE":
        pattern = str(wanted).lower().translate(_WILDCARDS)
        return isinstance(value, str) and fnmatchcase(value.lower(), pattern)
    return same(value, wanted) is (operator == "=")


def _shown(record: Json, asked: _Query) -> Json:
    named = (_name_in(record, field) or field for field in asked.fields)
    url = f"/services/data/v60.0/sobjects/{asked.object}/{value_at(record, 'Id')}"
    attributes = {"type": asked.object, "url": url}
    return {"attributes": attributes, **{name: value_at(record, name) for name in named}}
