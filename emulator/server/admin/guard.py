"""Access to the control plane: by token, or on loopback by anyone except pages of other origins.

A page in a browser on the same machine has another name for the loopback address as its `Host`
(DNS rebinding), or another `Origin` than the server itself, of which the console's page is. CORS is
off: no other page may read a response.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.http.targets import is_loopback
from emulator.server.admin.calls import rejection
from emulator.server.hosts import host_name

#: The console's page and files, references of APIs; and the root, which leads to the console.
_PAGES = re.compile(rb"/[^/]+/?(ui(?:/[a-z-]+\.(?:css|js|svg))?|apis/[^/]+/docs|)")


def admin_token(host: str, given: str | None) -> str | None:
    """The required token: the one given, or a new one if other machines can reach the server."""
    if given or is_loopback(host):
        return given or None
    return secrets.token_urlsafe(24)


class AdminGuard(Struct, frozen=True):
    """Rejects calls without the token; if there is none, calls from other origins."""

    app: ASGIApp
    token: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond, or reject with 401 or 403."""
        if _is_health(scope):
            await self.app(scope, receive, send)
            return
        fields = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        reason = self._rejects(scope["method"], fields, is_page=_is_page(scope))
        if reason is None:
            await self.app(scope, receive, send)
            return
        status, detail = reason
        response = rejection(status, detail)
        if status == 401:
            response.headers["www-authenticate"] = 'Bearer realm="emulator"'
        await response(scope, receive, send)

    def _rejects(
        self, method: str, fields: list[tuple[bytes, str]], *, is_page: bool
    ) -> tuple[int, str] | None:
        headers = dict(fields)
        if b"webhook-signature" in headers:
            return 403, "the control plane takes no webhooks"
        if self.token is not None:
            if is_page:
                return None
            scheme, _, token = headers.get(b"authorization", "").partition(" ")
            right = hmac.compare_digest(token.strip().encode(), self.token.encode())
            if right and scheme.lower() == "bearer":
                return None
            return 401, "the control plane needs the token that was given or printed at start"
        for name, host in fields:
            if name == b"host" and not is_loopback(host_name(host) or ""):
                said = f"Host is {host[:100]!r}"
                return 403, f"{said}; the control plane answers on loopback names only"
        return _from_elsewhere(method, headers)


def _from_elsewhere(method: str, headers: Mapping[bytes, str]) -> tuple[int, str] | None:
    """Why a call of a page is rejected; who only follows a link may read what it leads to."""
    origin = headers.get(b"origin")
    if origin is not None and _authority(origin) != headers.get(b"host", "").lower():
        return 403, f"the control plane takes no calls from pages of {origin[:100]}"
    follows_link = method in ("GET", "HEAD") and headers.get(b"sec-fetch-mode") == "navigate"
    if headers.get(b"sec-fetch-site") in ("cross-site", "same-site") and not follows_link:
        return 403, "the control plane takes no calls from other pages"
    return None


def _is_health(scope: Scope) -> bool:
    """Whether the call is for `/health`, which everybody may ask for.

    The path as it was sent decides: `x%2F__admin%2Fhealth` is another one.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.count(b"/") == 2 and raw.endswith(b"/health")


def _is_page(scope: Scope) -> bool:
    """Whether a call is for what the console is made of, which is no secret; or leads there."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    match = _PAGES.fullmatch(raw)
    if match is None or scope["method"] not in ("GET", "HEAD"):
        return False
    return match[1] != b"" or wants_page(
        dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
    )


def wants_page(accept: str) -> bool:
    """Whether a client shows pages to people: browsers say so when they open an address."""
    return "text/html" in accept.lower()


def _authority(origin: str) -> str:
    """The host and port of an origin; one on this machine has other ports for other servers."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
