"""What to send an operation, how to get each of its responses, and whether one is right."""

import asyncio
from dataclasses import replace

from starlette.responses import Response

from emulator.contract.coverage.items import CoverageItem, items_of
from emulator.contract.coverage.requests import preferences, requests_for, with_trigger
from emulator.http.messages import Json, grouped
from emulator.http.nearest import unknown
from emulator.mock.assemble import credentials_of
from emulator.mock.exchange import Service
from emulator.openapi.document.model import Operation
from emulator.openapi.requests.make import UnmakeableError
from emulator.openapi.requests.parts import RequestParts
from emulator.openapi.security.credentials import value_of
from emulator.openapi.validate.response import validate_response
from emulator.server.admin.calls import AdminCall, existing, json_response
from emulator.server.admin.long import is_long


async def example(call: AdminCall) -> Response:
    """A valid request to an operation, and how to get each of its responses."""
    name, services = call.path["name"], call.server.services
    service = existing(services.get(name), unknown("API", name, services))
    by_id = {each.id: each for each in service.api.operations}
    wanted = call.path["operation"]
    operation = existing(by_id.get(wanted), unknown("operation", wanted, by_id))
    now = call.server.dispatcher.clocks.now(call.scope)
    # Values that a schema is hard on take their time.
    return json_response(await asyncio.to_thread(_example, service, operation, now.timestamp()))


def _example(service: Service, operation: Operation, now: float) -> Json:
    request, obstacle = _request(service, operation, now)
    responses = [_choice(service, item, request) for item in items_of(service, operation)]
    shown = _shown(service, request) if request is not None else None
    return {"request": shown, "obstacle": obstacle, "responses": responses}


def _request(service: Service, operation: Operation, now: float) -> tuple[RequestParts | None, str]:
    """A request that the document allows, or why there is none."""
    known = reversed(credentials_of(service))  # the first of a scheme counts
    credentials = tuple((each.scheme, value_of(each, now)) for each in known)
    try:
        parts = next(requests_for(service.api, operation), None)
    except UnmakeableError as error:
        return None, str(error)
    if parts is None:
        return None, "no value of its schemas was found"
    return replace(parts, credentials=credentials), ""


def _shown(service: Service, parts: RequestParts) -> Json:
    request = parts.request(service.api.prefixes[0])
    return {
        "method": request.method,
        "url": request.target,
        "headers": grouped(request.headers),
        "body": request.body.decode(errors="replace"),
    }


def _choice(service: Service, item: CoverageItem, request: RequestParts | None) -> Json:
    """How to ask for one response."""
    headers, _ = preferences(item, dynamic=False)
    found: dict[str, Json] = {
        "status": item.status,
        "code": item.code,
        "kind": item.kind,
        "name": item.trigger or item.example.partition(".")[2],
        "media_type": item.media_type,
        "prefer": headers.get("prefer", ""),
    }
    for trigger in service.fixtures.triggers if item.trigger else ():
        if trigger.name == item.trigger:
            found["when"] = [{"is": str(condition)} for condition in trigger.when]
            if request is not None:
                found["request"] = _shown(service, with_trigger(request, trigger.when))
    return found


async def judgement(call: AdminCall) -> Response:
    """In what the response of an exchange violates the document."""
    missing = f"no request of this scope has the id {call.path['id']!r}"
    entry = existing(call.journal.entry(call.scope, call.path["id"]), missing)
    service = call.server.services.get(entry.trace.api)
    operations = service.api.operations if service is not None else ()
    operation = next((each for each in operations if each.id == entry.trace.operation), None)
    if service is None or operation is None:
        return json_response({"judged": False, "violations": []})
    parts = service.api, operation, entry.response
    found = (
        await asyncio.to_thread(validate_response, *parts)
        if is_long((entry,))
        else validate_response(*parts)
    )
    return json_response({"judged": True, "violations": [each.as_json() for each in found]})
