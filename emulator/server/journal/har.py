"""The journal, or a cassette, as an HTTP Archive (HAR 1.2)."""

import base64
import json
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl

from emulator import __version__
from emulator.fixtures.cassettes.recorded import Recorded
from emulator.http.encode import moment
from emulator.http.messages import Headers, Json, Response, first
from emulator.http.redaction import Redaction
from emulator.mock.outcome import Outcome, Trace
from emulator.server.journal.journal import Entry
from emulator.server.journal.serialize import absolute_url, answer_bytes, trace_json


def har(entries: Iterable[Entry]) -> dict[str, Json]:
    """The entries as one archive, secrets redacted."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "emulator", "version": __version__},
            "entries": [_entry(entry) for entry in entries],
        }
    }


def write_archive(file: Path, exchanges: Iterable[Recorded]) -> None:
    """Write the exchanges of a cassette; failed ones have status 0, as browsers write it."""
    recorded = tuple(exchanges)
    document = har(_recorded_entry(each) for each in recorded)
    for entry, each in zip(document["log"]["entries"], recorded, strict=True):
        entry["request"]["url"] = each.origin.upstream + each.request.target
        entry["time"] = entry["timings"]["wait"] = each.took_ms
        if each.failure:
            entry["response"]["_error"] = each.failure
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _recorded_entry(recorded: Recorded) -> Entry:
    trace = Trace(recorded.api, recorded.operation, rule="upstream", source="recorded")
    outcome = Outcome(recorded.answer or Response(0), trace)
    return Entry(recorded.number, recorded.api, recorded.request, outcome, recorded.at)


def _entry(entry: Entry) -> Json:
    delay_ms = entry.outcome.delay_ms
    return {
        "startedDateTime": moment(entry.at),
        "time": delay_ms,
        "request": _request(entry),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": delay_ms, "receive": 0},
        "_trace": trace_json(entry),
    }


def _request(entry: Entry) -> Json:
    request = Redaction().request(entry.request)
    content_type, body = request.header("content-type"), request.body
    post_data = {"postData": {"mimeType": content_type or "", **_post_data(body)}} if body else {}
    return {
        "method": request.method,
        "url": absolute_url(request),
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


def _response(entry: Entry) -> Json:
    answer = Redaction().answer(entry.outcome.response)
    body, media_type = answer_bytes(answer), first(answer.headers, "content-type") or ""
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
