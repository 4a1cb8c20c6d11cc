"""Paths that the emulator has itself, where documents may have theirs: the control plane, scopes.

A call that the control plane has goes to it, whatever a document says. Otherwise a document's own
operation counts: one whose path begins as the control plane's does, or like `/~{user}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.types import Scope

from emulator.openapi.routing.router import Match
from emulator.server.receive import without_mount

if TYPE_CHECKING:
    from emulator.mock.exchange import Endpoint
    from emulator.mock.site import Site
    from emulator.openapi.routing.router import NoMethod, Router

#: Where the control plane is, and what scopes in paths begin with.
ADMIN = "/__admin"
SCOPES = "/~"


@dataclass(frozen=True, slots=True)
class Reserved:
    """Says whose a request is. `below` is the control plane's path; `own` are documents' routes.

    These are the routes that begin as the control plane's path or like a scope, None without any.
    """

    below: str
    site: Site
    own: Router[Endpoint] | None

    @classmethod
    def of(cls, site: Site, below: str) -> Reserved:
        """What a site's documents have of the emulator's own paths."""
        return cls(below, site, site.router.beginning(below[1:], SCOPES[1:]))

    def without_scope(self, scope: Scope) -> Scope:
        """The ASGI scope with the emulator's scope taken out of its path, unless it is no scope."""
        rest = without_mount(scope)
        if rest is scope or self.own is None:
            return rest
        method, path, below = scope["method"], _path(scope), _path(rest)
        is_own = self._find(method, path) is not None and not self._is_admin(below)
        return scope if is_own and self.site.find(method, below) is None else rest

    def for_admin(self, scope: Scope) -> Scope | None:
        """The ASGI scope of a call of the control plane; None for other requests."""
        path: str = scope["path"][len(scope.get("root_path", "")) :]
        if not self._is_admin(path) or self._is_documents(scope):
            return None
        # `/__admin` is `/__admin/`: a mount needs a slash.
        return {**scope, "path": scope["path"] + "/"} if path == self.below else scope

    def _is_admin(self, path: str) -> bool:
        return path == self.below or path.startswith(f"{self.below}/")

    def _is_documents(self, scope: Scope) -> bool:
        found = self._find(scope["method"], _path(scope)) if self.own is not None else None
        if found is None:
            return False
        # Compiled at the first call: many servers get none.
        from emulator.server.admin.plane import admin_router, find_call

        theirs = find_call(admin_router(), scope["method"], _path(scope))
        return theirs is None or (isinstance(found, Match) and not isinstance(theirs, Match))

    def _find(self, method: str, path: str) -> Match[Endpoint] | NoMethod | None:
        assert self.own is not None, "asked where documents have such paths"
        return self.own.find("GET" if method == "HEAD" else method, path)


def _path(scope: Scope) -> str:
    """The path as it was sent, below what the application is mounted at."""
    raw = scope.get("raw_path")
    path: str = scope["path"][len(scope.get("root_path", "")) :]
    return raw.decode("latin-1") if raw else path
