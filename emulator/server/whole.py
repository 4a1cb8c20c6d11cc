"""Complete responses: what is sent of one, for ASGI and as bytes; the fields that every one has."""

import re
from typing import TypeAlias

from emulator.http.messages import EventStream, Headers, Response
from emulator.mock.outcome import Outcome, Trace

#: What no header field holds (RFC 9110, 5.5); violations quote what was sent.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

#: Header fields as ASGI has them.
RawHeaders = list[tuple[bytes, bytes]]

#: Fields that say where a message ends, which only uvicorn may write.
_FRAMING = frozenset(("connection", "content-length", "transfer-encoding"))
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
#: Every byte that the value of a field may hold.
_TEXT = bytes([9, *range(0x20, 0x7F), *range(0x80, 0x100)])
_LINE_ENDS = b"\r\n" * 10_000

#: What begins the lines of header fields, what is written of traces, and of both where there is
#: one header field at most: for the first so many.
_LINES: dict[str, str] = {}
_Key: TypeAlias = tuple[str, str, str, str, bool]
_TRACES: dict[_Key | None, bytes] = {}
_SHORT: dict[tuple[Headers, _Key], bytes] = {}
_KEPT, _KEPT_BYTES = 5_000, 1_000
_LENGTHS = [b"content-length: %d\r\n" % length for length in range(_KEPT)]


def is_whole(outcome: Outcome) -> bool:
    """Whether the response is complete now, and nothing goes wrong on its way."""
    return (
        isinstance(outcome.response, Response)
        and outcome.pending is None
        and not (outcome.faults or outcome.delay_ms)
    )


def whole(outcome: Outcome) -> tuple[int, RawHeaders, bytes]:
    """The status, headers and body of a complete response, with its length."""
    response = outcome.response
    assert not isinstance(response, EventStream)
    headers = [*raw_headers(response.headers), *trace_headers(outcome)]
    # RFC 9110, 6.4.1: these have no content, and 204 no Content-Length either (8.6).
    if response.status in (204, 304) or response.status < 200:
        return response.status, headers, b""
    body = b"" if response.status == 205 else response.body  # RFC 9110, 15.3.6
    headers.append((b"content-length", b"%d" % len(body)))
    return response.status, headers, body


def whole_response(outcome: Outcome, *, bodiless: bool) -> tuple[int, bytes, bytes] | None:
    """The status of a complete response, its header fields as they are sent, and its body.

    None where it is not complete now, or uvicorn has to judge: a field frames the message or can't
    be sent.
    """
    ready = outcome.ready
    if ready is not None and ready.sent is not None and not bodiless:
        return ready.sent
    response = outcome.response
    if not isinstance(response, Response) or not is_whole(outcome):
        return None
    status, headers, trace = response.status, response.headers, outcome.trace
    if not 200 <= status < 600:
        return None
    key: _Key | None = None
    own_words = trace.fault or trace.skipped or trace.stub or trace.breaches
    if not own_words and trace.rule != "upstream":
        key = trace.operation, trace.rule, trace.source, trace.problem, trace.forced
    # Most responses have no other field than their media type.
    short = (headers, key) if key is not None and len(headers) < 2 else None
    written = _SHORT.get(short) if short is not None else None
    if written is None:
        own = response.lines if response.lined is headers else None
        own = own or _header_fields(headers)
        if own is None:
            return None
        written = own + (_TRACES.get(key) or _trace_fields(outcome, key))
        if short is not None and len(_SHORT) < _KEPT and len(written) <= _KEPT_BYTES:
            _SHORT[short] = written
    # RFC 9110, 6.4.1: these have no content, and 204 no Content-Length either (8.6).
    if status == 204 or status == 304:
        return status, written, b""
    body = b"" if status == 205 else response.body  # RFC 9110, 15.3.6
    length = len(body)
    written += _LENGTHS[length] if length < _KEPT else b"content-length: %d\r\n" % length
    sent = status, written, b"" if bodiless else body
    if ready is not None and not bodiless:
        ready.sent = sent
    return sent


def _line(name: str) -> str | None:
    """The beginning of a header field; None for one that uvicorn has to judge."""
    lower = name.lower()
    if lower in _FRAMING or not _NAME.fullmatch(lower):
        return None
    line = f"{lower}: "
    if len(_LINES) < _KEPT and len(name) <= _KEPT_BYTES:
        _LINES[name] = line
    return line


def _header_fields(headers: Headers) -> bytes | None:
    """The header fields as they are sent; None where uvicorn has to judge."""
    fields, lines = [], _LINES
    for name, value in headers:
        line = lines.get(name) or _line(name)
        if line is None:
            return None
        fields.append(line + value)
    fields.append("")
    try:
        written = "\r\n".join(fields).encode("latin-1")
    except UnicodeEncodeError:
        written = b"\r\n".join(map(_octets, fields))
    if written.translate(None, _TEXT) != _LINE_ENDS[: 2 * len(fields) - 2]:
        return None
    return written


def _trace_fields(outcome: Outcome, key: _Key | None) -> bytes:
    """The header fields that say why an answer is what it is, as they are sent."""
    written = _written(trace_headers(outcome))
    if key is not None and len(_TRACES) < _KEPT:
        _TRACES[key] = written
    return written


def _written(headers: RawHeaders) -> bytes:
    return b"".join([b"%b: %b\r\n" % field for field in headers])


def raw_headers(headers: Headers) -> RawHeaders:
    """Header fields as bytes; what can't stand in one is replaced."""
    return [(name.encode("latin-1"), _octets(value)) for name, value in headers]


def _octets(text: str) -> bytes:
    """A header's text as it is sent: in UTF-8 what ISO 8859-1 doesn't have (RFC 9110, 5.5)."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode(errors="replace")


def trace_headers(outcome: Outcome) -> RawHeaders:
    """The header fields that say why an answer is what it is."""
    trace = outcome.trace
    headers = [
        (b"emulator-" + name, field_value(value))
        for name, value in (
            (b"operation", trace.operation),
            (b"rule", trace.rule),
            (b"source", trace.source),
            (b"problem", trace.problem),
            (b"fault", trace.fault),
            (b"fault-missed", trace.skipped),
            (b"stub", trace.stub),
            (b"violations", _breaches(trace)),
        )
        if value
    ]
    if trace.forced:
        headers.append((b"emulator-forced", b"true"))
    return headers


def field_value(text: str) -> bytes:
    """A text as the value of a header field: what can't stand in one is replaced."""
    return _CONTROL.sub("?", text).encode("latin-1", errors="replace")


def _breaches(trace: Trace) -> str:
    """In what the answer breaks the document: the first violation, and how many more.

    Of a real exchange also in what the request does.
    """
    asked = trace.violations if trace.rule == "upstream" else ()
    found = [("request ", each) for each in asked] + [("", each) for each in trace.breaches]
    if not found:
        return ""
    (whose, first), *more = found
    said = f"{whose}{first.location} {first.pointer}: {first.message}"
    return " ".join(said.split()) + (f" (and {len(more)} more)" if more else "")
