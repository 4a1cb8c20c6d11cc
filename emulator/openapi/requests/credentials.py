"""Credentials put where an operation asks for them."""

import base64
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from emulator.http.messages import Request
from emulator.openapi.document.model import Operation, SecurityScheme


def with_credentials(
    request: Request, operation: Operation, credentials: Iterable[tuple[str, str]]
) -> Request:
    """The request with what the first requirement that can be met asks for.

    `credentials` are pairs of security scheme and value. A client certificate is no part of a
    request: requirements are met without it, but one that asks for nothing else is passed over.
    """
    known = dict(credentials)
    for alternative in operation.security:
        sent = [scheme for scheme in alternative if scheme.type != "mutualTLS"]
        if all(scheme.name in known for scheme in sent) and (sent or not alternative):
            for scheme in sent:
                request = _with_credential(request, scheme, known[scheme.name])
            break
    return request


def with_headers(
    request: Request, headers: Iterable[tuple[str, str]], withheld: Iterable[str] = ()
) -> Request:
    """The request with header fields after its own; none that it has, and none `withheld`."""
    own = {*(name for name, _ in request.headers), *withheld}
    more = [(name.lower(), value) for name, value in headers if name.lower() not in own]
    return replace(request, headers=(*request.headers, *more))


def _with_credential(request: Request, scheme: SecurityScheme, value: str) -> Request:
    if scheme.type != "apiKey":
        return _with_header(request, "authorization", _authorization(scheme, value))
    if scheme.location == "header":
        return _with_header(request, scheme.parameter.lower(), value)
    if scheme.location == "cookie":
        cookie, pair = request.header("cookie"), f"{scheme.parameter}={value}"
        return _with_header(request, "cookie", f"{cookie}; {pair}" if cookie else pair)
    pair = f"{quote(scheme.parameter, safe='')}={quote(value, safe='')}"
    return replace(request, query=f"{request.query}&{pair}" if request.query else pair)


def _with_header(request: Request, name: str, value: str) -> Request:
    """The request with a header field in place of its own of this name."""
    rest = tuple(field for field in request.headers if field[0] != name)
    return replace(request, headers=(*rest, (name, value)))


def _authorization(scheme: SecurityScheme, value: str) -> str:
    kind = scheme.http_scheme.lower() if scheme.type == "http" else "bearer"
    if kind == "basic":
        return f"Basic {base64.b64encode(value.encode()).decode()}"
    return f"{(kind or 'bearer').capitalize()} {value}"
