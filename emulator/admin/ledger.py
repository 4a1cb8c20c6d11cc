"""What tools did in a scope, and how often they were asked to: `/__admin/executions`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC

from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.calls import AdminCall, answered, route
from emulator.delivery.dispatcher import Dispatcher
from emulator.state.store import Execution, LogicalCall


def ledger_routes(dispatcher: Dispatcher) -> list[Route]:
    """The routes of what was executed."""

    store = dispatcher.store

    def executions(call: AdminCall) -> Response:
        done = store.executions(call.scope)
        lines = [_line(execution) for execution in done]
        return answered({"executions": lines, "calls": [*_calls(store.calls(call.scope), done)]})

    return [route("GET", "/executions", executions)]


def _calls(asked: Sequence[LogicalCall], done: Sequence[Execution]) -> Iterator[dict[str, object]]:
    """The calls that were named, with how often each was asked for and how often executed."""
    executed = Counter((each.api, each.effect.call) for each in done)
    for each in asked:
        yield {
            "api": each.api,
            "operation": each.operation,
            "call": each.call,
            "attempts": each.attempts,
            "executions": executed[each.api, each.call],
        }


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
