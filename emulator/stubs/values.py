"""Variables of stub templates: WireMock's request, and its helpers as functions."""

import base64
import re
import string
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

from jinja2.sandbox import safe_range

from emulator.fixtures.templates.sandbox import charge
from emulator.http.encode import to_the_second
from emulator.http.long_bodies import read_bounded
from emulator.http.messages import Json, Request
from emulator.http.nearest import unknown
from emulator.schema.chance import Chance, chance_of
from emulator.stubs.matching.subject import NOT_JSON, Subject, Value

_ALPHABETS: Mapping[str, str] = {
    "ALPHANUMERIC": string.ascii_lowercase + string.digits,
    "ALPHABETIC": string.ascii_lowercase,
    "NUMERIC": string.digits,
    "HEXADECIMAL": "0123456789abcdef",
    "ALPHANUMERIC_AND_SYMBOLS": string.ascii_lowercase + string.digits + string.punctuation,
}
#: What a step of a JSONPath costs, as a template counts.
_PATH_STEP = 30
#: What a time costs; its format, by the character.
_DATE, _LONGEST_FORMAT = 500, 200
#: Functions whose constant arguments are judged where a stub is made.
_JUDGED = frozenset(("randomValue", "randomInt", "randomDecimal", "date"))
_UNITS = ("seconds", "minutes", "hours", "days", "weeks")


class _AnyCase(dict[str, Json]):
    """Header fields, found whatever the case of their name."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def __getitem__(self, name: str) -> Json:
        return super().__getitem__(name.lower())

    def get(self, name: str, default: Json = None) -> Json:
        return super().get(name.lower(), default)


class _FirstValue(str):
    """The first value of a name in a form; `[n]` is the one with this number."""

    __slots__ = ("every",)

    every: list[str]

    def __getitem__(self, index: Any) -> str:
        if isinstance(index, int):
            return self.every[index] if 0 <= index < len(self.every) else ""
        return super().__getitem__(index)


def stub_values(
    subject: Subject,
    chance: Chance,
    now: datetime,
    path_parameters: Mapping[str, str],
    parameters: Mapping[str, Json],
) -> dict[str, Json]:
    """The variables of a stub's templates, beside those of every template.

    Random values follow from seed and request.
    """
    rng = chance.random()

    def random_value(type: str = "ALPHANUMERIC", length: int = 36, uppercase: bool = False) -> str:
        if type == "UUID":
            return str(uuid.UUID(int=rng.getrandbits(128), version=4))
        if type not in _ALPHABETS:
            raise ValueError(unknown("type", type, ("UUID", *_ALPHABETS)))
        charge(length)
        text = "".join(rng.choices(_ALPHABETS[type], k=length))
        return text.upper() if uppercase else text

    return {
        "request": _request(subject, chance, path_parameters),
        "parameters": parameters,
        "jsonPath": partial(_json_path, subject.body),
        "parseJson": lambda text: _parsed(subject.body, str(text)),
        "formData": _form,
        "base64": _base64,
        "randomValue": random_value,
        "randomInt": lambda lower=0, upper=2**31 - 1: rng.randint(*_bounds(lower, upper)),
        "randomDecimal": lambda lower=0.0, upper=1.0: rng.uniform(float(lower), float(upper)),
        "date": lambda offset="", format="": _date(now, offset, format),
        "range": safe_range,
        "each": _each,
    }


def wrong_calls(
    name: str, calls: Iterable[tuple[tuple[Json, ...], Mapping[str, Json]]]
) -> Iterator[str]:
    """What is wrong with calls of a function whose arguments are the same for every request."""
    subject = Subject(Request("GET", "/"))
    functions = stub_values(subject, chance_of(""), datetime(2026, 1, 1, tzinfo=UTC), {}, {})
    for values, named in calls if name in _JUDGED else ():
        if name == "randomValue":  # nothing long is made only to see whether it can be
            values, named = values[:1], {**named, "length": 0}
        try:
            functions[name](*values, **named)
        except (TypeError, ValueError, OverflowError) as error:
            yield f"{name}: {error}"


def _bounds(lower: int, upper: int) -> tuple[int, int]:
    if lower > upper:
        raise ValueError(f"lower is {lower}, and upper is {upper}: no number is between")
    return lower, upper


def _request(
    subject: Subject, chance: Chance, path_parameters: Mapping[str, str]
) -> dict[str, Json]:
    request, (host, port) = subject.request, subject.host
    return {
        "id": chance.uuid(),
        "method": request.method,
        "url": subject.url,
        "path": request.path,
        "pathSegments": [unquote(segment) for segment in request.path.split("/")[1:]],
        "pathParameters": dict(path_parameters),
        "query": {name: found[0] for name, found in subject.query.items()},
        "queryParameters": {name: list(found) for name, found in subject.query.items()},
        "headers": _AnyCase({name: found[0] for name, found in subject.headers.items()}),
        "headerValues": _AnyCase({name: list(found) for name, found in subject.headers.items()}),
        "cookies": {name: unquote(found[0]) for name, found in subject.cookies.items()},
        "cookieValues": {name: [*map(unquote, f)] for name, f in subject.cookies.items()},
        "body": subject.body.text,
        "bodyAsBase64": base64.b64encode(request.body).decode(),
        "scheme": "http",
        "host": host,
        "port": port,
        "baseUrl": f"http://{request.header('host') or host}{request.root}",
    }


def _json_path(body: Value, value: Json, expression: str, default: Json = "") -> Json:
    """What a JSONPath finds in JSON or its text: a value, or a list where it may find several.

    Of the request's body it finds that in what was read before. Where there is nothing, it is the
    default: empty text, as in WireMock.
    """
    from emulator.stubs.matching.json_paths.path import compile_path  # late: few stubs have any

    charge(1_000)
    found = compile_path(expression)
    parsed = _parsed(body, value) if isinstance(value, str) else value
    values = found.find(parsed, lambda steps: charge(steps * _PATH_STEP))
    if found.definite:
        return values[0] if values else default
    return values


def _parsed(body: Value, text: str) -> Json:
    if text is body.text and body.json is not NOT_JSON:
        return body.json
    return read_bounded(text)


def _form(text: Json) -> Json:
    """The fields of a form by their names."""
    every: dict[str, list[str]] = {}
    for name, value in parse_qsl(str(text), keep_blank_values=True):
        every.setdefault(name, []).append(value)
    return {name: _first(values) for name, values in every.items()}


def _first(values: list[str]) -> str:
    made = _FirstValue(values[0])
    made.every = values
    return made


def _each(value: Json) -> Json:
    """What a block `each` loops over: the items of a list, the values of an object."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list | range) else []


def _base64(text: str, decode: bool = False) -> str:
    if decode:
        return base64.b64decode(str(text), validate=True).decode(errors="replace")
    return base64.b64encode(str(text).encode()).decode()


def _date(now: datetime, offset: str, format: str) -> Any:
    """The scope's time, moved by `3 days` or `-1 hours`.

    As RFC 3339, as `epoch` ms or `unix` s, or as a pattern of Java's says.
    """
    charge(_DATE + 30 * len(format))
    if len(format) > _LONGEST_FORMAT:
        raise ValueError(f"a format has no more than {_LONGEST_FORMAT} characters")
    if offset:
        number, _, unit = offset.partition(" ")
        unit = unit if unit.endswith("s") else f"{unit}s"
        if unit not in _UNITS:
            raise ValueError(f"an offset is written like '3 days'; units are {', '.join(_UNITS)}")
        now += timedelta(**{unit: int(number)})
    if format in ("epoch", "unix"):
        return int(now.timestamp() * (1000 if format == "epoch" else 1))
    return _PART.sub(lambda part: _written(now, part), format) if format else to_the_second(now)


#: Parts of Java's patterns for times: letters, quoted text, and whatever else.
_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def _written(now: datetime, part: re.Match[str]) -> str:
    if part[1] is not None:
        return part[1].replace("''", "'") or "'"
    letter, length = part[2], len(part[0])
    numbers = {
        "y": now.year % 100 if length == 2 else now.year,
        "M": now.month,
        "d": now.day,
        "H": now.hour,
        "h": now.hour % 12 or 12,
        "m": now.minute,
        "s": now.second,
        "S": now.microsecond // 1_000,
    }
    names = {"M": _MONTHS[now.month - 1], "E": _DAYS[now.weekday()]}
    if letter in names and (length > 2 or letter not in numbers):
        return names[letter][: None if length > 3 else 3]
    if letter in numbers:
        return f"{numbers[letter]:0{length}}"
    zones = {"a": "PM" if now.hour > 11 else "AM", "Z": "+0000", "X": "Z", "z": "UTC"}
    if letter not in zones:
        raise ValueError(f"a format is epoch, unix, or has the letters yMdHhmsSEaZXz, not {letter}")
    return zones[letter]
