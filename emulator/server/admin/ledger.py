"""What tools did in a scope, and how often they were asked to: `/__admin/executions`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from emulator.http.messages import Json
from emulator.http.times import moment
from emulator.mock.state.store import LedgerEntry, LogicalCall, Store
from emulator.server.admin.calls import AdminCall, Route, answered


@dataclass(frozen=True, slots=True)
class LedgerRoutes:
    """The routes of what was executed."""

    store: Store

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route("GET", "/executions", self.executions)]

    def executions(self, call: AdminCall) -> Response:
        """What tools did, and how often each call was asked for."""
        done = self.store.executions(call.scope)
        lines = [_line(execution) for execution in done]
        calls = [*_calls(self.store.calls(call.scope), done)]
        return answered({"executions": lines, "calls": calls})


def _calls(asked: Sequence[LogicalCall], done: Sequence[LedgerEntry]) -> Iterator[dict[str, Json]]:
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


def _line(execution: LedgerEntry) -> dict[str, Json]:
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
