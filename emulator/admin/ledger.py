"""What tools did in a scope: `/__admin/executions`."""

from datetime import UTC

from starlette.responses import Response
from starlette.routing import BaseRoute

from emulator.admin.calls import AdminCall, answered, route
from emulator.delivery.dispatcher import Dispatcher
from emulator.state.store import Execution


def ledger_routes(dispatcher: Dispatcher) -> list[BaseRoute]:
    """The routes of what was executed."""

    store = dispatcher.store

    def executions(call: AdminCall) -> Response:
        return answered({"executions": [_line(each) for each in store.executions(call.scope)]})

    return [route("GET", "/executions", executions)]


def _line(execution: Execution) -> dict[str, object]:
    effect = execution.effect
    return {
        "api": execution.api,
        "tool": effect.tool,
        "side_effect": effect.side_effect,
        "arguments": effect.arguments,
        "caller": effect.caller,
        "call": effect.call,
        "at": execution.at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z",
    }
