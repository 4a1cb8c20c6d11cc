"""What documents' own operations remember: the records of a collection, and others for them."""

from starlette.responses import Response

from emulator.http.encode import dump
from emulator.http.nearest import unknown
from emulator.http.problems import problem
from emulator.mock.remember.contents import keyed
from emulator.mock.remember.kept import KeptRecords
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.state.store import Put
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import (
    AdminCall,
    RejectedCallError,
    existing,
    invalid_body,
    json_response,
    problem_response,
)
from emulator.server.admin.long import json_array, listing


def list_resources(call: AdminCall) -> Response:
    """The collections that are remembered."""
    return json_response(
        {
            "resources": [
                {
                    "api": api,
                    "collection": found.collection(each),
                    "path": found.path(each),
                    "below": list(found.parents(each)),
                }
                for api, found in call.server.remembered.items()
                for each in found.resources
            ]
        }
    )


def show(call: AdminCall) -> Response:
    """The records of a collection in the scope."""
    kind = _kind(call)
    return _shown(call, _records(call, kind, _above(call, kind)))


def replace(call: AdminCall) -> Response:
    """Put records in the place of those that there are."""
    kind, records = _kind(call), call.body["records"]
    above, limit = _above(call, kind), call.store.record_limit
    if len(records) > limit:
        message = f"{len(records)} records are more than a collection keeps: --record-limit {limit}"
        raise invalid_body([FieldError("/records", message)])
    found = keyed(kind, above, records)
    if isinstance(found, tuple):
        raise invalid_body([FieldError(f"/records{e.pointer}", e.message) for e in found])
    now, api = call.server.dispatcher.clocks.now(call.scope), call.path["api"]
    for effect in tuple(_records(call, kind, above).replace(found)):
        # One by one: each weighs what it is, not what all of them are.
        size = len(dump(effect.record)) if isinstance(effect, Put) else 0
        call.store.apply(call.scope, api, (effect,), now, size)
    return _shown(call, _records(call, kind, above))


def _shown(call: AdminCall, there: KeptRecords) -> Response:
    total = len(there)
    offset, limit = call.query.get("offset", 0), call.query.get("limit", total)
    records = tuple(there.records(min(offset, total), min(limit, total)))
    after = b"," + dump({"total": total})[1:]
    return listing(records, json_array(b'{"records":', map(dump, records), after))


def _records(call: AdminCall, kind: RecordKind, above: tuple[str, ...]) -> KeptRecords:
    snapshot = call.store.memory(call.scope).service(call.path["api"])
    return KeptRecords(kind, snapshot, above, call.server.dispatcher.clocks.now(call.scope))


def _kind(call: AdminCall) -> RecordKind:
    name, collection = call.path["api"], call.path["collection"]
    existing(call.server.services.get(name), unknown("API", name, call.server.services))
    silent = f"{name} remembers nothing; --remember lenient, or strict, lets it"
    found = existing(call.server.remembered.get(name), silent)
    names = [found.collection(each) for each in found.resources]
    resource = existing(found.named(collection), unknown("collection", collection, names))
    return existing(found.kind(resource), f"no response of {name} shows a record of {collection}")


def _above(call: AdminCall, kind: RecordKind) -> tuple[str, ...]:
    given = tuple(call.query.get("below", ()))
    if len(given) != len(kind.parents):
        named = " and ".join(kind.parents) or "nothing"
        detail = f"query /below: {kind.collection} is below {named}: {kind.template}"
        raise RejectedCallError(problem_response(problem("parameters-invalid", detail), 400))
    return given
