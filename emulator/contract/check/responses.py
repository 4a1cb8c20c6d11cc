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

#: Set on a `requests.PreparedRequest`: why its response breaks off.
BROKEN = "emulator_broken"

#: The body is kept decoded and whole, so these would say what is not so.
_FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_CHUNK = 64 * 1024
#: No body is read any further.
_MOST_BYTES = 64 * 2**20
_BUILDER = HTTPAdapter()


@dataclass(frozen=True, slots=True)
class BufferedResponse:
    """Status, header fields and decoded body.

    A body that was not read to its end is `cut_short`; `broken` says why the server did not send
    it to its end.
    """

    status: int
    reason: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    cut_short: bool = False
    broken: str = ""

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
        # On the request, which all that judges the response gets as well.
        setattr(request, BROKEN, self.broken)
        return response


def read_response(
    response: requests.Response, timeout_s: float, max_events: int
) -> BufferedResponse:
    """A response with its body, as far as it came.

    A stream is read to its end, `max_events` events or `timeout_s`; any body to `_MOST_BYTES`.
    """
    fields = response.raw.headers
    body, cut, broken = _read_body(response, timeout_s, max_events)
    framing = _FRAMING if _is_decoded(response) else _FRAMING - {"content-encoding"}
    return BufferedResponse(
        status=response.status_code,
        reason=response.reason or "",
        headers=tuple(
            (name, value)
            for name in fields
            if name.lower() not in framing
            for value in fields.getlist(name)
        ),
        body=body,
        cut_short=cut or getattr(response, CUT_SHORT, False),
        broken=broken,
    )


def _is_decoded(response: requests.Response) -> bool:
    """Whether every coding of the content is one that urllib3 takes off."""
    codings = [each.strip().lower() for each in response.raw.headers.getlist("content-encoding")]
    known = {*urllib3.HTTPResponse.CONTENT_DECODERS, "identity", ""}
    return all(part.strip() in known for each in codings for part in each.split(","))


def _read_body(
    response: requests.Response, timeout_s: float, max_events: int
) -> tuple[bytes, bool, str]:
    """The body, whether it goes on, and why it breaks off."""
    streams = base_type(response.headers.get("content-type") or "") == EVENT_STREAM
    until = time.monotonic() + timeout_s
    data = bytearray()
    cut, broken = False, ""
    try:
        for chunk in _chunks(response.raw):
            data += chunk
            enough = streams and b"\n" in chunk and count_events(data) >= max_events
            if enough or len(data) >= _MOST_BYTES or time.monotonic() >= until:
                cut = True
                break
    except urllib3.exceptions.TimeoutError:
        cut, broken = streams, "" if streams else f"the rest did not come within {timeout_s:g} s"
    except urllib3.exceptions.HTTPError as error:
        broken = str(error.args[0] if error.args else error)
    finally:
        response.close()
    return _whole_events(bytes(data)) if streams and cut else bytes(data), cut, broken


def _chunks(raw: Any) -> Iterator[bytes]:
    if raw.chunked:
        yield from raw.stream(_CHUNK, decode_content=True)
        return
    while chunk := raw.read1(_CHUNK, decode_content=True):
        yield chunk


def _whole_events(data: bytes) -> bytes:
    end = max(data.rfind(b"\n\n") + 2, data.rfind(b"\r\n\r\n") + 4, data.rfind(b"\r\r") + 2)
    return data[:end] if end > 3 else b""
