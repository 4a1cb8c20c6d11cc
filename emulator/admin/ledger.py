"""What tools did in a scope, and how to forget it: `/__admin/executions`, `/__admin/reset`."""

from datetime import UTC
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.delivery.dispatcher import scope_name
from emulator.encode import dump
from emulator.problems import MEDIA_TYPE
from emulator.state.store import Execution, Store
from emulator.webhooks.deliverer import Deliverer

#: What is said of a scope that can't be used.
BAD_SCOPE = "Emulator-Scope is 1 to 128 of A-Z a-z 0-9 . _ -"


def ledger_routes(store: Store, deliverer: Deliverer) -> list[Route]:
    """The routes of one scope, which the header `Emulator-Scope` names."""

    def executions(request: Request) -> Response:
        scope = scope_name(request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, BAD_SCOPE)
        lines = [_line(execution) for execution in store.executions(scope)]
        return Response(dump({"executions": lines}), media_type="application/json")

    async def reset(request: Request) -> Response:
        scope = scope_name(request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, BAD_SCOPE)
        store.reset(scope)
        deliverer.reset(scope)
        return JSONResponse({"scope": scope})

    return [Route("/executions", executions), Route("/reset", reset, methods=["POST"])]


def refused(status: int, detail: str) -> Response:
    """A refusal of the control plane (RFC 9457)."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


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
