"""Who may use the control plane: whoever holds its token, or, on loopback, whoever is here.

A page in a browser on the same machine is not: its `Host` is another name for the loopback address
(DNS rebinding), or its `Origin` is elsewhere. CORS is off: no page may read an answer.
"""

import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.http.targets import is_loopback
from emulator.server.admin.calls import refused


def admin_token(host: str, given: str | None) -> str | None:
    """The token the control plane asks for: the one given, a new one where others can reach it."""
    if given or is_loopback(host):
        return given or None
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets those through who may use the control plane; without a token, whoever is here."""

    app: ASGIApp
    token: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 401 or 403."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(headers)
        if refusal is None or scope["path"].endswith("/__admin/health"):
            await self.app(scope, receive, send)
            return
        status, detail = refusal
        answer = refused(status, detail)
        if status == 401:
            answer.headers["www-authenticate"] = 'Bearer realm="emulator"'
        await answer(scope, receive, send)

    def _refusal(self, headers: dict[bytes, str]) -> tuple[int, str] | None:
        if self.token is not None:
            shown = headers.get(b"authorization", "").partition(" ")[2].strip()
            if hmac.compare_digest(shown.encode(), self.token.encode()):
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
