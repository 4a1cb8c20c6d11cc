"""ASGI scope and messages → `Request`, and the name of the scope that it belongs to.

That is in the header `Emulator-Scope`, or `/~name` before the path, for clients that can set a base
URL but no header, like most SDKs.
"""

import re
from urllib.parse import quote

from starlette.types import Receive, Scope

from emulator.http.messages import Headers, Request, Violation
from emulator.http.problems import problem
from emulator.server.connection import connection_of

DEFAULT_SCOPE = "default"

_RULE = (
    "Emulator-Scope is 1 to 128 of A-Z a-z 0-9 . _ -, and the same as /~name in the path if both"
    " are there"
)
#: The problem of a request whose scope is invalid.
BAD_SCOPE = problem(
    "scope-invalid", _RULE, (Violation("header", "/Emulator-Scope", "pattern", _RULE),)
)

#: The problem of a request in a further scope, where there are as many as there may be.
TOO_MANY_SCOPES = problem(
    "too-many-scopes",
    "there are as many scopes as --scope-limit allows; DELETE /__admin/scopes/NAME forgets one",
)

_NAME = re.compile(r"[A-Za-z0-9._-]{1,128}")
_KEY = "emulator.scope"


async def receive_request(scope: Scope, receive: Receive, limit_bytes: int) -> Request | None:
    """The whole request, None if the client leaves before it is complete.

    A body over `limit_bytes` is dropped, and `oversize` is set: before it comes, if it is said to
    be so long. What is still to come of it is not read, so the connection ends with the response.
    """
    # `raw_path` is optional in ASGI; without it the decoded path is encoded again.
    raw_path = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else quote(scope["path"], safe="/:@!$&'()*+,;=%")
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    )
    over = _declared(headers) > limit_bytes
    body = b"" if over else await _body(receive, limit_bytes)
    if body is None:
        return None
    over = over or len(body) > limit_bytes
    connection = connection_of(scope) if over else None
    if connection is not None:
        connection.outlast_body()
    return Request(
        method=scope["method"],
        path=path,
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=b"" if over else body,
        oversize=limit_bytes if over else None,
        root=scope.get("root_path", ""),
    )


def _declared(headers: Headers) -> int:
    """How many bytes a body is said to have."""
    said = next((value for name, value in headers if name == "content-length"), "")
    # Of more digits Python makes no number, or slowly.
    return int(said[:30]) if said.isdecimal() else 0


async def _body(receive: Receive, limit_bytes: int) -> bytes | None:
    """The body, of a larger one a beginning over the limit; None if the client leaves."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more and size <= limit_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
    return b"".join(chunks)


def without_mount(scope: Scope) -> Scope:
    """The ASGI scope with `/~name` at the start of its path as its `root_path`.

    `raw_path` loses it; `path` keeps it, as ASGI has it.
    """
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else scope["path"]
    if not path.startswith("/~"):
        return scope
    name, slash, rest = path[2:].partition("/")
    below = {**scope, _KEY: name, "root_path": f"{scope.get('root_path', '')}/~{name}"}
    below["raw_path"] = (slash + rest or "/").encode("latin-1")
    return below


def scope_of(scope: Scope, header: str | None) -> str | None:
    """The name of the scope, by default `default`; None if it is invalid."""
    in_path = scope.get(_KEY)
    if in_path is not None and header not in (None, in_path):
        return None
    return scope_named(header or in_path) if in_path != "" else None


def scope_named(name: str | None) -> str | None:
    """The name of a scope that a request gives, by default `default`; None if it is invalid."""
    if not name:
        return DEFAULT_SCOPE
    return name if _NAME.fullmatch(name) else None
