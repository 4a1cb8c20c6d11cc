"""The control plane: routes a call, validates it by the document, and calls its handler."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl

import jsonschema_rs
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.http.codings import decoded
from emulator.http.messages import Json, Request, Violation
from emulator.http.nearest import did_you_mean, unknown
from emulator.http.problems import problem
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.routing.router import Match, NoMethod, Router, compile_router
from emulator.openapi.validate.json_bodies import decode_json
from emulator.openapi.validate.parameters import ParameterPlan, compile_parameters
from emulator.openapi.validate.request import unreadable_body
from emulator.schema.field_errors import field_errors
from emulator.schema.pointers import escape
from emulator.server.admin.calls import (
    AdminCall,
    ControlledServer,
    Handler,
    RejectedCallError,
    invalid_body,
    problem_response,
)
from emulator.server.admin.document import control_plane
from emulator.server.admin.routes import HANDLERS
from emulator.server.receive import (
    BAD_SCOPE,
    DEFAULT_SCOPE,
    TOO_MANY_SCOPES,
    receive_request,
    scope_of,
)

#: The largest body the control plane takes.
BODY_LIMIT = 10_000_000

#: So much of an unknown name is shown.
_SHOWN = 100
#: The paths that a misspelt one is compared with.
_PATHS = tuple(path for _, _, path in (key.partition(" ") for key in HANDLERS) if "{" not in path)


@dataclass(frozen=True, slots=True)
class AdminEndpoint:
    """One operation: its handler and its validation. `body` is None if it takes none."""

    handler: Handler
    parameters: ParameterPlan
    body: Callable[[Json], None] | None

    async def __call__(
        self, server: ControlledServer, scope: str, request: Request, path: Mapping[str, str]
    ) -> Response:
        """The handler's response, or a rejection for the first error in the call."""
        if request.oversize:
            detail = f"the body is larger than {request.oversize} bytes"
            return problem_response(problem("body-too-large", detail), 413)
        if request.unread is not None:
            found = unreadable_body(request.unread)
            refused = problem_response(found, found.type.status)
            refused.headers.update(dict(found.headers))
            return refused
        values, wrong = self.parameters.decode(request, path)
        wrong = wrong or tuple(self._unknown(request.query))
        if wrong:
            detail = f"{wrong[0].location} {wrong[0].pointer}: {wrong[0].message}"
            return problem_response(problem("parameters-invalid", detail, wrong), 400)
        body: Json = None
        if self.body is not None:
            body, malformed = decode_json(request.body or b"null", "")
            if malformed:
                found = problem("body-malformed", malformed[0].message, malformed)
                return problem_response(found, 400)
        parts = values["path"], values["query"], values["header"]
        try:
            if self.body is not None:
                self.body(body)
            answer = self.handler(AdminCall(server, scope, request, *parts, body))
            return answer if isinstance(answer, Response) else await answer
        except RejectedCallError as rejected:
            return rejected.response

    def _unknown(self, query: str) -> Iterator[Violation]:
        """Query parameters beside those that the call has: what they ask for would not be done."""
        known = [each.name for each in self.parameters.query]
        for name, _ in parse_qsl(query, keep_blank_values=True) if known else ():
            if name not in known:
                message = unknown("parameter", name[:_SHOWN], known)
                yield Violation("query", f"/{escape(name[:_SHOWN])}", "unknown", message)


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """The ASGI application below `/__admin`."""

    server: ControlledServer
    router: Router[AdminEndpoint]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one call."""
        request = await receive_request(scope, receive, BODY_LIMIT)
        if request is not None:
            answer = await self._answer(scope, decoded(request, BODY_LIMIT))
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, request: Request) -> Response:
        found = find_call(self.router, request.method, request.path)
        if found is None:
            meant = did_you_mean(_below(request.path), _PATHS)
            detail = f"the control plane has no path {scope['path']}{meant}"
            return problem_response(problem("path-not-found", detail), 404)
        if isinstance(found, NoMethod):
            return _no_method(request.method, found)
        name = scope_of(scope, request.header("emulator-scope"))
        if name is None:
            return problem_response(BAD_SCOPE, 400)
        if name != DEFAULT_SCOPE and not self.server.dispatcher.store.admits(name):
            return problem_response(TOO_MANY_SCOPES, 503)
        return await found.target(self.server, name, request, found.path)


def find_call(
    router: Router[AdminEndpoint], method: str, path: str
) -> Match[AdminEndpoint] | NoMethod | None:
    """The call for a method and a raw path, whose first segment is where the control plane is."""
    return router.find("GET" if method == "HEAD" else method, _below(path))


def _below(path: str) -> str:
    return "/" + path.partition("/")[2].partition("/")[2]


@cache
def admin_router() -> Router[AdminEndpoint]:
    """The endpoints by method and path; KeyError for an undocumented one."""
    api = control_plane()
    described = {operation.key: operation for operation in api.operations}
    routes = []
    for key, handler in HANDLERS.items():
        operation = described[key]
        plan, body = compile_parameters(api, operation), _body(api, operation)
        routes.append((operation.method, operation.path, AdminEndpoint(handler, plan, body)))
    return compile_router(routes)[0]


def _body(api: Api, operation: Operation) -> Callable[[Json], None] | None:
    """A function that rejects invalid bodies with a pointer to each error."""
    described = operation.request_body
    if described is None:
        return None
    key = described.content[0].schema_key
    assert key is not None
    schema = {**api.requests.roots[key], "$defs": api.requests.definitions}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def validate(body: Json) -> None:
        needless = body is None and not described.required
        errors = () if needless else field_errors(validator, body, schema)
        if errors:
            raise invalid_body(errors)

    return validate


def _no_method(method: str, found: NoMethod) -> Response:
    """405 with the allowed methods, or the response to OPTIONS (RFC 9110, 9.3.7, 15.5.6)."""
    allowed = {*found.allowed, "OPTIONS", *(("HEAD",) if "GET" in found.allowed else ())}
    allow = ", ".join(sorted(allowed))
    if method == "OPTIONS":
        return Response(status_code=204, headers={"allow": allow})
    detail = f"{method} is not a method of this path; {allow} are"
    answer = problem_response(problem("method-not-allowed", detail), 405)
    answer.headers["allow"] = allow
    return answer
