"""Members that a contract file declares unique: no two records have the same value."""

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.remember.fitting import Record
from emulator.mock.remember.kept import KeptRecords
from emulator.mock.remember.kinds import RecordKind


def taken(
    kind: RecordKind, there: KeptRecords, key: str, given: Record, *, strict: bool
) -> Problem | None:
    """What is wrong where another record has one of the values given to the one with this key.

    Unless it is `strict`, those at start make way.
    """
    for name in kind.resource.unique:
        value = given.get(name)
        if value is not None and there.has(name, value, key, at_start=strict):
            return problem("resource-exists", f"there is one with the {name} {value!r} already")
    return None


def differing(record: Record, before: Json) -> Record:
    """The members that have another value than before."""
    if not isinstance(before, dict):
        return record
    return {name: value for name, value in record.items() if before.get(name) != value}
