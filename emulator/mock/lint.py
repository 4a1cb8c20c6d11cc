"""Notices about what is stored for an operation, given at start: `emulator lint` prints them."""

from collections.abc import Iterator
from contextlib import suppress

import orjson

from emulator.fixtures.load import Fixtures
from emulator.http.messages import Response, Violation
from emulator.http.nearest import did_you_mean
from emulator.mock.exchange import Service
from emulator.mock.plugins import ServicePlugin
from emulator.mock.responses import Responses
from emulator.mock.site import Site
from emulator.mock.stored import PreparedResponse
from emulator.openapi.document.model import Api, MediaType, Operation, is_interim
from emulator.openapi.routing.router import Match
from emulator.openapi.validate.response import validate_response
from emulator.schema.draws import random_words
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.generate.overlaps import overlaps
from emulator.schema.notices import Notice
from emulator.schema.pointers import pointer_of
from emulator.stubs.stub import Stub


def fixture_notices(
    service: Service, operation: Operation, responses: Responses
) -> Iterator[Notice]:
    """Examples and fixtures that contradict the document, and references that lead nowhere."""
    fixtures = service.fixtures
    for stored in (
        s for r in responses.by_key.values() for each in r.stored.values() for s in each
    ):
        if not stored.valid:
            yield Notice(
                stored.fixture.file.partition("#")[0],
                stored.fixture.file.partition("#")[2],
                f"{stored.rule}-invalid",
                f"{stored.fixture.name!r} contradicts its own schema{_reason(service.api, stored)};"
                " it is served only when asked for by name"
                f" (Prefer: example={stored.fixture.name})",
            )
    for fixture in fixtures.responses.get(operation.id, ()):
        if fixture.key not in responses.by_key:
            message = f"{operation.id} documents no response {fixture.key}; nobody will get this"
            yield Notice(fixture.file, "", "fixture-without-response", message)
    for trigger in fixtures.triggers:
        if trigger.operation == operation.id and trigger.answer not in responses.by_id:
            meant = did_you_mean(trigger.answer, responses.by_id)
            message = f"trigger {trigger.name!r} answers with {trigger.answer}, which is no fixture"
            message += meant
            yield Notice(trigger.file, "", "trigger-without-fixture", message)


def unreachable(api: Api, admin: str) -> Iterator[Notice]:
    """What a document describes that requests don't get, or not everywhere."""
    for operation in api.operations:
        yield from _interim(api, operation)
        yield from _reserved(api, operation, admin)


def _interim(api: Api, operation: Operation) -> Iterator[Notice]:
    """Responses that no request can end with: `1xx` comes before the response."""
    described = [key for key, each in operation.responses.items() if not each.augmented]
    for key in filter(is_interim, operation.responses):
        message = f"{key} is no final response and is never sent"
        if all(map(is_interim, described)):
            message += "; the operation has no other, so that requests for it get 501"
        place = ("paths", operation.path, operation.method.lower(), "responses", key)
        yield Notice(api.file, pointer_of(place), "response-interim", message)


def sampled_notices(service: Service) -> Iterator[Notice]:
    """What takes longer to find: schemas without values, unions that overlap, unknown names."""
    for operation in service.api.operations:
        yield from _unsatisfiable(service, operation)
    yield from _overlapping(service.api)
    from emulator.mock.template_lint import template_notices  # late: it needs Jinja2

    yield from template_notices(service)


def _overlapping(api: Api) -> Iterator[Notice]:
    known: set[str] = set()
    named = (api.document.get("components") or {}).get("schemas") or {}
    for schemas in (api.requests, api.responses):
        for name, schema in (*schemas.definitions.items(), *schemas.roots.items()):
            for found in overlaps(schema, schemas.definitions):
                pointer = pointer_of(("components", "schemas", name)) if name in named else ""
                message = ("" if pointer else f"{name}: ") + (
                    f"{found.first} and {found.second} overlap: a value of the first is valid as"
                    f" the second, so that `oneOf` accepts neither; give {found.property!r} a"
                    " `const` in each, or say `anyOf`"
                )
                if f"{pointer}{message}" not in known:
                    known.add(f"{pointer}{message}")
                    yield Notice(api.file, pointer, "union-overlapping", message)


def _unsatisfiable(service: Service, operation: Operation) -> Iterator[Notice]:
    """Schemas of responses that no value was found for: each is drawn from."""
    for key, response in operation.responses.items():
        for media_type in () if response.augmented else response.content:
            reason = _strays(service, media_type)
            if not reason:
                continue
            place = ("paths", operation.path, operation.method.lower(), "responses", key)
            pointer = pointer_of((*place, "content", media_type.name))
            message = f"no value of the schema was found; {reason}"
            yield Notice(service.api.file, pointer, "response-unsatisfiable", message)


def _strays(service: Service, media_type: MediaType) -> str:
    """What becomes of responses that no value was found for; empty where one was."""
    generator, key = service.generator, media_type.schema_key
    try:
        _, body = generator.body(media_type, random_words(b""))
    except Ungeneratable as error:
        return f"requests for it get 501: {error.reason}"
    if id(media_type) not in generator.strayed:
        return ""
    if key is None or not isinstance(body, bytes):
        return "what comes near is served"
    with suppress(ValueError):
        value, responses = orjson.loads(body), service.api.responses
        first = next(iter(responses.violations(key, value, "")), None)
        if first is None or generator.generator.is_by_name(responses.roots[key], value):
            return ""  # branches that overlap are told on their own
        reason = " ".join(filter(None, (first.pointer, first.message)))
        return f"what comes near is served ({reason})"
    return "what comes near is served"


def _reason(api: Api, stored: PreparedResponse) -> str:
    """Why a stored response is not valid, to follow the message that it isn't."""
    fixture, response = stored.fixture, stored.response
    described = response.content if response else ()
    key = next((m.schema_key for m in described if m.name == stored.media_type), None)
    if key is None or fixture.body is None:
        return ""
    first = next(iter(api.responses.violations(key, fixture.body({}), "")), None)
    return f" ({' '.join(filter(None, (first.pointer, first.message)))})" if first else ""


def unsent_events(api: Api) -> Iterator[Notice]:
    """Callbacks and webhooks that are described; only a service that is a plugin sends any."""
    callbacks = [(each, name) for each in api.operations for name in each.callbacks]
    webhooks = [name for name in api.document.get("webhooks") or () if not name.startswith("x-")]
    if not callbacks and not webhooks:
        return
    if callbacks:
        operation, name = callbacks[0]
        first = f"callback {name!r} of {operation.key}"
        place: tuple[str, ...] = (
            "paths",
            operation.path,
            operation.method.lower(),
            "callbacks",
            name,
        )
    else:
        first, place = f"webhook {webhooks[0]!r}", ("webhooks", webhooks[0])
    others = len(callbacks) + len(webhooks) - 1
    more = f" and {others} more" if others else ""
    message = f"{first}{more} will not be sent: only a service that is a plugin has events"
    yield Notice(api.file, pointer_of(place), "event-unsent", message)


def _reserved(api: Api, operation: Operation, admin: str) -> Iterator[Notice]:
    """A path that begins as the emulator's own do: the control plane's, and scopes in paths."""
    # A document whose base path is the control plane's describes just that.
    bases = (prefix for prefix in (*api.all_prefixes, "") if prefix != admin)
    templates = [base + operation.path for base in bases]
    if any(template == admin or template.startswith(f"{admin}/") for template in templates):
        whose = f"is below {admin}: where the control plane has the same call, that counts"
        hint = "--admin-prefix moves it"
    elif any(template.startswith("/~") for template in templates):
        whose = "begins like a scope in a path (/~name)"
        hint = "a request is for that scope where another operation has the rest of its path"
    else:
        return
    place = pointer_of(("paths", operation.path, operation.method.lower()))
    yield Notice(api.file, place, "path-reserved", f"{operation.key} {whose}; {hint}")


def unknown_names(api: Api, fixtures: Fixtures) -> Iterator[Notice]:
    """Triggers for operations that the document does not have."""
    known = {operation.id for operation in api.operations}
    for trigger in fixtures.triggers:
        if trigger.operation not in known:
            meant = did_you_mean(trigger.operation, sorted(known))
            message = (
                f"trigger {trigger.name!r} is for {trigger.operation!r}, which is no operation"
                f"{meant}"
            )
            yield Notice(trigger.file, "", "trigger-without-operation", message)


def unbound_handlers(api: Api, plugin: ServicePlugin) -> Iterator[Notice]:
    """Handlers for operations that the document does not have."""
    known = {operation.id for operation in api.operations}
    for name in plugin.handlers:
        if name not in known:
            meant = did_you_mean(name, sorted(known))
            message = f"service {plugin.name!r} has a handler for {name!r}, which is no operation"
            message += meant
            yield Notice(api.file, "", "handler-without-operation", message)


def stub_breaches(site: Site, stub: Stub) -> tuple[Violation, ...]:
    """In what a stub will break the document, as far as that can be told before it answers.

    It can where the pattern names method and path, and the response is no template.
    """
    raw, fixture = stub.pattern.raw, stub.response.fixture
    method, path = raw.get("method", "ANY").upper(), stub.path or raw.get("urlPathTemplate")
    if method == "ANY" or path is None or not fixture.constant:
        return ()
    found = site.router.find(method, path)
    if not isinstance(found, Match):
        return ()
    headers = [(name, str(value({}))) for name, value in fixture.headers]
    if fixture.media_type is not None:
        headers.append(("content-type", fixture.media_type))
    response = Response(stub.response.status, tuple(headers), fixture.binary or b"")
    endpoint = found.target
    return validate_response(endpoint.service.api, endpoint.operation, response)


def stub_notices(site: Site) -> Iterator[Notice]:
    """Stubs that will break a document, or can't do what they say."""
    for stub in site.stubs.book.stubs:
        for each in stub.notices:
            place = site.stubs.places[stub.id]
            pointer = f"{place.pointer}{each.pointer}"
            yield Notice(str(place.file), pointer, "stub-doubtful", each.message)
        for breach in stub_breaches(site, stub):
            place = site.stubs.places[stub.id]
            message = f"the answer breaks the document: {breach.location} {breach.pointer}"
            yield Notice(
                str(place.file),
                f"{place.pointer}/response",
                "stub-invalid",
                f"{message}: {breach.message}",
            )
