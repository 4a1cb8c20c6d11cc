"""Access to the control plane: by token, or on loopback by anyone except pages of other origins.

A page in a browser on the same machine has another name for the loopback address as its `Host`
(DNS rebinding), or an `Origin` elsewhere. CORS is off: no page may read a response.
"""

import hmac
import secrets
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.http.targets import is_loopback
from emulator.server.admin.calls import rejection


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
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        reason = self._rejects(headers)
        if reason is None or scope["path"].endswith("/__admin/health"):
            await self.app(scope, receive, send)
            return
        status, detail = reason
        response = rejection(status, detail)
        if status == 401:
            response.headers["www-authenticate"] = 'Bearer realm="emulator"'
        await response(scope, receive, send)

    def _rejects(self, headers: dict[bytes, str]) -> tuple[int, str] | None:
        if self.token is not None:
            token = headers.get(b"authorization", "").partition(" ")[2].strip()
            if hmac.compare_digest(token.encode(), self.token.encode()):
                return None
            return 401, "the control plane needs the token that was given or printed at start"
        host = headers.get(b"host", "localhost")
        if not is_loopback(_name(f"//{host}")):
            return 403, f"Host is {host!r}; the control plane answers on loopback names only"
        origin = headers.get(b"origin")
        if origin is not None and not is_loopback(_name(origin)):
            return 403, f"the control plane takes no calls from pages of {origin}"
        return None


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
