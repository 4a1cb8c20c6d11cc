"""A call of the control plane as its handlers see it, and the responses they return."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeVar

from msgspec import Struct
from starlette.responses import Response

from emulator.http.encode import dump
from emulator.http.messages import Json, Request
from emulator.http.problems import MEDIA_TYPE, Problem, problem
from emulator.mock.exchange import Service
from emulator.mock.remember.compile import Remembered
from emulator.mock.state.store import Store
from emulator.schema.field_errors import FieldError
from emulator.server.dispatcher import Dispatcher
from emulator.server.journal.journal import Entry, Journal
from emulator.stubs.book import StubBook

T = TypeVar("T")


class ControlledServer(Struct, frozen=True):
    """What the control plane controls, and where it is; `secured` if it requires a token.

    `remembered` are the resources of the APIs that remember, by their names.
    """

    dispatcher: Dispatcher
    services: Mapping[str, Service]
    remembered: Mapping[str, Remembered]
    secured: bool
    path: str


class AdminCall(Struct, frozen=True):
    """One call in its scope, valid by the document.

    `path`, `query` and `header` hold the documented parameters that were sent; `body` is None if
    there is none.
    """

    server: ControlledServer
    scope: str
    request: Request
    path: Mapping[str, Json]
    query: Mapping[str, Json]
    header: Mapping[str, Json]
    body: Json = None

    @property
    def store(self) -> Store:
        """The state of all scopes."""
        return self.server.dispatcher.store

    @property
    def journal(self) -> Journal:
        """The exchanges of all scopes."""
        return self.server.dispatcher.journal

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The scope's exchanges, the oldest first."""
        return self.journal.entries(self.scope)

    @property
    def stubs(self) -> StubBook:
        """The scope's stubs."""
        return self.store.stubs(self.scope)


#: Responds to a call, at once or after waiting for something; or raises RejectedCallError.
Handler = Callable[[AdminCall], Response | Awaitable[Response]]


class RejectedCallError(Exception):
    """A call that can't be handled, with its response."""

    def __init__(self, response: Response) -> None:
        self.response = response


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


def invalid_body(errors: Sequence[FieldError]) -> RejectedCallError:
    """The rejection of a body, with a pointer to each error in it."""
    violations = [
        {"location": "body", "pointer": each.pointer, "message": each.message} for each in errors
    ]
    detail = f"body {errors[0].pointer}: {errors[0].message}".replace(" :", ":")
    body = {**problem("body-invalid", detail).as_json(422), "violations": violations}
    return RejectedCallError(Response(dump(body), 422, media_type=MEDIA_TYPE))


def valid(read: T | tuple[FieldError, ...]) -> T:
    """What was read of a body; raises RejectedCallError if it is errors."""
    if isinstance(read, tuple):
        raise invalid_body(read)
    return read


def existing(found: T | None, missing: str) -> T:
    """What was found; raises RejectedCallError, 404, if it is None."""
    if found is None:
        raise RejectedCallError(rejection(404, missing))
    return found
