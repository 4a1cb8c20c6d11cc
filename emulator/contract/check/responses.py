"""A response read to its end, independent of its connection."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPMessage
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from emulator.contract.check.events import EVENT_STREAM, count_events
from emulator.http.media_types import base_type
from emulator.http.messages import Headers

#: Set on a `requests.Response` whose stream was not read to its end.
CUT_SHORT = "_schemathesis_stream_cut_short"

#: The body is kept decoded and whole, so these would say what is not so.
_FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_CHUNK = 64 * 1024
_BUILDER = HTTPAdapter()


@dataclass(frozen=True, slots=True)
class BufferedResponse:
    """Status, header fields and decoded body; a stream that was not read to its end `cut_short`."""

    status: int
    reason: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    cut_short: bool = False

    def response(self, request: requests.PreparedRequest) -> requests.Response:
        """The response as Requests gives it, so that its caller notices no difference."""
        fields = HTTPMessage()
        for name, value in self.headers:
            fields[name] = value
        # What Requests reads cookies from; nothing is left to close.
        original = SimpleNamespace(msg=fields, isclosed=lambda: True, close=lambda: None)
        raw = urllib3.HTTPResponse(
            body=BytesIO(self.body),
            status=self.status,
            reason=self.reason,
            version=11,
            headers=self.headers,  # type: ignore[arg-type] # it takes pairs too, which may repeat
            preload_content=False,
            original_response=original,  # type: ignore[arg-type]
            request_method=request.method,
            decode_content=False,
        )
        response: requests.Response = _BUILDER.build_response(request, raw)
        if self.cut_short:
            setattr(response, CUT_SHORT, True)
        return response


def read_response(
    response: requests.Response, timeout_s: float, max_events: int
) -> BufferedResponse:
    """A response with its body; a stream is read to its end, `max_events` events or `timeout_s`."""
    fields = response.raw.headers
    kind = base_type(response.headers.get("content-type") or "")
    body, cut = (
        _read_stream(response, timeout_s, max_events)
        if kind == EVENT_STREAM
        else (response.content, False)
    )
    return BufferedResponse(
        status=response.status_code,
        reason=response.reason or "",
        headers=tuple(
            (name, value)
            for name in fields
            if name.lower() not in _FRAMING
            for value in fields.getlist(name)
        ),
        body=body,
        cut_short=cut or getattr(response, CUT_SHORT, False),
    )


def _read_stream(
    response: requests.Response, timeout_s: float, max_events: int
) -> tuple[bytes, bool]:
    until = time.monotonic() + timeout_s
    data = b""
    try:
        for chunk in _chunks(response.raw):
            data += chunk
            if count_events(data) >= max_events or time.monotonic() >= until:
                return _whole_events(data), True
    except urllib3.exceptions.TimeoutError:
        return _whole_events(data), True
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error, request=response.request) from error
    finally:
        response.close()
    return data, False


def _chunks(raw: Any) -> Iterator[bytes]:
    if raw.chunked:
        yield from raw.stream(_CHUNK, decode_content=True)
        return
    while chunk := raw.read1(_CHUNK, decode_content=True):
        yield chunk


def _whole_events(data: bytes) -> bytes:
    end = max(data.rfind(b"\n\n") + 2, data.rfind(b"\r\n\r\n") + 4, data.rfind(b"\r\r") + 2)
    return data[:end] if end > 3 else b""
