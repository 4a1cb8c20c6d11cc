"""What a collection holds, looked at and set from outside: each record judged by the document."""

from collections.abc import Iterator, Sequence
from itertools import count, islice

from emulator.http.messages import Json, Violation
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.shapes import put
from emulator.schema.field_errors import MOST_ERRORS, FieldError
from emulator.schema.pointers import pointer_of

#: Tries at an id that no other record has.
_TRIES = 1_000


def keyed(
    kind: RecordKind, above: tuple[str, ...], records: Sequence[Record]
) -> dict[str, Record] | tuple[FieldError, ...]:
    """The records by what they are kept under; or what is wrong, with pointers into the list.

    One without an id gets one, the same every time.
    """
    found: dict[str, Record] = {}
    errors: list[FieldError] = []
    given = {kind.key(above, id) for each in records if (id := _id(kind, each)) is not None}
    for number, record in enumerate(records):
        key, record = _with_key(kind, above, record, number, given)
        if key in found:
            place: tuple[str | int, ...] = (number, *kind.id_place)
            message = "there is only one of these" if kind.is_single else "has another one's id"
            errors.append(FieldError(pointer_of(place), message))
        errors += (
            FieldError(f"/{number}{each.pointer}", each.message) for each in mistakes(kind, record)
        )
        if len(errors) >= MOST_ERRORS:
            break
        found[key] = record
    return tuple(errors[:MOST_ERRORS]) or found


def _with_key(
    kind: RecordKind, above: tuple[str, ...], record: Record, number: int, given: set[str]
) -> tuple[str, Record]:
    if kind.is_single:
        return kind.key(above, ""), record
    id = _id(kind, record)
    if id is not None:
        return kind.key(above, id), record
    made = (kind.new_id(above, each) for each in count(number))
    id = next((each for each in islice(made, _TRIES) if kind.key(above, each) not in given), number)
    given.add(kind.key(above, id))
    named = kind.with_id(record, id)
    if kind.id_place and kind.id_of(named) is None:
        named = put(record, kind.id_place, id)
    return kind.key(above, id), named


def _id(kind: RecordKind, record: Record) -> Json:
    """The id that a record names; None where it names none."""
    id = kind.id_of(record)
    return id if isinstance(id, str | int) and not isinstance(id, bool) else None


def mistakes(kind: RecordKind, record: Record) -> Iterator[FieldError]:
    """Why the document does not allow a record where it is shown, with pointers into it."""
    if kind.is_valid(record):
        return
    shape, inside = kind.usual, kind.usual.place
    key, listed = shape.media_type.schema_key, kind.list
    if listed is not None and listed.media_type.schema_key == key:
        inside, shape = (*listed.place, "0"), listed
    frame, before, found = kind.frame_of(shape), pointer_of(inside), False
    reasons: Sequence[Violation] = ()
    if key is not None and (frame is not None or not shape.place):
        whole = put(frame, shape.place, [record] if shape is listed else record)
        reasons = kind.generator.api.responses.violations(key, whole, "body")
    for each in reasons:
        if each.pointer == before or each.pointer.startswith(f"{before}/"):
            found = True
            yield FieldError(each.pointer.removeprefix(before), each.message)
    if not found:
        yield FieldError("", "the document allows no such record")
