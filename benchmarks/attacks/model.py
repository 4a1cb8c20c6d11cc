"""What an attack is, and the bytes of requests that several send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `sent` is written on each of the `connections`, one after another.

    `ends` are the statuses that the last answer of a connection may have; "" is none: it was let
    go. `costs` is the most processor time, in that of a plain request. `before` are calls of the
    control plane, (method, path, body), that are not counted. Who does not read (`reads`) waits
    until the neighbour had its `pause_s`, and leaves.
    """

    name: str
    sent: Callable[[], bytes]
    ends: tuple[str, ...]
    costs: float
    connections: int = 1
    reads: bool = True
    pause_s: float = 0.0
    before: tuple[tuple[str, str, Json | None], ...] = field(default=())


def request(
    target: str,
    fields: Mapping[str, str] | None = None,
    body: bytes = b"",
    method: str = "",
    *,
    stays: bool = False,
) -> bytes:
    """A request as it is written on the wire."""
    lines = [f"{method or ('POST' if body else 'GET')} {target} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
    lines += [] if stays else ["Connection: close"]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


PLAIN = request("/plain", stays=True)


LAST = request("/plain")


def posted(target: str, body: bytes, media_type: str = "application/json", **more: str) -> bytes:
    """A request with a body."""
    return request(target, {"Content-Type": media_type, **more}, body)


def nested(opened: bytes, inner: bytes, closed: bytes, depth: int) -> bytes:
    """Something in itself, so deep."""
    return opened * depth + inner + closed * depth


def fields(number: int, name: str = "a") -> bytes:
    """A request with so many fields, all of one name or each of its own."""
    lines = "".join(f"{name.replace('#', str(n))}:b\r\n" for n in range(number))
    return LAST[:-2] + lines.encode() + b"\r\n"


REFUSED = ("400", "413", "415", "422")
