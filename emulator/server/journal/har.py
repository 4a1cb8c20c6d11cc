"""The journal as an HTTP Archive (HAR 1.2), for the tools that read one."""

import base64
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qsl

from emulator import __version__
from emulator.http.messages import Headers, Json
from emulator.http.redaction import redact_body, redact_headers, redact_query
from emulator.server.journal.journal import Entry
from emulator.server.journal.serialize import answer_bytes, header, moment, show_trace


def har(entries: Iterable[Entry]) -> dict[str, Json]:
    """The entries as one archive, secrets taken out."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "emulator", "version": __version__},
            "entries": [_entry(entry) for entry in entries],
        }
    }


def _entry(entry: Entry) -> Json:
    delay_ms = entry.outcome.delay_ms
    return {
        "startedDateTime": moment(entry),
        "time": delay_ms,
        "request": _request(entry),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": delay_ms, "receive": 0},
        "_trace": show_trace(entry),
    }


def _request(entry: Entry) -> Json:
    request = entry.request
    query = redact_query(request.query)
    host = request.header("host") or "localhost"
    content_type = request.header("content-type")
    body = redact_body(request.body, content_type)
    sent = {"postData": {"mimeType": content_type or "", **_sent(body)}} if body else {}
    return {
        "method": request.method,
        "url": f"http://{host}{request.root}{request.path}" + (f"?{query}" if query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(redact_headers(request.headers)),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(body),
        **sent,
    }


def _response(entry: Entry) -> Json:
    answer = entry.outcome.answer
    content_type = header(answer.headers, "content-type")
    body = redact_body(answer_bytes(answer), content_type)
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return {
        "status": answer.status,
        "statusText": phrase,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(redact_headers(answer.headers)),
        "content": {"size": len(body), "mimeType": content_type or "", **_text(body)},
        "redirectURL": header(answer.headers, "location") or "",
        "headersSize": -1,
        "bodySize": len(body),
    }


def _headers(headers: Headers) -> Json:
    return [{"name": name, "value": value} for name, value in headers]


def _sent(body: bytes) -> dict[str, str]:
    """A request's body; HAR has no word for its encoding, so that is one of ours."""
    return {name if name == "text" else f"_{name}": value for name, value in _text(body).items()}


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
