"""Validates a real exchange: the violations of the request and of the response."""

from dataclasses import dataclass

from emulator.http.messages import AnyResponse, EventStream, Request, Violation
from emulator.http.problems import Problem
from emulator.mock.exchange import Endpoint
from emulator.mock.site import Site
from emulator.openapi.document.model import MediaType
from emulator.openapi.routing.router import Match
from emulator.openapi.security.check import ANYONE, credential_values, credentials_shown
from emulator.openapi.validate.request import validate_request
from emulator.openapi.validate.response import validate_response


@dataclass(frozen=True, slots=True)
class JudgedRequest:
    """A request's operation, if it has one, and its violations.

    `shown` are the security schemes it has credentials for, `credentials` their values.
    """

    endpoint: Endpoint | None
    violations: tuple[Violation, ...] = ()
    shown: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        """The operation's id, empty if there is none."""
        return self.endpoint.operation.id if self.endpoint else ""

    @property
    def template(self) -> str:
        """The operation's path as documented."""
        return self.endpoint.operation.path if self.endpoint else ""


def judge_request(site: Site, request: Request) -> JudgedRequest:
    """The operation of a request, and its violations except those of security."""
    found = site.find(request.method, request.path)
    if not isinstance(found, Match):
        what = "path" if found is None else "method"
        message = f"no operation has the {what} {request.method} {request.path}"
        return JudgedRequest(None, (Violation("path", "", what, message),))
    endpoint = found.target
    valid = validate_request(endpoint.request_plan, request, found.path, ANYONE)
    return JudgedRequest(
        endpoint,
        valid.violations if isinstance(valid, Problem) else (),
        credentials_shown(endpoint.guard, request),
        credential_values(endpoint.guard, request),
    )


def judge_answer(judged: JudgedRequest, answer: AnyResponse) -> tuple[Violation, ...]:
    """The violations of a response."""
    if judged.endpoint is None:
        return ()
    api, operation = judged.endpoint.service.api, judged.endpoint.operation
    found = validate_response(api, operation, answer)
    if found or not isinstance(answer, EventStream):
        return found
    described = operation.response_for(answer.status)
    media_type = next((m for m in described.content if m.item_key), None) if described else None
    return _events(judged.endpoint, media_type, answer) if media_type else ()


def _events(
    endpoint: Endpoint, media_type: MediaType, answer: EventStream
) -> tuple[Violation, ...]:
    """The violations of each event against OpenAPI 3.2's itemSchema."""
    schemas, key = endpoint.service.api.responses, media_type.item_key or ""
    found: list[Violation] = []
    for number, event in enumerate(answer.events):
        if event.is_dispatched:
            for each in schemas.violations(key, event.as_json(), "body"):
                place = f"/{number}{each.pointer}"
                found.append(Violation("body", place, each.keyword, each.message))
    return tuple(found)
