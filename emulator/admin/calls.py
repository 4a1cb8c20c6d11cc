"""What every route of the control plane does first: find the scope, read the body."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.delivery.scopes import BAD_SCOPE, scope_of
from emulator.encode import dump
from emulator.messages import Json
from emulator.mistakes import Mistake
from emulator.problems import MEDIA_TYPE

#: The largest body the control plane takes.
BODY_LIMIT = 10_000_000


@dataclass(frozen=True, slots=True)
class AdminCall:
    """One call of the control plane, in its scope. `body` is None where the route takes none."""

    scope: str
    body: Json
    path: Mapping[str, str]
    query: Mapping[str, str]


#: Answers a call, at once or when it has waited for something.
Handler = Callable[[AdminCall], Response | Awaitable[Response]]


class _TooLargeError(Exception):
    """The body is larger than the control plane takes."""


def route(method: str, path: str, handler: Handler, *, takes_body: bool = False) -> Route:
    """A route of one scope, which the header `Emulator-Scope` or `/~name` names."""

    async def endpoint(request: Request) -> Response:
        scope = scope_of(request.scope, request.headers.get("emulator-scope"))
        if scope is None:
            return refused(400, BAD_SCOPE)
        body: Json = None
        if takes_body:
            try:
                body = json.loads(await _read(request) or b"null")
            except _TooLargeError:
                return refused(413, f"the body is larger than {BODY_LIMIT} bytes")
            except (ValueError, RecursionError) as error:
                return refused(400, f"the body is no JSON: {error}")
        answer = handler(AdminCall(scope, body, request.path_params, request.query_params))
        return answer if isinstance(answer, Response) else await answer

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


def answered(value: Json, status: int = 200) -> Response:
    """A JSON answer of the control plane."""
    return Response(dump(value), status, media_type="application/json")


def refused(status: int, detail: str, mistakes: Iterable[Mistake] = ()) -> Response:
    """A refusal of the control plane (RFC 9457), with a pointer to each mistake in the body."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    violations = [
        {"location": "body", "pointer": each.pointer, "message": each.message} for each in mistakes
    ]
    more = {"violations": violations} if violations else {}
    return JSONResponse({**body, **more}, status_code=status, media_type=MEDIA_TYPE)


async def _read(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            raise _TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)
