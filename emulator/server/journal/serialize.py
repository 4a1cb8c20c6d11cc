"""Journal entries as WireMock's JSON with our trace, and as a HAR 1.2; secrets redacted."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl

from emulator import __version__
from emulator.fixtures.cassettes.cassette import write_private
from emulator.fixtures.cassettes.recorded import Recorded
from emulator.http.cookies import read_cookies
from emulator.http.encode import moment
from emulator.http.messages import (
    AnyResponse,
    EventStream,
    Headers,
    Json,
    Request,
    Response,
    first,
    grouped,
)
from emulator.http.redaction import Redaction
from emulator.http.sse import frames
from emulator.mock.outcome import Trace
from emulator.server.journal.journal import Entry
from emulator.stubs.matching.subject import Subject


def entry_json(entry: Entry) -> dict[str, Json]:
    """The entry as a serve event of WireMock."""
    answer = Redaction().answer(entry.response)
    response = {"status": answer.status, "headers": grouped(answer.headers)}
    return {
        "id": entry.id,
        "request": request_json(entry),
        "response": {**response, **_body_json(_answer_bytes(answer))},
        "wasMatched": entry.matched,
        **_mapping_json(entry),
        "timing": {"addedDelay": entry.delay_ms},
        "number": entry.number,
        "scope": entry.scope,
        "trace": trace_json(entry),
    }


def request_json(entry: Entry) -> dict[str, Json]:
    """The request, with `url` as received and `absoluteUrl` as the client had it."""
    request = Redaction().request(entry.request)
    return {
        "url": request.target,
        "absoluteUrl": _absolute_url(request),
        "method": request.method,
        "headers": grouped(request.headers),
        "cookies": _cookies(request.header("cookie")),
        **_parts_json(Subject(request)),
        "loggedDate": int(entry.at.timestamp() * 1000),
        "loggedDateString": moment(entry.at),
        **_body_json(request.body),
    }


def trace_json(entry: Entry) -> dict[str, Json]:
    """Why the response is what it is."""
    trace = entry.trace
    fields: dict[str, Json] = {
        "api": trace.api,
        "operation": trace.operation,
        "rule": trace.rule,
        "source": trace.source,
        "fixture": trace.fixture,
        "trigger": trace.trigger,
        "problem": trace.problem,
        "forced": trace.forced,
        "faults": [fault.as_json() for fault in entry.faults],
        "violations": [violation.as_json() for violation in trace.violations],
        "stub": trace.stub,
        "breaches": [violation.as_json() for violation in trace.breaches],
    }
    return {name: value for name, value in fields.items() if value not in ("", [], False)}


def _mapping_json(entry: Entry) -> dict[str, Json]:
    """The stub that answered, as it was then."""
    stub = entry.trace.mapping
    if stub is None:
        return {}
    raw = Redaction().value(stub.raw)
    response = {"status": stub.response.status, **raw.get("response", {})}
    return {"stubMapping": raw, "responseDefinition": response}


def _parts_json(subject: Subject) -> dict[str, Json]:
    """Where the request was sent, as the client had it, and its parameters."""
    host, port = subject.host
    return {
        "protocol": "HTTP/1.1",
        "scheme": "http",
        "host": host,
        "port": int(port[:5]),
        "queryParams": _named(subject.query),
        "formParams": _named(subject.form),
    }


def _named(found: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    return {name: {"key": name, "values": [*values]} for name, values in found.items()}


def _answer_bytes(answer: AnyResponse) -> bytes:
    """The whole body."""
    return b"".join(frames(answer)) if isinstance(answer, EventStream) else answer.body


def _body_json(body: bytes) -> dict[str, Json]:
    text = body.decode(errors="replace")
    return {"body": text, "bodyAsBase64": base64.b64encode(body).decode()}


def _absolute_url(request: Request) -> str:
    """The request's URL as its client had it."""
    return f"http://{request.header('host') or 'localhost'}{request.root}{request.target}"


def _cookies(field: str | None) -> dict[str, str]:
    return dict(read_cookies(field or ""))


def har(entries: Iterable[Entry]) -> dict[str, Json]:
    """The entries as one archive, secrets redacted."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "emulator", "version": __version__},
            "entries": [archived(entry) for entry in entries],
        }
    }


def write_archive(file: Path, exchanges: Iterable[Recorded]) -> None:
    """Write the exchanges of a cassette; failed ones have status 0, as browsers write it.

    Raises SettingsError where that can't be.
    """
    recorded, entries = tuple(exchanges), []
    for each in recorded:
        trace = Trace(each.api, each.operation, rule="upstream", source="recorded")
        response = each.answer or Response(0)
        entry = Entry(
            number=each.number,
            scope=each.api,
            request=each.request,
            response=response,
            trace=trace,
            at=each.at,
        )
        entries.append(entry)
    document = har(entries)
    for entry, each in zip(document["log"]["entries"], recorded, strict=True):
        entry["request"]["url"] = each.origin.upstream + each.request.target
        entry["time"] = entry["timings"]["wait"] = each.took_ms
        if each.failure:
            entry["response"]["_error"] = each.failure
    write_private(file, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def archived(entry: Entry) -> Json:
    """The entry as one of an archive."""
    delay_ms = entry.delay_ms
    return {
        "startedDateTime": moment(entry.at),
        "time": delay_ms,
        "request": _archived_request(entry),
        "response": _archived_response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": delay_ms, "receive": 0},
        "_trace": trace_json(entry),
    }


def _archived_request(entry: Entry) -> Json:
    request = Redaction().request(entry.request)
    content_type, body = request.header("content-type"), request.body
    post_data = {"postData": {"mimeType": content_type or "", **_post_data(body)}} if body else {}
    return {
        "method": request.method,
        "url": _absolute_url(request),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(request.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(body),
        **post_data,
    }


def _archived_response(entry: Entry) -> Json:
    answer = Redaction().answer(entry.response)
    body, media_type = _answer_bytes(answer), first(answer.headers, "content-type") or ""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return {
        "status": answer.status,
        "statusText": phrase,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(answer.headers),
        "content": {"size": len(body), "mimeType": media_type, **_text(body)},
        "redirectURL": first(answer.headers, "location") or "",
        "headersSize": -1,
        "bodySize": len(body),
    }


def _headers(headers: Headers) -> Json:
    return [{"name": name, "value": value} for name, value in headers]


def _post_data(body: bytes) -> dict[str, str]:
    """A request's body; HAR has no field for its encoding, so `_encoding` is ours."""
    return {name if name == "text" else f"_{name}": value for name, value in _text(body).items()}


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
