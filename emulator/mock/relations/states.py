"""The state of a record, the flags that say the same, and the times of what has happened to it."""

from typing import NamedTuple

from emulator.http.messages import Json
from emulator.mock.relations.draft import GONE, Draft
from emulator.mock.relations.table import STATES, TIMES
from emulator.schema.keywords import words
from emulator.schema.spelling import parts_of, plain

_STATUS = words("status state lifecyclestatus currentstatus recordstatus")
_ROW_OF = {word: row for row in STATES for word in row.words}
_IS = ("is", "was", "has")


class Happening(NamedTuple):
    """A state that a record can be in: the members that are its flags, and its times."""

    words: frozenset[str]
    rare: bool
    lasting: bool
    flags: tuple[str, ...]
    times: tuple[str, ...]


class States(NamedTuple):
    """The member that names the state, if there is one, and what else speaks of states."""

    status: str | None
    happenings: tuple[Happening, ...]


def state_members(names: tuple[str, ...]) -> States | None:
    """The members of an object that speak of its state."""
    status = next((name for name in names if plain(name) in _STATUS), None)
    found: dict[int, tuple[list[str], list[str]]] = {}
    for name in names:
        parts = parts_of(name)
        if parts and parts[0] in _IS:
            parts = parts[1:]
        stem = tuple(part for part in parts if part not in TIMES)
        row = _ROW_OF.get(stem[0]) if len(stem) == 1 else None
        if row is not None:
            flags, times = found.setdefault(id(row), ([], []))
            (times if len(stem) < len(parts) else flags).append(name)
    happenings = tuple(
        Happening(
            row.words, row.rare, row.lasting, tuple(found[id(row)][0]), tuple(found[id(row)][1])
        )
        for row in STATES
        if id(row) in found
    )
    return States(status, happenings) if happenings else None


def agree_on_state(draft: Draft, record: dict[str, Json], states: States, _: int) -> None:
    """Have flags and times say what the state says; without a state, times what flags say."""
    named: Json = record[states.status] if states.status is not None else None
    known = named.__class__ is str
    said = plain(named) if known else ""
    for each in states.happenings:
        flags = [name for name in each.flags if record[name].__class__ is bool]
        holds: bool | None = said in each.words if known else None
        if known and each.lasting and not holds:
            holds = None  # what was paid is paid also when it is sent
        for name in flags:
            if holds is not None and name not in draft.pinned_in(record):
                if record[name] is not holds:
                    draft.put(record, name, holds)
            else:
                holds = record[name]
        if holds is None and each.rare:
            holds = False
        if holds is False and not (known and each.lasting and not flags):
            for name in each.times:
                if record.get(name) is not None and name not in draft.pinned_in(record):
                    draft.put(record, name, GONE)
