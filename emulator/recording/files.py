"""A recorded exchange as a file that people can read and edit, and back.

The file is a fixture (docs/fixtures.md) that knows its request: nothing in it is a template.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import orjson

from emulator.encode import dump
from emulator.errors import FixtureError
from emulator.media_types import is_json, parse
from emulator.messages import Event, EventStream, Headers, Json, Request, Response, Violation
from emulator.mistakes import judge
from emulator.recording.recorded import Origin, Recorded
from emulator.recording.schema import EXCHANGE_SCHEMA

_VALIDATOR = jsonschema_rs.Draft202012Validator(EXCHANGE_SCHEMA)
_STREAM = "text/event-stream"
#: Whoever sends the answer says these.
_FRAMING = ("content-length", "transfer-encoding", "connection")


def write_exchange(recorded: Recorded) -> dict[str, Json]:
    """The exchange as it stands in its file."""
    said: dict[str, Json] = {"source": "recorded", "recorded": _about(recorded)}
    said["request"] = _request(recorded)
    answer = recorded.answer
    if answer is None:
        return said
    said["status"] = answer.status
    headers = dict(_by_name(answer.headers))
    content_type = headers.get("content-type")
    if isinstance(content_type, str) and parse(content_type):
        said["media_type"] = headers.pop("content-type")
    if headers:
        said["headers"] = headers
    if isinstance(answer, Response):
        return said | _body(answer.body, str(content_type or ""))
    events: dict[str, Json] = {"items": [_event(event) for event in answer.events]}
    return said | {"events": events}


def read_exchange(api: str, raw: Json, file: str) -> Recorded:
    """The exchange in a file; raises FixtureError with a pointer to what is wrong."""
    mistakes = judge(_VALIDATOR, raw)
    if mistakes:
        hint = "emulator schema exchange"
        raise FixtureError(file, mistakes[0].message, mistakes[0].pointer, hint)
    about, request = raw["recorded"], raw["request"]
    credentials = request.get("credentials")
    return Recorded(
        api=api,
        number=about["number"],
        request=_read_request(request, file),
        credentials=None if credentials is None else tuple(credentials),
        answer=_read_answer(raw, file) if "status" in raw else None,
        at=_read_time(about.get("at"), file),
        origin=Origin(about.get("upstream", ""), about.get("document", "")),
        operation=about.get("operation", ""),
        failure=about.get("failure", ""),
        length=about.get("length"),
        took_ms=about.get("took_ms", 0),
        violations=tuple(Violation(**each, message="") for each in about.get("violations", ())),
    )


def _about(recorded: Recorded) -> dict[str, Json]:
    said: dict[str, Json] = {
        "number": recorded.number,
        "at": recorded.at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z",
        "upstream": recorded.origin.upstream,
        "document": recorded.origin.document,
        "operation": recorded.operation,
        "took_ms": recorded.took_ms,
        "failure": recorded.failure,
        "length": recorded.length,
        # Messages quote values.
        "violations": [
            {"location": each.location, "pointer": each.pointer, "keyword": each.keyword}
            for each in recorded.violations
        ],
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _request(recorded: Recorded) -> dict[str, Json]:
    request = recorded.request
    said: dict[str, Json] = {"method": request.method, "path": request.path}
    if request.query:
        said["query"] = request.query
    if request.headers:
        said["headers"] = dict(_by_name(request.headers))
    if recorded.credentials is not None:
        said["credentials"] = list(recorded.credentials)
    return said | _body(request.body, request.header("content-type") or "")


def _by_name(headers: Headers) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in found.items()}


def _body(body: bytes, content_type: str) -> dict[str, Json]:
    """The body as it is best read: as a value, unless a number is too large for one."""
    if not body:
        return {}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
    if is_json(content_type):
        try:
            value = orjson.loads(body)
        except ValueError:
            return {"body_text": text}
        if json.dumps(value) == json.dumps(json.loads(body)):
            return {"body": value}
    return {"body_text": text}


def _event(event: Event) -> dict[str, Json]:
    said: dict[str, Json] = {}
    if event.after_ms:
        said["after_ms"] = event.after_ms
    for name in ("comment", "retry_ms", "event", "id"):
        value = getattr(event, name)
        if value is not None:
            said[name] = value
    if event.data or event.comment is None:
        said["data"] = _data(event.data)
    return said


def _data(text: str) -> Json:
    """JSON as a value where it is an object or a list and nothing but its spaces gets lost."""
    if text[:1] not in ("{", "["):
        return text
    try:
        value = orjson.loads(text)
    except ValueError:
        return text
    return value if dump(value).decode() == text else text


def _read_request(raw: Mapping[str, Json], file: str) -> Request:
    return Request(
        method=raw["method"],
        path=raw["path"],
        query=raw.get("query", ""),
        headers=_read_headers(raw.get("headers")),
        body=_read_body(raw, file, "/request"),
    )


def _read_answer(raw: Mapping[str, Json], file: str) -> Response | EventStream:
    headers = _read_headers(raw.get("headers"))
    if "media_type" in raw:
        headers = (("content-type", raw["media_type"]), *headers)
    if "events" not in raw:
        return Response(raw["status"], headers, _read_body(raw, file, ""))
    events = raw["events"]
    items = tuple(_read_event(item) for item in events["items"])
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", _STREAM), *headers)
    return EventStream(raw["status"], headers, items, events.get("retry_ms"))


def _read_event(raw: Mapping[str, Json]) -> Event:
    data = raw.get("data", "")
    known: dict[str, Any] = {name: value for name, value in raw.items() if name != "data"}
    if "data" not in raw:
        known.setdefault("comment", "")
    return Event(data if isinstance(data, str) else dump(data).decode(), **known)


def _read_headers(raw: Json) -> Headers:
    return tuple(
        (name.lower(), value)
        for name, values in (raw or {}).items()
        if name.lower() not in _FRAMING
        for value in (values if isinstance(values, list) else [values])
    )


def _read_body(raw: Mapping[str, Json], file: str, pointer: str) -> bytes:
    if "body_base64" in raw:
        try:
            return base64.b64decode(raw["body_base64"], validate=True)
        except (binascii.Error, ValueError) as error:
            place = f"{pointer}/body_base64"
            raise FixtureError(file, f"body_base64 is not Base64: {error}", place) from error
    if "body_text" in raw:
        return str(raw["body_text"]).encode(errors="replace")
    return dump(raw["body"]) if "body" in raw else b""


def _read_time(text: str | None, file: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if text else datetime(1970, 1, 1, tzinfo=UTC)
    except ValueError as error:
        hint = "2026-04-28T14:30:00Z"
        raise FixtureError(file, f"{text!r} is no time", "/recorded/at", hint) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
