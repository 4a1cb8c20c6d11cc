"""When a rule injects its fault: always, by chance, by number, by time, by logical call."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from emulator.http.messages import Json


class Occasion(Struct, frozen=True):
    """One exchange that a rule fits.

    `number` counts those before it, `attempt` those of the same logical call; `elapsed_s` is the
    scope's time since the rule was made; `draw` lies in [0, 1) and belongs to this occasion.
    """

    number: int
    attempt: int
    elapsed_s: float
    now: datetime
    draw: float


_LIKE = "write it like 2026-04-28T14:30:00Z"

#: Whether a rule injects its fault on an occasion.
Schedule = Callable[[Occasion], bool]


def make_schedule(when: Mapping[str, Json]) -> Schedule:
    """The schedule of a rule's `when`, which keeps `WHEN_SCHEMA`; ValueError for a bad time."""
    if not when:
        return _always
    name, value = next(iter(when.items()))
    return _SCHEDULES[name](value)


def _always(_: Occasion) -> bool:
    return True


def _never(_: Occasion) -> bool:
    return False


def _probability(chance: float) -> Schedule:
    return lambda occasion: occasion.draw < chance


def _calls(bounds: list[int]) -> Schedule:
    first, last = bounds
    return lambda occasion: first <= occasion.number + 1 <= last


def _between(bounds: list[Json]) -> Schedule:
    """Between two moments: RFC 3339 texts, or seconds since the rule was made."""
    begins, ends = (_at_or_after(bound) for bound in bounds)
    return lambda occasion: begins(occasion) and not ends(occasion)


def _at_or_after(bound: Json) -> Schedule:
    if isinstance(bound, str):
        try:
            moment = datetime.fromisoformat(bound)
        except ValueError as error:
            raise ValueError(f"{bound} is no time ({error}); {_LIKE}") from error
        if moment.tzinfo is None:
            raise ValueError(f"{bound} has no offset; {_LIKE}")
        return lambda occasion: occasion.now >= moment
    seconds = float(bound)
    return lambda occasion: occasion.elapsed_s >= seconds


def _ramp(ramp: Mapping[str, float]) -> Schedule:
    """A probability that grows or falls steadily, and then stays."""
    start, end, over_s = ramp.get("from", 0), ramp.get("to", 1), ramp["over_s"]

    def is_due(occasion: Occasion) -> bool:
        part = min(1, occasion.elapsed_s / over_s)
        return occasion.draw < start + (end - start) * part

    return is_due


def _outage(outage: Mapping[str, float]) -> Schedule:
    """All of it for a while, once or again and again."""
    after_s, for_s, every_s = outage.get("after_s", 0), outage["for_s"], outage.get("every_s")

    def is_due(occasion: Occasion) -> bool:
        since = occasion.elapsed_s - after_s
        return 0 <= (since % every_s if every_s and since >= 0 else since) < for_s

    return is_due


_SCHEDULES: Mapping[str, Callable[[Json], Schedule]] = {
    "always": lambda value: _always if value else _never,
    "probability": _probability,
    "first": lambda count: lambda occasion: occasion.number < count,
    "every": lambda count: lambda occasion: (occasion.number + 1) % count == 0,
    "calls": _calls,
    "between": _between,
    "ramp": _ramp,
    "outage": _outage,
    "per_call": lambda count: lambda occasion: occasion.attempt < count,
}


def _number(description: str, minimum: float = 0, **more: Json) -> Json:
    return {"type": "number", "minimum": minimum, "description": description, **more}


_COUNT = {"type": "integer", "minimum": 1}
_SHARE = {"maximum": 1}

#: JSON Schema of `when`: exactly one of its properties, or none for always.
WHEN_SCHEMA: Json = {
    "type": "object",
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {
        "always": {"type": "boolean", "description": "Every matching request."},
        "probability": _number(
            "Each matching request with this chance, drawn from the seed.", **_SHARE
        ),
        "first": {**_COUNT, "description": "The first n."},
        "every": {**_COUNT, "description": "Every n-th."},
        "calls": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": _COUNT,
            "description": "From the i-th to the j-th, both included, counted from 1.",
        },
        "between": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": {"oneOf": [{"type": "string"}, _number("Seconds.")]},
            "description": "Between two times of the scope's clock: RFC 3339, or seconds since the"
            " rule was made.",
        },
        "ramp": {
            "type": "object",
            "description": "With a chance that changes linearly over time, and then stays.",
            "required": ["over_s"],
            "additionalProperties": False,
            "properties": {
                "from": _number("Chance at the start; 0 by default.", **_SHARE),
                "to": _number("Chance at the end; 1 by default.", **_SHARE),
                "over_s": _number("How long it takes.", exclusiveMinimum=0),
            },
        },
        "outage": {
            "type": "object",
            "description": "Every matching request for a while, once or periodically.",
            "required": ["for_s"],
            "additionalProperties": False,
            "properties": {
                "after_s": _number("When it starts; at once by default."),
                "for_s": _number("How long it lasts.", exclusiveMinimum=0),
                "every_s": _number("Its period, if it repeats.", exclusiveMinimum=0),
            },
        },
        "per_call": {
            **_COUNT,
            "description": "The first n attempts of each logical call, identified by X-Request-Id,"
            " idempotency key, or the same request.",
        },
    },
}
