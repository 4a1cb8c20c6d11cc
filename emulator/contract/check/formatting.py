"""Credentials put where an operation asks for them."""

import base64
from collections.abc import Iterable
from urllib.parse import quote

from emulator.http.messages import Headers, Request
from emulator.openapi.document.model import Operation, SecurityScheme


def with_credentials(
    request: Request, operation: Operation, credentials: Iterable[tuple[str, str]]
) -> Request:
    """The request with what the first requirement that can be met asks for."""
    known = dict(credentials)
    for alternative in operation.security:
        if all(scheme.name in known for scheme in alternative):
            for scheme in alternative:
                request = _with_credential(request, scheme, known[scheme.name])
            break
    return request


def _with_credential(request: Request, scheme: SecurityScheme, value: str) -> Request:
    if scheme.type != "apiKey":
        basic = scheme.http_scheme.lower() == "basic"
        text = f"Basic {base64.b64encode(value.encode()).decode()}" if basic else f"Bearer {value}"
        return with_headers(request, [("authorization", text)])
    if scheme.location == "header":
        return with_headers(request, [(scheme.parameter.lower(), value)])
    if scheme.location == "cookie":
        cookie = request.header("cookie")
        pair = f"{scheme.parameter}={value}"
        rest = [(name, v) for name, v in request.headers if name != "cookie"]
        joined = f"{cookie}; {pair}" if cookie else pair
        return with_headers(_replaced(request, tuple(rest)), [("cookie", joined)])
    pair = f"{quote(scheme.parameter, safe='')}={quote(value, safe='')}"
    query = f"{request.query}&{pair}" if request.query else pair
    return _replaced(request, request.headers, query)


def with_headers(request: Request, headers: Iterable[tuple[str, str]]) -> Request:
    """The request with header fields after its own."""
    return _replaced(request, (*request.headers, *headers))


def _replaced(request: Request, headers: Headers, query: str | None = None) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        query=request.query if query is None else query,
        headers=headers,
        body=request.body,
    )
