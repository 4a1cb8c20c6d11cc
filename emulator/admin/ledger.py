"""What tools did in a scope, and how to forget it: `/__admin/executions`, `/__admin/reset`."""

from datetime import UTC

from starlette.responses import Response
from starlette.routing import BaseRoute

from emulator.admin.calls import AdminCall, answered, route
from emulator.clock import Clocks
from emulator.state.store import Execution, Store


def ledger_routes(store: Store, clocks: Clocks) -> list[BaseRoute]:
    """The routes of what was executed."""

    def executions(call: AdminCall) -> Response:
        return answered({"executions": [_line(each) for each in store.executions(call.scope)]})

    def reset(call: AdminCall) -> Response:
        store.reset(call.scope)
        clocks.reset(call.scope)
        return answered({"scope": call.scope})

    return [route("GET", "/executions", executions), route("POST", "/reset", reset)]


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
