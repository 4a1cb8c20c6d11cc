"""Times of a record: near the scope's clock, and in the order in which such things happen."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zlib import crc32

from emulator.http.messages import Json
from emulator.mock.relations.draft import Draft
from emulator.mock.relations.table import LONG_AGO, MOMENTS, OTHERWISE, TIMES
from emulator.schema.spelling import parts_of

_TEXT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
#: A time as most are written.
_USUAL = "2026-04-28T14:30:00Z"
#: Longer texts are no times.
_LONGEST = 40
_SUFFIXES = ("timestamp", "datetime", "time", "date", "at", "on")
_MOMENT_OF = {word: number for number, each in enumerate(MOMENTS) for word in each.words}
#: Numbers that are seconds since 1970, of this century, and thousandths of them.
_SECONDS = range(946_684_800, 4_102_444_800)
_THOUSANDTHS = range(946_684_800_000, 4_102_444_800_000)
_HOUR, _DAY = 3600, 86_400
_EPOCH = date(1970, 1, 1).toordinal()

TimeMembers = tuple[tuple[str, int], ...]


@lru_cache(maxsize=8192)
def moment_of(name: str) -> int | None:
    """The moment that a name speaks of, None where it names no time, or one of long ago."""
    parts = parts_of(name)
    if not LONG_AGO.isdisjoint(parts):
        return None
    pairs = ("".join(parts[n : n + 2]) for n in range(len(parts) - 1))
    for part in (*pairs, *parts):
        found = _MOMENT_OF.get(part)
        if found is None:
            stem = next((part.removesuffix(s) for s in _SUFFIXES if part.endswith(s)), "")
            found = _MOMENT_OF.get(stem)
        if found is not None:
            return found
    return None if TIMES.isdisjoint(parts) else OTHERWISE


def time_members(names: tuple[str, ...]) -> TimeMembers:
    """The members of an object that may be times, and their moments."""
    found = ((name, moment_of(name)) for name in names)
    return tuple((name, moment) for name, moment in found if moment is not None)


def set_times(draft: Draft, record: dict[str, Json], members: TimeMembers, number: int) -> None:
    """Give the times of a record their moments; those that the request decided stay."""
    fixed: list[tuple[int, int]] = []
    planned: list[tuple[str, int, Json, int]] = []
    pinned, now = draft.pinned_in(record), draft.now
    for name, moment in members:
        old = record.get(name)
        if old.__class__ is str:
            if len(old) < 10 or old[4] != "-":
                continue
        elif old.__class__ is not int or (old not in _SECONDS and old not in _THOUSANDTHS):
            continue
        if name in pinned:
            seconds = _read(old)
            if seconds is not None:
                fixed.append((moment, seconds))
            continue
        _, earliest, latest, _ = MOMENTS[moment]
        drawn = crc32(b"%d %s" % (number, str(old).encode())) % (latest - earliest)
        planned.append((name, moment, old, now + earliest + drawn))
    for name, moment, old, at in planned:
        new = _written(old, _beside(at, moment, fixed) if fixed else at)
        if new is not None and new != old:
            draft.changes.append(((record, name, old, new),))
            record[name] = new


def _beside(at: int, moment: int, fixed: list[tuple[int, int]]) -> int:
    """The time moved to where it is in order with those that are fixed."""
    chain = MOMENTS[moment].chain
    for other, seconds in fixed:
        if chain and MOMENTS[other].chain and chain != MOMENTS[other].chain:
            continue
        distance = (moment - other) * _HOUR
        if (distance < 0 and at > seconds) or (distance > 0 and at < seconds):
            at = seconds + distance
    return at


def _read(value: Json) -> int | None:
    """A time in seconds since 1970."""
    if value.__class__ is int:
        return value if value in _SECONDS else value // 1000
    return _read_text(value) if len(value) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _read_text(value: str) -> int | None:
    try:
        read = datetime.fromisoformat(value)
        return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def _written(old: Json, at: int) -> Json:
    """A time as the old one was written; None where that was none, or can't be."""
    if old.__class__ is int:
        return at if old in _SECONDS else at * 1000 + old % 1000
    found = _TEXT.fullmatch(old)
    if found is None:
        return None
    days, second = divmod(at, _DAY)
    day = _day(days)
    if not day:
        return None
    clock = f"{second // _HOUR:02}:{second // 60 % 60:02}:{second % 60:02}"
    if len(old) == len(_USUAL) and old[16] == ":" and old[-1] == "Z":
        return f"{day}{old[10]}{clock}Z"
    _, between, _, seconds, fraction, zone = found.groups()
    if between is None:
        return day
    clock = clock if seconds else clock[:5]
    zone = "+00:00" if zone and zone != "Z" else zone or ""
    return f"{day}{between}{clock}{fraction or ''}{zone}"


@lru_cache(maxsize=4096)
def _day(days: int) -> str:
    """The day so many days after the first of 1970; nothing where it has no year of four digits."""
    try:
        return date.fromordinal(_EPOCH + days).isoformat()
    except (ValueError, OverflowError):
        return ""
