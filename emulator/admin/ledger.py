"""What tools did in a scope, and how to forget it: `/__admin/executions`, `/__admin/reset`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.delivery.dispatcher import scope_name
from emulator.encode import dump
from emulator.problems import MEDIA_TYPE
from emulator.state.store import Execution, LogicalCall, Store

_BAD_SCOPE = "Emulator-Scope is 1 to 128 of A-Z a-z 0-9 . _ -"


def ledger_routes(store: Store) -> list[Route]:
    """The routes of one scope, which the header `Emulator-Scope` names."""

    def executions(request: Request) -> Response:
        scope = scope_name(request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, _BAD_SCOPE)
        done = store.executions(scope)
        body = {
            "executions": [_line(execution) for execution in done],
            "calls": [*_calls(store.calls(scope), done)],
        }
        return Response(dump(body), media_type="application/json")

    def reset(request: Request) -> Response:
        scope = scope_name(request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, _BAD_SCOPE)
        store.reset(scope)
        return JSONResponse({"scope": scope})

    return [Route("/executions", executions), Route("/reset", reset, methods=["POST"])]


def refused(status: int, detail: str) -> Response:
    """A refusal of the control plane (RFC 9457)."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


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
