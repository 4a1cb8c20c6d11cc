"""The records of a state file, as what is kept at start: judged by the document, with their ids."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.mock.remember.contents import mistakes
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.kept import placed
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.shapes import put
from emulator.schema.field_errors import FieldError
from emulator.schema.pointers import pointer_of


def stated_records(
    kind: RecordKind, records: Mapping[str, Json]
) -> tuple[dict[str, Record], list[FieldError]]:
    """The records by what they are kept under, and why others are none, with pointers.

    They stand under their ids, below others under `parent/id`; so the id may be left out.
    """
    found: dict[str, Record] = {}
    errors: list[FieldError] = []
    for name, record in records.items():
        parts = name.split("/", len(kind.parents))
        above, id = tuple(parts[: len(kind.parents)]), "/".join(parts[len(kind.parents) :])
        if kind.is_single and isinstance(record, dict) and len(parts) >= len(kind.parents):
            id = ""
        elif len(parts) <= len(kind.parents) or not isinstance(record, dict):
            names = "/".join((*kind.parents, *(kind.id_place[-1:] or ("id",))))
            errors.append(FieldError(pointer_of((name,)), f"has to be {names}: {{…}}"))
            continue
        record = _named(kind, record, id)
        wrong = [*_misnamed(kind, record, id), *mistakes(kind, record)]
        errors += (FieldError(f"{pointer_of((name,))}{e.pointer}", e.message) for e in wrong)
        if not wrong:
            found[kind.key(above, id)] = placed(record, above)
    return found, errors


def _named(kind: RecordKind, record: Record, id: str) -> Record:
    """The record with its id, of the type that the document has for it."""
    if not kind.id_place or kind.id_of(record) is not None or kind.is_single:
        return record
    numbers = [int(id)] if id.isdecimal() and len(id) < 20 else []
    tried: list[Record] = [put(record, kind.id_place, each) for each in (id, *numbers)]
    fewest = [(sum(1 for _ in mistakes(kind, each)), n) for n, each in enumerate(tried)]
    return tried[min(fewest)[1]]


def _misnamed(kind: RecordKind, record: Record, id: str) -> Iterator[FieldError]:
    if kind.id_place and not kind.is_single and str(kind.id_of(record)) != id:
        message = f"it stands under {id!r}, another id"
        yield FieldError(pointer_of(kind.id_place), message)
