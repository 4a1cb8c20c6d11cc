"""Rate limits in header fields: what remains of them gets less with every request."""

from collections.abc import Collection
from typing import NamedTuple

#: Longer texts of digits are no limits.
_MOST_DIGITS = 15


class LimitFields(NamedTuple):
    """The header fields that tell one limit, by their names in lower case; "" for one not there."""

    limit: str
    remaining: str
    used: str


def limit_fields(names: Collection[str]) -> tuple[LimitFields, ...]:
    """The limits that header fields tell: `x-ratelimit-limit`, `-remaining`, and `-used`."""
    found = []
    for name in names:
        if "rate" in name and "limit" in name:
            before, word, after = name.rpartition("limit")
            others = (f"{before}{each}{after}" for each in ("remaining", "used"))
            remaining, used = (each if each in names else "" for each in others)
            if word and (remaining or used):
                found.append(LimitFields(name, remaining, used))
    return tuple(found)


def count_down(values: dict[str, str], limits: tuple[LimitFields, ...], requests: int) -> None:
    """Set what remains and what is used after so many requests before; a used up limit is renewed.

    `values` are by the names of their fields. What is no number stays as it is.
    """
    for fields in limits:
        limit = _number(values.get(fields.limit, ""))
        if not limit:
            continue
        used = requests % limit + 1
        for name, value in ((fields.remaining, limit - used), (fields.used, used)):
            if name and _number(values.get(name, "")) is not None:
                values[name] = str(value)


def _number(text: str) -> int | None:
    is_number = text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None
