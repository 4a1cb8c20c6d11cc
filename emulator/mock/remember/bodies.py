"""A record, or a list of them, as the body of a response that the document allows."""

from collections.abc import Collection

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.remember.fitting import Record, fitted
from emulator.mock.remember.ids import fitting_id
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.shapes import ResponseShape, at, keyword, members, put
from emulator.openapi.promises.routes import ID_MEMBERS
from emulator.schema.spelling import plain


def with_record(kind: RecordKind, shape: ResponseShape, record: Record, id: Json = None) -> Json:
    """A whole response with the record where it stands; None where the document allows none.

    `id` is what the record is kept under, shown where only this response has a member for it.
    """
    base = kind.frame_of(shape)
    if base is None:
        return None
    whole = put(base, shape.place, record)
    if shape.is_valid(whole):
        return whole
    drawn = at(base, shape.place)
    if not isinstance(drawn, dict):
        return None
    known = members(shape.part, kind.generator.api.responses.definitions)
    part = {name: value for name, value in record.items() if name in known or not known}
    if id is not None and not kind.id_place:
        only = next((name for name in ID_MEMBERS if name in drawn and name not in record), None)
        part |= {only: fitting_id(drawn[only], id)} if only else {}
    found = fitted(drawn, part, lambda r: shape.is_valid(put(base, shape.place, r)))
    whole = put(base, shape.place, found)
    return whole if shape.is_valid(whole) else None


def with_records(kind: RecordKind, shape: ResponseShape, records: list[Record]) -> Json:
    """A whole response with these records as its list; None where the document allows none."""
    base = kind.frame_of(shape)
    if base is None:
        return None
    whole = put(base, shape.place, records)
    if shape.is_valid(whole):
        return whole
    pattern = at(base, shape.place)
    first = pattern[0] if isinstance(pattern, list) and pattern else None
    if not isinstance(first, dict):
        return None
    known = members(shape.part, kind.generator.api.responses.definitions)
    found = []
    for record in records:
        part = {name: value for name, value in record.items() if name in known}
        only = fitted(first, part, lambda r: shape.is_valid(put(base, shape.place, [r])))
        found.append(only)
    whole = put(base, shape.place, found)
    return whole if shape.is_valid(whole) else None


def members_taken(exchange: Exchange, wrapping: Collection[str]) -> frozenset[str]:
    """The members that clients may write in the body of a request to this operation.

    `wrapping` are the plain names of what may hold a record there.
    """
    service, endpoint = exchange.service, exchange.endpoint
    body = endpoint.operation.request_body if endpoint else None
    if service is None or body is None:
        return frozenset()
    requests, definitions = service.api.requests, service.api.requests.definitions
    schemas = [requests.roots[each.schema_key] for each in body.content if each.schema_key]
    described = [each for schema in schemas for each in members(schema, definitions).items()]
    for name, sub in tuple(described):
        if plain(name) in wrapping:
            described += members(sub, definitions).items()
    return frozenset(n for n, sub in described if keyword(sub, "readOnly", definitions) is not True)
