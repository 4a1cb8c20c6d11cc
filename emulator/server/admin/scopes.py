"""Scopes that were used, and how to be rid of one: `/__admin/scopes`."""

from dataclasses import dataclass

from starlette.responses import Response

from emulator.server.admin.calls import AdminCall, Route, answered
from emulator.server.dispatcher import Dispatcher


@dataclass(frozen=True, slots=True)
class ScopeRoutes:
    """The routes of scopes."""

    dispatcher: Dispatcher

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("GET", "/scopes", self.list),
            Route("DELETE", "/scopes/{name}", self.forget),
            Route("POST", "/reset", self.reset),
        ]

    def list(self, _: AdminCall) -> Response:
        """The scopes that something is remembered of, by name."""
        names = sorted({*self.dispatcher.store.scopes(), *self.dispatcher.journal.scopes()})
        return answered({"scopes": [{"name": name} for name in names]})

    def forget(self, call: AdminCall) -> Response:
        """Nothing of the scope is left, as if nobody had used it."""
        self.dispatcher.forget(call.path["name"])
        return Response(status_code=204)

    def reset(self, call: AdminCall) -> Response:
        """The scope is as it was at start."""
        self.dispatcher.reset(call.scope)
        return answered({"scope": call.scope})
