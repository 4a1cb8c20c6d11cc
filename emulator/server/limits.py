"""What one connection may hold and how long it may take, and how what goes beyond is refused."""

import sys

from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from emulator.http.encode import dump
from emulator.http.problems import MEDIA_TYPE, Problem, problem
from emulator.settings import Settings


class WireLimits(Struct, frozen=True):
    """The head of a request in bytes and fields; what a client may keep the server waiting for.

    `read_s` is for a head, and for the longest pause in a body; `idle_s` for the next request;
    `write_s` for the longest time in which nothing of an answer is read. 0 is for ever.
    """

    head_bytes: int = 65_536
    fields: int = 200
    read_s: float = 15
    idle_s: float = 5
    write_s: float = 30


def wire_limits(settings: Settings) -> WireLimits:
    """The limits that these settings name."""
    return WireLimits(
        settings.head_limit,
        settings.field_limit,
        settings.read_timeout,
        settings.idle_timeout,
        settings.write_timeout,
    )


def long_head(limits: WireLimits, head: int, target: int, fields: int) -> Problem | None:
    """Why a head of so many bytes and fields is refused, with a target so long; None if it isn't.

    RFC 6585, 5 and RFC 9110, 15.5.15.
    """
    most = limits.head_bytes
    if target > most:
        return problem("target-too-long", f"the target is longer than {most} bytes (--head-limit)")
    if head > most:
        detail = f"the request's head is larger than {most} bytes (--head-limit)"
        return problem("head-too-large", detail)
    if fields > limits.fields:
        detail = f"the request has more than {limits.fields} header fields (--field-limit)"
        return problem("head-too-large", detail)
    return None


def most_connections() -> int:
    """How many connections leave the process files for all else."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit
    except ImportError:  # Windows
        return sys.maxsize
    most = getrlimit(RLIMIT_NOFILE)[0]
    return sys.maxsize if most == RLIM_INFINITY else max(most - 100, most // 2)


def too_slow(limits: WireLimits) -> Problem:
    """Why a request is refused that does not arrive."""
    detail = f"nothing more of the request came within {limits.read_s:g} s (--read-timeout)"
    return problem("request-timeout", detail)


def refusal(found: Problem, default_headers: list[tuple[bytes, bytes]]) -> bytes:
    """The last response of a connection, as it is sent."""
    status = found.type.status
    body = dump(found.as_json(status))
    fields = [
        *default_headers,
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"emulator-problem", found.type.name.encode()),
        (b"connection", b"close"),
    ]
    lines = b"".join([b"%b: %b\r\n" % field for field in fields])
    return b"".join((STATUS_LINE[status], lines, b"\r\n", body))
