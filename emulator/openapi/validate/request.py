"""Decode bodies by media type; validate a routed, authenticated request step by step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial

import msgspec

from emulator.http.codings import ACCEPTED, UNKNOWN_CODING, WRONG_CONTENT
from emulator.http.media_types import (
    base_type,
    find,
    is_json,
    is_json_sequence,
    is_message_pack,
    is_xml,
    takes_unnamed,
)
from emulator.http.messages import Json, Request, Violation
from emulator.http.problems import Problem, problem
from emulator.openapi.document.model import Api, Encodings, MediaType, Operation
from emulator.openapi.security.check import Principal
from emulator.openapi.validate.forms import compile_form, decode_form
from emulator.openapi.validate.json_bodies import (
    decode_json,
    decode_message_pack,
    decode_sequence,
)
from emulator.openapi.validate.parameters import ParameterPlan, Values, compile_parameters
from emulator.openapi.validate.xml import decode_xml
from emulator.schema.coerce.coercion import Shape, coerce
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.validators import Schemas

#: (body, Content-Type) → the value, and what keeps the bytes from being one.
Decoder = Callable[[bytes, str], tuple[Json, tuple[Violation, ...]]]

#: Content-Types whose meaning is remembered; a request may have any.
_FOUND_LIMIT, _TYPE_LIMIT = 100, 200
_UNKNOWN = "?"

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed")


def compile_decoder(api: Api, media_type: MediaType) -> Decoder:
    """The decoder for bodies of a documented media type; of a wildcard, by what is sent."""
    name, key = base_type(media_type.name), media_type.sequence_key or media_type.schema_key
    if media_type.sequence_key is not None and not takes_unnamed(name):
        return partial(decode_sequence, separated=is_json_sequence(name))
    schema = api.requests.roots[key] if key is not None else True
    compile_as = partial(_decoder, schema, media_type.encodings, api.requests)
    if "*" not in name:
        return compile_as(name)
    structured = not compile_shape(schema, api.requests.definitions).scalar
    return _wildcard_decoder(compile_as, structured)


def _decoder(schema: Json, encodings: Encodings, schemas: Schemas, name: str) -> Decoder:
    definitions, judge = schemas.definitions, schemas.violations
    if is_json(name):
        return decode_json
    if is_message_pack(name):
        return decode_message_pack
    if name in FORMS:
        # Compiled when the first comes: it would be much of the start of large documents.
        plan = cache(partial(compile_form, name, schema, encodings, definitions, judge))
        return lambda body, content_type: decode_form(body, content_type, plan())
    shape = compile_shape(schema, definitions)
    if takes_unnamed(name) and shape.array:
        form = compile_form(name, schema, encodings, definitions, judge)
        return lambda body, content_type: decode_form(body, content_type, form)
    if is_xml(name):
        return lambda body, content_type: decode_xml(body, shape, content_type)
    return lambda body, _: (_read_text(body, shape), ())


def _wildcard_decoder(compile_as: Callable[[str], Decoder], structured: bool) -> Decoder:
    sendable = ("application/xml", *FORMS)
    decoder = cache(compile_as)

    def decode(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
        name = base_type(content_type)
        if is_json(name):
            return decode_json(body, content_type)
        if structured and name not in sendable:
            # What is no text can still be JSON, whatever the client calls it.
            value, malformed = decode_json(body, content_type)
            if not malformed:
                return value, ()
        return decoder(name if name in sendable else "text/plain")(body, content_type)

    return decode


def is_typed(media_type: str) -> bool:
    """Whether bodies of this type are decoded into more than text, so that a schema can judge."""
    name = base_type(media_type)
    known = is_json(name) or is_xml(name) or is_message_pack(name) or name in FORMS
    return known or "*" in name


def _read_text(body: bytes, shape: Shape) -> Json:
    """Read any other body as text; bytes that are no UTF-8 become Latin-1."""
    if shape.binary:
        return body.decode("latin-1")
    try:
        return coerce(body.decode(), shape)
    except UnicodeDecodeError:
        return body.decode("latin-1")


class ValidRequest(msgspec.Struct, frozen=True, gc=False):
    """A valid request, decoded. `body` is None where there is none."""

    request: Request
    principal: Principal
    parameters: Values
    body: Json = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """How bodies of one media type are decoded and validated.

    `schema_key` is that of what judges a body, None where any is valid; `violations` says what is
    wrong with one.
    """

    media_type: MediaType
    decode: Decoder
    schema_key: str | None
    violations: Callable[[Json], tuple[Violation, ...]]


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """One operation's contract for requests, compiled.

    `found` are the names in `bodies` of the Content-Types that came, of the first so many.
    """

    parameters: ParameterPlan
    bodies: Mapping[str, BodyPlan]
    body_required: bool
    found: dict[str, str | None] = field(default_factory=dict, repr=False)

    def body_named(self, content_type: str) -> str | None:
        """The name in `bodies` of what a Content-Type is, None where it is nothing of them."""
        found = self.found.get(content_type, _UNKNOWN)
        if found is _UNKNOWN:
            found = find(tuple(self.bodies), content_type)
            if len(self.found) < _FOUND_LIMIT and len(content_type) <= _TYPE_LIMIT:
                self.found[content_type] = found
        return found


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


def unreadable_body(found: Violation) -> Problem:
    """What is said of a body whose coding or charset can't be read."""
    if found.keyword == WRONG_CONTENT:
        return problem("body-malformed", found.message, (found,))
    headers = (ACCEPTED,) if found.keyword == UNKNOWN_CODING else ()
    return problem("media-type-unsupported", found.message, (found,), headers)


def refusal(
    plan: RequestPlan,
    parameters: Values,
    body: Json = None,
    media_type: str | None = None,
    members: int | None = None,
) -> Problem:
    """What is wrong with a decoded request of which the schemas refuse something.

    `members` are those that the body holds at most, on all levels, where that is known.
    """
    violations = plan.parameters.judge(parameters)
    if violations or media_type is None:
        return problem("parameters-invalid", _summary(violations), violations)
    key = plan.bodies[media_type].schema_key or ""
    violations = plan.parameters.api.requests.reasons(key, body, "body", members)
    return problem("body-invalid", _summary(violations), violations)


def _with_body(
    plan: RequestPlan, request: Request, principal: Principal, parameters: Values
) -> ValidRequest | Problem:
    content_type = request.fields.get("content-type")
    if not request.body and not (content_type and _may_be_empty(plan, content_type)):
        if not plan.body_required:
            return ValidRequest(request, principal, parameters)
        violation = Violation("body", "", "required", "a request body is required")
        return problem("body-missing", "a request body is required", (violation,))
    if request.unread is not None:
        return unreadable_body(request.unread)
    name = plan.body_named(content_type or "application/octet-stream")
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
    """Whether no bytes are a value of the type, as of forms, text, files: not JSON, XML, parts."""
    name = base_type(content_type)
    structured = is_json(name) or is_xml(name) or name.startswith("multipart/")
    return not structured and find(tuple(plan.bodies), content_type) is not None


def _body_plan(api: Api, media_type: MediaType) -> BodyPlan:
    key = media_type.sequence_key or media_type.schema_key
    if media_type.sequence_key is None and key is not None and not is_typed(media_type.name):
        shape = compile_shape(api.requests.roots[key], api.requests.definitions)
        # A schema of objects says nothing about text: YAML, CSV and the like are taken as they are.
        key = key if shape.scalar or (takes_unnamed(media_type.name) and shape.array) else None

    def violations(body: Json) -> tuple[Violation, ...]:
        return () if key is None else api.requests.violations(key, body, "body")

    return BodyPlan(media_type, compile_decoder(api, media_type), key, violations)


def _summary(violations: tuple[Violation, ...]) -> str:
    """One sentence for `detail`: the first violation, and how many more."""
    first = violations[0]
    place = f"{first.location} {first.pointer}".strip()
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return f"{place}: {first.message}{more}"
