"""Changes of a record, made as far as the document allows."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from emulator.http.messages import Json
from emulator.mock.remember.names import CREATED, UPDATED
from emulator.mock.remember.times import like
from emulator.schema.spelling import plain

Record = dict[str, Json]


def fitted(
    record: Record, changes: Mapping[str, Json], is_valid: Callable[[Record], bool]
) -> Record:
    """The record with all of these members, where that is valid, else with those that may be.

    Where the record is of another kind than the changes, its members make way for them.
    """
    changed = {**record, **changes}
    if is_valid(changed):
        return changed
    for name in record:
        if name not in changes:
            fewer = {each: value for each, value in changed.items() if each != name}
            if is_valid(fewer):
                return fewer
    if is_valid(dict(changes)):
        return dict(changes)
    for name, value in changes.items():
        changed = {**record, name: value}
        if is_valid(changed):
            record = changed
    return record


def made_at(record: Record) -> Record:
    """The times of a record's making and of its last change."""
    return {n: value for n, value in record.items() if plain(n) in CREATED | UPDATED}


def stamped(
    record: Record,
    now: datetime,
    *,
    made: bool,
    is_valid: Callable[[Record], bool],
    said: Collection[str] = (),
) -> Record:
    """The record with the times of its making, if it was `made` now, and of its last change.

    Those that the client `said` stay.
    """
    names = (CREATED | UPDATED) if made else UPDATED
    times = {
        name: like(value, now)
        for name, value in record.items()
        if plain(name) in names and value is not None and name not in said
    }
    return fitted(record, times, is_valid) if times else record
