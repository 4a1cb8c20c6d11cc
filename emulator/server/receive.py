"""ASGI scope and messages → `Request`."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from emulator.http.messages import Request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientDisconnectedError(Exception):
    """The client left before its request was complete."""


async def receive_request(scope: Scope, receive: Receive, limit_bytes: int) -> Request:
    """The whole request; a body over `limit_bytes` is dropped, and `oversize` is set.

    Raises ClientDisconnectedError.
    """
    # `raw_path` is optional in ASGI; without it the decoded path is encoded again.
    raw_path = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else _encoded(scope["path"])
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    )
    body, oversize = await _body(receive, limit_bytes)
    return Request(
        method=scope["method"],
        path=path,
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        oversize=limit_bytes if oversize else None,
        root=scope.get("root_path", ""),
    )


async def _body(receive: Receive, limit_bytes: int) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnectedError
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return (b"", True) if len(body) > limit_bytes else (body, False)
    chunks, size = [body], len(body)
    while message.get("more_body"):
        if size > limit_bytes:
            return b"", True
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    return (b"", True) if size > limit_bytes else (b"".join(chunks), False)


def _encoded(path: str) -> str:
    return quote(path, safe="/:@!$&'()*+,;=-._~%")
