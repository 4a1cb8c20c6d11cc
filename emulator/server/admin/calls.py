"""A call of the control plane as its handlers see it, and how they answer."""

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
    """One call, in its scope. What it says keeps what the document asks of it.

    `path`, `query` and `header` hold the documented parameters that were sent; `body` is None where
    there is none.
    """

    scope: str
    request: Request
    path: Mapping[str, Json]
    query: Mapping[str, Json]
    header: Mapping[str, Json]
    body: Json = None


#: Answers a call, at once or when it has waited for something.
Handler = Callable[[AdminCall], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the route table; what the handler is sent, the document says."""

    method: str
    path: str
    handler: Handler


def answered(value: Json, status: int = 200) -> Response:
    """A JSON answer of the control plane."""
    return Response(dump(value), status, media_type="application/json")


def refused(status: int, detail: str) -> Response:
    """A refusal of the control plane (RFC 9457)."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(dump(body), status, media_type=MEDIA_TYPE)


def refused_by(refusal: Problem, status: int) -> Response:
    """A refusal for a problem of the table, as services refuse."""
    return Response(dump(refusal.as_json(status)), status, media_type=MEDIA_TYPE)


def invalid(errors: Sequence[FieldError]) -> Response:
    """A refusal of a body, with a pointer to each error in it."""
    violations = [
        {"location": "body", "pointer": each.pointer, "message": each.message} for each in errors
    ]
    detail = f"body {errors[0].pointer}: {errors[0].message}".replace(" :", ":")
    body = problem("body-invalid", detail).as_json(422)
    return Response(dump({**body, "violations": violations}), 422, media_type=MEDIA_TYPE)
