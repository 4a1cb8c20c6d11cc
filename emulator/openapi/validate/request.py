"""Validate a routed, authenticated request: the first failing step rejects it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.http.media_types import base_type, find, is_json, is_xml
from emulator.http.messages import Json, Request, Violation
from emulator.http.problems import Problem, problem
from emulator.openapi.document.model import Api, MediaType, Operation
from emulator.openapi.security.check import Principal
from emulator.openapi.validate.body import Decoder, compile_decoder, is_typed
from emulator.openapi.validate.parameters import ParameterPlan, Values, compile_parameters
from emulator.schema.coerce.shapes import compile_shape


@dataclass(frozen=True, slots=True)
class ValidRequest:
    """A valid request, decoded. `body` is None where there is none."""

    request: Request
    principal: Principal
    parameters: Values
    body: Json = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """How bodies of one media type are decoded and validated."""

    media_type: MediaType
    decode: Decoder
    violations: Callable[[Json], tuple[Violation, ...]]


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """One operation's contract for requests, compiled."""

    parameters: ParameterPlan
    bodies: Mapping[str, BodyPlan]
    body_required: bool

    @property
    def takes_body(self) -> bool:
        """Whether the operation documents a body at all."""
        return bool(self.bodies)


def compile_request(api: Api, operation: Operation) -> RequestPlan:
    """The plan for an operation: styles, decoders and validators looked up once."""
    body = operation.request_body
    return RequestPlan(
        parameters=compile_parameters(api, operation),
        bodies={m.name: _body_plan(api, m) for m in (body.content if body else ())},
        body_required=body.required if body else False,
    )


def validate_request(
    plan: RequestPlan, request: Request, path: Mapping[str, str], principal: Principal
) -> ValidRequest | Problem:
    """The request decoded, or the first thing wrong with it: size, parameters, type, body."""
    if request.oversize:
        return problem("body-too-large", f"the body is larger than {request.oversize} bytes")
    parameters, violations = plan.parameters.decode(request, path)
    if violations:
        return problem("parameters-invalid", _summary(violations), violations)
    if not plan.bodies:
        return ValidRequest(request, principal, parameters)
    return _with_body(plan, request, principal, parameters)


def _with_body(
    plan: RequestPlan, request: Request, principal: Principal, parameters: Values
) -> ValidRequest | Problem:
    content_type = request.header("content-type")
    if not request.body and not (content_type and _may_be_empty(plan, content_type)):
        if not plan.body_required:
            return ValidRequest(request, principal, parameters)
        violation = Violation("body", "", "required", "a request body is required")
        return problem("body-missing", "a request body is required", (violation,))
    name = find(tuple(plan.bodies), content_type or "application/octet-stream")
    if name is None:
        taken = ", ".join(plan.bodies)
        detail = f"Content-Type is {content_type or 'missing'}; this operation takes {taken}"
        violation = Violation("header", "/content-type", "content", detail)
        accept = ("accept-patch" if request.method == "PATCH" else "accept", taken)
        return problem("media-type-unsupported", detail, (violation,), (accept,))
    body_plan = plan.bodies[name]
    body, malformed = body_plan.decode(request.body, content_type or "")
    if malformed:
        return problem("body-malformed", _summary(malformed), malformed)
    violations = body_plan.violations(body)
    if violations:
        return problem("body-invalid", _summary(violations), violations)
    return ValidRequest(request, principal, parameters, body, name)


def _may_be_empty(plan: RequestPlan, content_type: str) -> bool:
    """Whether no bytes at all are a value of the media type, as they are of forms, text and files.

    They are none of JSON, XML and multipart.
    """
    name = base_type(content_type)
    structured = is_json(name) or is_xml(name) or name.startswith("multipart/")
    return not structured and find(tuple(plan.bodies), content_type) is not None


def _body_plan(api: Api, media_type: MediaType) -> BodyPlan:
    key = media_type.schema_key
    if key is not None and not is_typed(media_type.name):
        shape = compile_shape(api.requests.roots[key], api.requests.definitions)
        # A schema of objects says nothing about text: YAML, CSV and the like are taken as they are.
        key = key if shape.scalar else None

    def violations(body: Json) -> tuple[Violation, ...]:
        return () if key is None else api.requests.violations(key, body, "body")

    return BodyPlan(media_type, compile_decoder(api, media_type), violations)


def _summary(violations: tuple[Violation, ...]) -> str:
    """One sentence for `detail`: the first violation, and how many more."""
    first = violations[0]
    place = f"{first.location} {first.pointer}".strip()
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return f"{place}: {first.message}{more}"
