"""Pages of other origins: which of their requests and responses browsers let through.

Cross-origin resource sharing (WHATWG Fetch, 3.3), and private network access (WICG).
"""

import re
from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from emulator.http.messages import AnyResponse, Headers, Request, Response

#: Serialized origins (WHATWG HTML, 7.1.1); what else a header field says is not repeated.
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]{0,30}://[^\s,\"'<>\\]{1,300}")
_TOKENS = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z, -]{0,8000}")

#: Response header fields that pages may read anyway, and those that they never may.
_READ_ANYWAY = frozenset(
    ("cache-control", "content-language", "content-length", "content-type", "expires")
) | {"last-modified", "pragma", "set-cookie"}
#: What the emulator says of a response, in fields of its own.
_OWN = (
    *("emulator-operation", "emulator-rule", "emulator-source", "emulator-problem"),
    *("emulator-fault", "emulator-fault-missed", "emulator-stub", "emulator-forced"),
    "emulator-violations",
)
#: Seconds for which a browser need not ask again.
_MAX_AGE = 600

Shared = TypeVar("Shared", bound=AnyResponse)


def origin_of(request: Request) -> str | None:
    """The origin of the page that sends a request; None where none is said, or none that may be."""
    origin = request.fields.get("origin")
    return origin if origin is not None and _ORIGIN.fullmatch(origin) else None


def is_preflight(request: Request) -> bool:
    """Whether a browser asks if a page may send a request; any other OPTIONS is one like others."""
    fields = request.fields
    return request.method == "OPTIONS" and "access-control-request-method" in fields


def preflight_response(request: Request, origin: str, methods: Iterable[str]) -> Response:
    """That the page may send what it asks for, and any of these `methods` of the path."""
    fields = request.fields
    wanted = fields["access-control-request-method"]
    asked = [wanted] if _TOKENS.fullmatch(wanted) and "," not in wanted else []
    headers: list[tuple[str, str]] = [
        *_allowed(origin),
        ("access-control-allow-methods", ", ".join(dict.fromkeys((*methods, *asked)))),
        ("access-control-max-age", str(_MAX_AGE)),
    ]
    names = fields.get("access-control-request-headers", "")
    if names and _TOKENS.fullmatch(names):
        headers.append(("access-control-allow-headers", names))
    if fields.get("access-control-request-private-network") == "true":
        headers.append(("access-control-allow-private-network", "true"))
    varies = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    return Response(204, (*headers, ("vary", varies)))


def readable(response: Shared, origin: str) -> Shared:
    """The response as the page may read it, with its header fields.

    One that says itself who may read it stays as it is.
    """
    headers: Headers = response.headers
    names = dict.fromkeys(name.lower() for name, _ in headers)
    if "access-control-allow-origin" in names:
        return response
    exposed = (*(name for name in names if name not in _READ_ANYWAY), *_OWN)
    listed = ("access-control-expose-headers", ", ".join(exposed))
    return replace(response, headers=(*headers, *_allowed(origin), listed, ("vary", "Origin")))


def _allowed(origin: str) -> Headers:
    return (
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
    )
