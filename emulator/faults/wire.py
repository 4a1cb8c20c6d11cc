"""Responses as the bytes of HTTP/1.1 (RFC 9112), and where they can break.

For faults that send what no HTTP server would: they turn the steps of a response into `Raw` ones.
"""

from collections.abc import Callable
from http import HTTPStatus

from emulator.faults.base import FaultParameter, Parameters
from emulator.faults.steps import Body, End, Raw, Start, Steps

LAST_CHUNK = b"0\r\n\r\n"
_PHRASES = {each.value: each.phrase.encode() for each in HTTPStatus}

#: For every fault that breaks off within the body.
AFTER_BYTES = FaultParameter(
    "after_bytes", "Bytes of the body that are sent; by default half of its first part."
)
#: For every fault of chunks: an event is a chunk, any other body is one. The last breaks anyway.
AFTER_CHUNKS = FaultParameter("after_chunks", "Chunks that are sent whole.", default=0)


async def until_start(steps: Steps) -> Steps:
    """What comes before anything is sent: delays."""
    async for step in steps:
        if isinstance(step, Start):
            return
        yield step


async def until_cut(steps: Steps, parameters: Parameters) -> Steps:
    """The steps to a place within the body (`AFTER_BYTES`): something is always missing.

    Of an answer without a body, all but its end.
    """
    left: int | None = parameters[AFTER_BYTES.name]
    async for step in steps:
        if isinstance(step, End):
            return
        if isinstance(step, Start):
            stated = int(step.header(b"content-length") or 0)
            left = min(left, stated - 1) if left is not None and stated else left
        if isinstance(step, Body):
            left = len(step.data) // 2 if left is None else left
            if left < len(step.data):
                if left:
                    yield Body(step.data[:left])
                return
            left -= len(step.data)
        yield step


def status_line(status: int) -> bytes:
    """The first line of an answer."""
    return b"HTTP/1.1 %d %s\r\n" % (status, _PHRASES.get(status, b""))


def fields(*headers: tuple[bytes, bytes]) -> bytes:
    """Header fields, and that the connection ends with this answer."""
    return b"".join(b"%s: %s\r\n" % field for field in (*headers, (b"connection", b"close")))


def head(start: Start) -> bytes:
    """The status line and the header fields."""
    return status_line(start.status) + fields(*start.headers)


async def until_close(steps: Steps, write_head: Callable[[Start], bytes] = head) -> Steps:
    """The answer as bytes; where it states no length, it lasts until the connection is closed."""
    async for step in steps:
        if isinstance(step, Start):
            yield Raw(write_head(step) + b"\r\n")
        elif isinstance(step, Body):
            yield Raw(step.data)
        elif not isinstance(step, End):
            yield step


async def in_chunks(steps: Steps) -> Steps:
    """The answer as bytes, its body in chunks whatever length it states (RFC 9112, 7.1)."""
    async for step in steps:
        if isinstance(step, Start):
            headers = (*step.with_length(None).headers, (b"transfer-encoding", b"chunked"))
            yield Raw(head(Start(step.status, headers)) + b"\r\n")
        elif isinstance(step, Body):
            yield Raw(b"%x\r\n%s\r\n" % (len(step.data), step.data))
        else:
            yield Raw(LAST_CHUNK) if isinstance(step, End) else step


async def with_broken_chunk(
    steps: Steps, parameters: Parameters, breaks: Callable[[bytes], bytes]
) -> Steps:
    """The answer in chunks up to one that is broken (`AFTER_CHUNKS`), at the latest its last."""
    left: int = parameters[AFTER_CHUNKS.name]
    begun = False
    async for step in in_chunks(steps):
        if begun and isinstance(step, Raw):
            if not left or step.data == LAST_CHUNK:
                yield Raw(breaks(step.data))
                return
            left -= 1
        begun = begun or isinstance(step, Raw)
        yield step
