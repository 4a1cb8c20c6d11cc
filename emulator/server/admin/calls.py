"""A call of the control plane as its handlers see it, and the responses they return."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from emulator.http.encode import dump
from emulator.http.messages import Json, Request
from emulator.http.problems import MEDIA_TYPE, Problem, problem
from emulator.schema.field_errors import FieldError


@dataclass(frozen=True, slots=True)
class AdminCall:
    """One call in its scope, valid by the document.

    `path`, `query` and `header` hold the documented parameters that were sent; `body` is None if
    there is none.
    """

    scope: str
    request: Request
    path: Mapping[str, Json]
    query: Mapping[str, Json]
    header: Mapping[str, Json]
    body: Json = None


#: Responds to a call, at once or after waiting for something.
Handler = Callable[[AdminCall], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the route table; the document describes request and response."""

    method: str
    path: str
    handler: Handler


def json_response(value: Json, status: int = 200) -> Response:
    """A JSON response."""
    return Response(dump(value), status, media_type="application/json")


def rejection(status: int, detail: str) -> Response:
    """A rejected call, as problem details (RFC 9457)."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(dump(body), status, media_type=MEDIA_TYPE)


def problem_response(problem: Problem, status: int) -> Response:
    """A rejected call for a problem of the table, as services reject it."""
    return Response(dump(problem.as_json(status)), status, media_type=MEDIA_TYPE)


def invalid_body(errors: Sequence[FieldError]) -> Response:
    """A rejected body, with a pointer to each error in it."""
    violations = [
        {"location": "body", "pointer": each.pointer, "message": each.message} for each in errors
    ]
    detail = f"body {errors[0].pointer}: {errors[0].message}".replace(" :", ":")
    body = problem("body-invalid", detail).as_json(422)
    return Response(dump({**body, "violations": violations}), 422, media_type=MEDIA_TYPE)
