"""The second opinion on responses: `jsonschema`, on the document as it is written.

The product's own validator, and what it makes of a document's schemas, have no part in it. Needs
the extra `check`, so only what validates imports it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote, urljoin
from xml.etree.ElementTree import ParseError, fromstring

import httpx
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from emulator.http.media_types import EVENT_STREAM, base_type, find, is_json, is_xml
from emulator.http.messages import Json
from emulator.http.sse import read_events
from emulator.schema.pointers import escape

_MOST = 3  # complaints of one response that are reported
_LONGEST = 160  # characters of one
_MOST_STEPS = 8  # to where a property says that it is write-only
#: HTTP has no body there (RFC 9110, 6.4.1).
_BODILESS = (204, 304)
#: Stands for a body of which only the media type is judged, as images and forms.
_UNREADABLE: Final = object()
_LINES = (
    *("application/jsonl", "application/x-ndjson", "application/ndjson"),
    *("application/x-jsonlines", "application/jsonlines"),
)


@dataclass(frozen=True)
class SecondValidator:
    """Validates responses against a document: its files by URI, whose `$ref`s may be relative."""

    files: Mapping[str, Json]

    @cached_property
    def _registry(self) -> "Registry[Any]":
        made = [(uri, DRAFT202012.create_resource(file)) for uri, file in self.files.items()]
        registry: Registry[Any] = Registry()
        return registry.with_resources(made)

    def complaints(self, operation: str, received: httpx.Response) -> list[str]:
        """Everything wrong with a response of the operation at a URI with pointer."""
        responses, documented = self.follow(f"{operation}/responses")
        status = str(received.status_code)
        wanted = (status, f"{status[0]}xx", "default")
        names = {name.lower(): name for name in documented}
        key = next((names[name] for name in wanted if name in names), None)
        if key is None:
            return [f"{status} is not documented: {', '.join(documented)}"]
        pointer, response = self.follow(f"{responses}/{key}")
        found = [
            *self._headers(pointer, response, received),
            *self._body(pointer, response, received),
        ]
        more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
        return found[:_MOST] + more

    def follow(self, pointer: str) -> tuple[str, Json]:
        """(URI with pointer, value) behind any `$ref`s on the way to a pointer and at its end."""
        uri, _, path = pointer.partition("#")
        value, here = self.files[uri], f"{uri}#"
        for part in path.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            value = value[int(name) if isinstance(value, list) else name]
            here = f"{here}/{part}"
            if isinstance(value, dict) and isinstance(value.get("$ref"), str):
                here, value = self.follow(urljoin(here, value["$ref"]))
        return here, value

    def value_complaints(self, pointer: str, value: Json) -> list[str]:
        """What `jsonschema` finds wrong with a value by the schema at a pointer."""
        validator = _Validator(
            {"$ref": pointer},
            registry=self._registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        try:
            errors = list(validator.iter_errors(value))
        except (re.error, RecursionError, Unresolvable) as error:
            return [f"the schema can't be judged by the second validator: {error}"]
        return [_short(f"{error.json_path}: {error.message}") for error in errors]

    def _headers(self, pointer: str, response: Json, received: httpx.Response) -> Iterator[str]:
        sent = dict(received.headers.multi_items())
        for name in response.get("headers") or {}:
            here, header = self.follow(f"{pointer}/headers/{_token(name)}")
            value = sent.get(name.lower())
            if name.lower() == "content-type":
                continue  # the media types say it
            if value is None and header.get("required") is True:
                yield f"the header {name} is missing"
            elif value is not None and "schema" in header:
                readings = [self.value_complaints(f"{here}/schema", v) for v in _readings(value)]
                if all(readings):
                    yield f"header {name}: {readings[0][0]}"

    def _body(self, pointer: str, response: Json, received: httpx.Response) -> list[str]:
        status, sent = received.status_code, received.headers.get("content-type", "")
        if status in _BODILESS or status < 200 or received.request.method == "HEAD":
            return ["a body that HTTP does not allow"] if received.content else []
        content = response.get("content") or {}
        if not content:
            return ["a body is sent, but none is documented"] if received.content else []
        name = find(tuple(content), sent)
        if name is None and sent not in content:
            return [f"{sent!r} is not documented: {', '.join(content)}"]
        here, described = self.follow(f"{pointer}/content/{_token(name or sent)}")
        return list(self._content(here, described, received.content, base_type(sent)))

    def _content(
        self, pointer: str, described: Json, body: bytes, media_type: str
    ) -> Iterator[str]:
        try:
            whole, items = _read_body(body, media_type)
        except ValueError as error:
            yield f"the body is no {media_type}: {_short(str(error))}"
            return
        if "itemSchema" in described:
            for item in items or ():
                yield from self._item(f"{pointer}/itemSchema", item)
        elif "schema" in described and items is not None:
            yield from self._readable(f"{pointer}/schema", whole, items)
        elif "schema" in described and whole is not _UNREADABLE:
            yield from self._readable(f"{pointer}/schema", whole, [])

    def _readable(self, pointer: str, whole: Json, items: list[Json]) -> list[str]:
        """A schema may be meant for a text, for what the text holds, or for parts of a sequence.

        Those are the list of all items, each item, and the data of each event.
        """
        data = [each["data"] for each in items if isinstance(each, dict) and "data" in each]
        readings: list[list[Json]] = [[whole], [_parsed(whole)], items, data, [*map(_parsed, data)]]
        readings += [[items]] if items else []
        all_found = [
            [complaint for value in values for complaint in self.value_complaints(pointer, value)]
            for values in readings
            if values
        ]
        return min(all_found, key=len, default=[])

    def _item(self, pointer: str, item: Json) -> Iterator[str]:
        """One item, and the content of an event's data."""
        yield from self.value_complaints(pointer, item)
        pointer, schema = self.follow(pointer)
        data = (schema.get("properties") or {}).get("data") if isinstance(schema, dict) else None
        if isinstance(data, dict) and "contentSchema" in data and "data" in item:
            place = f"{pointer}/properties/data/contentSchema"
            yield from self.value_complaints(place, _parsed(item["data"]))


def _is_write_only(validator: Any, schema: Json, depth: int = 0) -> bool:
    """Whether a property is, itself or by what it refers to or is made of."""
    if not isinstance(schema, dict) or depth > _MOST_STEPS:
        return False
    if schema.get("writeOnly") is True:
        return True
    parts = [*schema.get("allOf", ())]
    if "$ref" in schema:
        parts.append(validator._resolver.lookup(schema["$ref"]).contents)
    if any(_is_write_only(validator, part, depth + 1) for part in parts):
        return True
    listed = (schema.get(keyword, ()) for keyword in ("anyOf", "oneOf"))
    choices = ([each for each in some if each != {"type": "null"}] for some in listed)
    return any(c and all(_is_write_only(validator, e, depth + 1) for e in c) for c in choices)


def _required(validator: Any, names: Json, value: Json, schema: Json) -> Iterator[ValidationError]:
    """Write-only properties are not required in responses (OpenAPI 3.0, 4.7.24)."""
    properties = schema.get("properties") or {}
    for name in names if isinstance(value, dict) else ():
        if name not in value and not _is_write_only(validator, properties.get(name)):
            yield ValidationError(f"{name!r} is a required property")


_extend: Callable[..., Any] = extend
_Validator = _extend(Draft202012Validator, {"required": _required})


def _readings(text: str) -> Iterator[Json]:
    """The values a header's text may stand for: text, number, flag, or lists of these."""
    yield text
    yield _parsed(text)
    parts = [part.strip() for part in text.split(",")]
    yield parts
    yield [_parsed(part) for part in parts]
    if len(parts) % 2 == 0:
        yield dict(zip(parts[::2], map(_parsed, parts[1::2]), strict=True))


def _parsed(text: Json) -> Json:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _token(name: str) -> str:
    return escape(name).replace("%", "%25")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _read_body(body: bytes, base: str) -> tuple[Json, list[Json] | None]:
    """The value of a body of a media type without parameters, and its items if it is a sequence.

    Raises ValueError for a body that is not of its media type. XML is read, but not as a value.
    """
    if is_json(base):
        return json.loads(body), None
    if is_xml(base):
        _check_xml(body)
        return _UNREADABLE, None
    if base == EVENT_STREAM:
        return body.decode(), [event.as_json() for event in read_events(body)]
    if base in _LINES or base.endswith("json-seq"):
        text = body.decode().replace("\x1e", "")
        return text, [json.loads(line) for line in text.splitlines() if line.strip()]
    if base == "text/plain":
        return body.decode(errors="replace"), None
    return _UNREADABLE, None


def _check_xml(body: bytes) -> None:
    if b"<!DOCTYPE" in body:
        raise ValueError("it has a document type, which is not read")
    try:
        fromstring(body)
    except ParseError as error:
        raise ValueError(str(error)) from None
