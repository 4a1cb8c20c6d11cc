"""Fixtures: stored responses, one a file, `<operationId>/<status>.<name>.json` or `.yaml`."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.errors import FixtureError
from emulator.media_types import parse
from emulator.messages import Json
from emulator.spec.pointers import escape
from emulator.templates import Template, compile_template, is_template

SOURCES = ("documented", "recorded", "generated", "guess")

_FILE_NAME = re.compile(r"(?P<status>\d{3}|[1-5]XX|default)\.(?P<name>[^.]+)\.(?:json|ya?ml)")

_FIELDS = {
    *("description", "source", "status", "media_type", "headers", "yields"),
    *("body", "body_text", "body_base64", "events"),
    *("recorded", "request"),
}


@dataclass(frozen=True, slots=True)
class StoredEvents:
    """The events of a stored stream: templates for `retry_ms` and the list of items."""

    items: Template
    retry_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    """A stored response. At most one of `body`, `text`, `binary` and `events` is there.

    `key` is the status it is for as the document has it (`404`, `4XX`, `default`), `constant`
    whether it says the same to every request, `media_type` None where the document decides.
    `yields`: the document's own examples go before it, where nobody names it.
    """

    key: str
    name: str
    file: str
    source: str = "documented"
    description: str = ""
    status: int | None = None
    media_type: str | None = None
    headers: tuple[tuple[str, Template], ...] = ()
    body: Template | None = None
    text: Template | None = None
    binary: bytes | None = None
    events: StoredEvents | None = None
    constant: bool = True
    yields: bool = False

    @property
    def id(self) -> str:
        """How triggers and tools call it: `404.default`."""
        return f"{self.key}.{self.name}"


def parse_file_name(file_name: str) -> tuple[str, str] | None:
    """(`404`, `default`) for `404.default.yaml`; None where the name is no fixture's."""
    match = _FILE_NAME.fullmatch(file_name)
    return (match["status"], match["name"]) if match else None


def verbatim_fixture(key: str, name: str, file: str, body: Json) -> Fixture:
    """A `.json` file: the body as it stands; braces in it mean nothing."""
    status = int(key) if key.isdigit() else None
    return Fixture(key, name, file, status=status, body=lambda _: body)


def parse_fixture(key: str, name: str, file: str, raw: Json) -> Fixture:
    """A `.yaml` file: a whole response; raises FixtureError with a pointer to what is wrong.

    What was recorded (docs/recording.md) holds no templates: it is what somebody else has sent.
    """
    if not isinstance(raw, dict):
        raise FixtureError(file, "a fixture is an object with `body`, `events` or `body_text`")
    for unknown in sorted(set(raw) - _FIELDS):
        raise FixtureError(
            file,
            f"unknown field {unknown!r}",
            f"/{unknown}",
            f"one of {', '.join(sorted(_FIELDS))}",
        )
    bodies = [field for field in ("body", "body_text", "body_base64", "events") if field in raw]
    if len(bodies) > 1:
        raise FixtureError(file, f"has {' and '.join(bodies)}: a response has one", f"/{bodies[1]}")
    source = raw.get("source", "documented")
    if source not in SOURCES:
        raise FixtureError(file, f"source is {source!r}", "/source", f"one of {', '.join(SOURCES)}")
    if "recorded" in raw:
        return _recorded(key, name, file, raw)
    return Fixture(
        key=key,
        name=name,
        file=file,
        source=source,
        description=str(raw.get("description") or ""),
        status=_status(key, raw, file),
        media_type=_media_type(raw.get("media_type"), file),
        headers=parse_headers(raw.get("headers"), file, "/headers"),
        body=compile_template(raw["body"], file, "/body") if "body" in raw else None,
        text=_text(raw, file),
        binary=_binary(raw, file),
        events=_events(raw.get("events"), file),
        yields=raw.get("yields") is True,
        constant=not is_template(
            [raw.get(field) for field in ("headers", "body", "body_text", "events")]
        ),
    )


def _recorded(key: str, name: str, file: str, raw: Mapping[str, Json]) -> Fixture:
    headers, events = raw.get("headers") or {}, raw.get("events")
    items = [item for item in events["items"] if "data" in item] if events else []
    return Fixture(
        key=key,
        name=name,
        file=file,
        source="recorded",
        description=str(raw.get("description") or ""),
        status=_status(key, raw, file),
        media_type=_media_type(raw.get("media_type"), file),
        headers=tuple(
            (field.lower(), _constant(value))
            for field, values in headers.items()
            for value in (values if isinstance(values, list) else [values])
        ),
        body=_constant(raw["body"]) if "body" in raw else None,
        text=_constant(raw["body_text"]) if "body_text" in raw else None,
        binary=_binary(raw, file),
        events=StoredEvents(_constant(items), _retry_ms(events, file)) if events else None,
    )


def _constant(value: Json) -> Template:
    return lambda _: value


def _status(key: str, raw: Mapping[str, Json], file: str) -> int | None:
    status: int | None = raw.get("status", int(key) if key.isdigit() else None)
    valid = isinstance(status, int) and not isinstance(status, bool) and 100 <= status <= 599
    if status is not None and not valid:
        raise FixtureError(file, f"status is {status!r}", "/status", "a number from 100 to 599")
    return status


def _media_type(raw: Json, file: str) -> str | None:
    if raw is not None and not (isinstance(raw, str) and parse(raw)):
        raise FixtureError(file, f"{raw!r} is no media type", "/media_type", "application/json")
    return raw


def parse_headers(raw: Json, file: str, pointer: str = "") -> tuple[tuple[str, Template], ...]:
    """Headers by name, their values templates of one line; raises FixtureError with a pointer."""
    if raw is None:
        return ()
    if not isinstance(raw, dict):
        raise FixtureError(file, "headers are an object of values by name", pointer)
    headers = []
    for name, value in raw.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise FixtureError(file, f"{name!r} is not a header name", pointer)
        here = f"{pointer}/{escape(name)}"
        if isinstance(value, dict | list) or "\n" in str(value) or "\r" in str(value):
            raise FixtureError(file, "a header's value is one line of text", here)
        headers.append((name.lower(), compile_template(str(value), file, here)))
    return tuple(headers)


def _text(raw: Mapping[str, Json], file: str) -> Template | None:
    if "body_text" not in raw:
        return None
    if not isinstance(raw["body_text"], str):
        raise FixtureError(file, "body_text is not a string", "/body_text")
    return compile_template(raw["body_text"], file, "/body_text")


def _binary(raw: Mapping[str, Json], file: str) -> bytes | None:
    if "body_base64" not in raw:
        return None
    try:
        return base64.b64decode(raw["body_base64"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise FixtureError(file, f"body_base64 is not Base64: {error}", "/body_base64") from error


def _events(raw: Json, file: str) -> StoredEvents | None:
    if raw is None:
        return None
    items = raw.get("items") if isinstance(raw, dict) else None
    if isinstance(items, str) and is_template(items):
        return StoredEvents(compile_template(items, file, "/events/items"), _retry_ms(raw, file))
    if not isinstance(items, list):
        raise FixtureError(file, "events is not an object with a list `items`", "/events")
    for index, item in enumerate(items):
        if not (isinstance(item, dict) and "data" in item):
            raise FixtureError(file, "an event is an object with `data`", f"/events/items/{index}")
    return StoredEvents(compile_template(items, file, "/events/items"), _retry_ms(raw, file))


def _retry_ms(raw: Mapping[str, Json], file: str) -> int | None:
    retry_ms = raw.get("retry_ms")
    if retry_ms is not None and not (type(retry_ms) is int and retry_ms >= 0):
        raise FixtureError(file, "retry_ms is not a whole number", "/events/retry_ms")
    return retry_ms
