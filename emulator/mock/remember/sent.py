"""What a request sends of a record: the members that a client may write, out of what wraps them."""

from emulator.http.messages import Json
from emulator.mock.backgrounds import shown_again_of
from emulator.mock.exchange import Exchange
from emulator.mock.remember.bodies import members_taken
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.kinds import RecordKind
from emulator.schema.spelling import LONGEST_NAME, plain


def sent_record(kind: RecordKind, exchange: Exchange) -> Record | None:
    """The members that a request sends, also where it wraps them in one; None where none can be."""
    sent = _unwrapped(kind, shown_again_of(exchange))
    if sent is None or kind.read_only.isdisjoint(sent):
        return sent
    # What the response says is only the server's may not have been said of the request.
    taken = members_taken(exchange, kind.wrapping)
    return {n: v for n, v in sent.items() if n in taken or n not in kind.read_only}


def known(kind: RecordKind, sent: Record) -> Record:
    """What was sent of what a record has; anything where its schema names nothing."""
    return {name: value for name, value in sent.items() if not kind.members or name in kind.members}


def beside_id(kind: RecordKind, record: Record, sent: Record) -> Record:
    """What was sent without an id; what stands in an object with it, over what the record has."""
    holder = kind.id_place[0] if kind.id_place else None
    if holder is None or holder not in sent:
        return sent
    rest = {name: value for name, value in sent.items() if name != holder}
    if len(kind.id_place) == 1:
        return rest
    return {**rest, **within({holder: record.get(holder)}, {holder: sent[holder]})}


def within(record: Record, sent: Record) -> Record:
    """What was sent, over what the record has in the same objects."""
    return {
        name: {**record[name], **within(record[name], value)}
        if isinstance(value, dict) and isinstance(record.get(name), dict)
        else value
        for name, value in sent.items()
    }


def without_secrets(kind: RecordKind, exchange: Exchange, record: Record, sent: Record) -> Record:
    """The new record without the members that were sent and no response repeats."""
    for name in _unwrapped(kind, exchange.body) or ():
        if name in record and name not in sent and name not in kind.read_only:
            fewer = {each: value for each, value in record.items() if each != name}
            record = fewer if kind.is_valid(fewer) else record
    return record


def _unwrapped(kind: RecordKind, body: Json) -> Record | None:
    if body is None:
        return {}
    if not isinstance(body, dict):
        return None
    members, wrapping = kind.members, kind.wrapping
    for name, inner in body.items():
        may_wrap = isinstance(inner, dict) and name not in members and len(name) <= LONGEST_NAME
        if may_wrap and plain(name) in wrapping:
            # Beside it stand a key of idempotency and the like.
            return {**{each: body[each] for each in body if each in members}, **inner}
    return body
