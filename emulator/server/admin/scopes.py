"""Scopes: list, reset and delete: `/__admin/scopes`."""

from dataclasses import dataclass

from starlette.responses import Response

from emulator.server.admin.calls import AdminCall, json_response
from emulator.server.dispatcher import Dispatcher


@dataclass(frozen=True, slots=True)
class ScopeHandlers:
    """The handlers of scopes."""

    dispatcher: Dispatcher

    def list(self, _: AdminCall) -> Response:
        """The scopes with stored state, by name."""
        names = sorted({*self.dispatcher.store.scopes(), *self.dispatcher.journal.scopes()})
        return json_response({"scopes": [{"name": name} for name in names]})

    def forget(self, call: AdminCall) -> Response:
        """Delete the scope with everything in it."""
        self.dispatcher.forget(call.path["name"])
        return Response(status_code=204)

    def reset(self, call: AdminCall) -> Response:
        """Reset the scope to its initial state."""
        self.dispatcher.reset(call.scope)
        return json_response({"scope": call.scope})
