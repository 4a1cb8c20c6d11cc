"""The console's page and files, and the reference of an API: static, and the same for everybody.

What they show they ask the control plane for, as any client does, with the token where one is
required. So they need none themselves, and run nothing but their own scripts (CSP).
"""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response

from emulator.http.nearest import unknown
from emulator.server.admin.calls import AdminCall, existing

_FOLDER = Path(__file__).parent.parent / "console"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HTML = "text/html"

#: Nothing from elsewhere, nothing inline, no frame around it (W3C Content Security Policy 3).
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_FIELDS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}


def page(call: AdminCall) -> Response:
    """The console."""
    return _sent(call, "index.html")


def reference(call: AdminCall) -> Response:
    """The page that shows an API's document; it says itself where there is no such API."""
    return _sent(call, "reference.html")


def file(call: AdminCall) -> Response:
    """A file of these pages."""
    name, known = call.path["file"], [each for each in _files() if not each.endswith(".html")]
    existing(name if name in known else None, unknown("file", name, known))
    return _sent(call, name)


def _sent(call: AdminCall, name: str) -> Response:
    """A file, or 304 where the browser has it (RFC 9110, 15.4.5)."""
    content, tag = _files()[name]
    fields = {**_FIELDS, "etag": tag}
    if tag in (call.request.header("if-none-match") or ""):
        return Response(status_code=304, headers=fields)
    return Response(content, headers=fields, media_type=_TYPES.get(Path(name).suffix, _HTML))


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    """The content of each file, and a tag for it."""
    found = {}
    for each in sorted(_FOLDER.iterdir()):
        if each.suffix in (*_TYPES, ".html"):
            content = each.read_bytes()
            found[each.name] = content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return found
