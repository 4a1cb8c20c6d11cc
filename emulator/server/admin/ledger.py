"""Tool executions of a scope, and logical calls: `/__admin/executions`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from emulator.http.messages import Json
from emulator.http.times import moment
from emulator.mock.state.store import LedgerEntry, LogicalCall, Store
from emulator.server.admin.calls import AdminCall, json_response


@dataclass(frozen=True, slots=True)
class LedgerHandlers:
    """The handlers of executions."""

    store: Store

    def executions(self, call: AdminCall) -> Response:
        """The tool executions, and how often each logical call was requested."""
        executions = self.store.executions(call.scope)
        lines = [_execution(execution) for execution in executions]
        calls = [*_calls(self.store.calls(call.scope), executions)]
        return json_response({"executions": lines, "calls": calls})


def _calls(
    calls: Sequence[LogicalCall], executions: Sequence[LedgerEntry]
) -> Iterator[dict[str, Json]]:
    """The named calls, with how often each was requested and executed."""
    executed = Counter((each.api, each.effect.call) for each in executions)
    for each in calls:
        yield {
            "api": each.api,
            "operation": each.operation,
            "call": each.call,
            "attempts": each.attempts,
            "executions": executed[each.api, each.call],
        }


def _execution(execution: LedgerEntry) -> dict[str, Json]:
    effect = execution.effect
    return {
        "api": execution.api,
        "tool": effect.tool,
        "side_effect": effect.side_effect,
        "arguments": effect.arguments,
        "caller": effect.caller,
        "call": effect.call,
        "at": moment(execution.at),
    }
