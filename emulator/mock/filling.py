"""Fill an error body with what was wrong, in the places that its names offer, and keep it valid."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from itertools import islice

from emulator.http.messages import Json
from emulator.http.problems import PROBLEM_TYPES, Problem
from emulator.mock import error_words as words
from emulator.mock.exchange import Exchange
from emulator.mock.violation_lists import Path, list_violations, with_value

#: Names of the property that an open schema gets where it has none for a sentence.
_NEW_SENTENCES = ("message", "detail", "error", "description")
#: From here on a number is a time in milliseconds.
_MILLISECONDS = 100_000_000_000
#: How many places a room remembers words for.
_FOUND_LIMIT = 1_000


class Room:
    """What may be said in the bodies of a schema.

    `local`: each part is judged on its own. `shown` is the status, range or `default` that the
    author's example is for, which is filled then; None where bodies are drawn.
    """

    __slots__ = ("found", "is_valid", "local", "shown")

    def __init__(
        self, is_valid: Callable[[Json], bool], *, local: bool = False, shown: str | None = None
    ) -> None:
        self.is_valid = is_valid
        self.local = local
        self.shown = shown
        #: Of the words wanted at a place, the first that fits, once it was looked for; if any.
        self.found: dict[tuple[Path, tuple[str, ...]], tuple[str, ...]] = {}


def fill(
    base: Json,
    refusal: Problem,
    status: int,
    room: Room,
    exchange: Exchange | None = None,
    *,
    valid: bool = False,
    adds: bool = True,
) -> Json:
    """Fill a valid error body with the refusal, in the places that its names offer.

    Each change is kept only if the body stays valid. The result says what was wrong wherever the
    schema leaves any room for it, if it `adds` members, and shares parts with `base`. `valid`: the
    base is known to be.
    """
    is_valid = room.is_valid
    if not (valid or is_valid(base)):
        # The schema asks for the impossible: then saying what was wrong is all that is left.
        is_valid = anything
    if isinstance(base, str):
        return refusal.detail if is_valid(refusal.detail) else base
    draft = _Draft(base, is_valid, room)
    said = draft.say(refusal, status, exchange)
    list_violations(draft, refusal)
    if adds and not said and isinstance(draft.body, dict):
        for name in _NEW_SENTENCES:
            if name not in draft.body and draft.put((name,), refusal.detail):
                break
    return draft.body


def speaks_of_errors(body: Json) -> bool:
    """Whether a body has members that only errors have: some are described as resources."""
    return any(name in words.OF_ERRORS for _, name, _ in _members(body))


def anything(_: Json) -> bool:
    """Accept any value."""
    return True


class _Draft:
    """An error body that is filled step by step, and stays valid."""

    __slots__ = ("_members", "body", "is_valid", "room")

    def __init__(self, body: Json, is_valid: Callable[[Json], bool], room: Room) -> None:
        self.body = body
        self.is_valid = is_valid
        self.room = room
        # What is put takes the place of a value of its own kind, so these keep their places.
        self._members = list(_members(body))

    def put(self, path: Path, *values: Json) -> bool:
        """Put the first of these values that keeps the body valid at a path; whether one does."""
        for value in values:
            changed = with_value(self.body, path, value)
            if self.is_valid(changed):
                self.body = changed
                return True
        return False

    def places(self, names: frozenset[str], kind: type) -> list[Path]:
        """The paths of values of a kind under one of these names, outer ones first."""
        return [
            path
            for path, name, member in self._members
            if name in names and isinstance(member, kind) and not isinstance(member, bool)
        ]

    def say(self, refusal: Problem, status: int, exchange: Exchange | None) -> bool:
        """Write sentences, titles, the status and the rest; whether any sentence was written."""
        sentences, titles = self.places(words.SENTENCES, str), self.places(words.TITLES, str)
        kinds = self._kinds(sentences)
        if kinds:
            sentences = [path for path in sentences if path not in kinds]
        numbers = self.places(words.STATUSES, int)
        rest: list[tuple[Path, Sequence[Json]]] = [(path, (status,)) for path in numbers]
        body, drawn = self.body, self.room.shown is None
        is_details = (
            isinstance(body, dict) and isinstance(body.get("type"), str) and "title" in body
        )
        if drawn and is_details:  # RFC 9457
            known = refusal.type.name in PROBLEM_TYPES
            rest.append((("type",), (refusal.type_uri if known else "about:blank",)))
        taken = {path for path, _ in rest}.union(sentences, titles)
        rest += [each for each in self._rest(status, exchange, kinds) if each[0] not in taken]
        # A title says what kind of mistake this is, or is the sentence where there is no other.
        title = refusal.type.title if sentences else refusal.detail
        texts = [(path, refusal.detail) for path in sentences] + [(path, title) for path in titles]
        at_once = [(path, values[0]) for path, values in rest]
        if self.room.local and self._put_all([*texts, *at_once]):
            return bool(texts)
        has_sentence = self._write(sentences, refusal.detail)
        has_title = self._write(titles, refusal.type.title if has_sentence else refusal.detail)
        for path, values in rest:
            self.put(path, *values)
        return has_sentence or has_title

    def _kinds(self, sentences: list[Path]) -> set[Path]:
        """The members named like sentences that say the kind, since a better one is beside them."""
        kinds = [path for path in sentences if words.plain(str(path[-1])) in words.KINDS]
        spoken = {path[:-1] for path in sentences if path not in kinds}
        return {path for path in kinds if path[:-1] in spoken}

    def _rest(
        self, status: int, exchange: Exchange | None, kinds: set[Path]
    ) -> Iterator[tuple[Path, Sequence[Json]]]:
        """What else speaks of an error, in objects that are about it, with the values to try."""
        speaking = words.SENTENCES | words.TITLES
        about: dict[Path, bool] = {(): True}
        for path, name, _ in self._members:
            if name in speaking:
                about[path[:-1]] = True
        for path, name, member in self._members:
            holder = path[:-1]
            if holder not in about:
                named = next(part for part in reversed(holder) if isinstance(part, str))
                about[holder] = words.plain(named) in words.HOLDERS
            if about[holder]:
                values = self._values(path, name, member, status, exchange, path in kinds)
                if values:
                    yield path, values

    def _values(
        self,
        path: Path,
        name: str,
        member: Json,
        status: int,
        exchange: Exchange | None,
        is_kind: bool,
    ) -> Sequence[Json]:
        if isinstance(member, bool):
            if name in words.AGAIN:
                return (status in words.PASSING,)
            return (words.FLAGS[name],) if name in words.FLAGS else ()
        if name in words.TIMES and isinstance(member, int | float | str) and exchange is not None:
            return _times(member, exchange)
        if not isinstance(member, str):
            return ()
        if is_kind or name in words.CODES:
            return self._codes(path, name, member, status)
        if exchange is not None and name in words.TARGETS:
            return (exchange.request.path,)
        if exchange is not None and name in words.METHODS:
            return (exchange.request.method,)
        return ()

    def _codes(self, path: Path, name: str, value: str, status: int) -> tuple[str, ...]:
        """Words for the kind of error; an author's own, for this status, are better than any."""
        room = self.room
        if room.shown == str(status):
            return ()
        if room.shown is not None and room.shown.isdigit() and room.shown in value:
            return (value.replace(room.shown, str(status)),)  # `E404`
        wanted = words.codes(status, name, value, authored=room.shown is not None)
        if not (room.local and self.is_valid is room.is_valid):
            return wanted
        known = room.found.get((path, wanted))
        if known is None:
            # Whether one fits follows from the schema alone: it is looked for only once.
            fitting = (w for w in wanted if self.is_valid(with_value(self.body, path, w)))
            known = tuple(islice(fitting, 1))
            if len(room.found) < _FOUND_LIMIT:
                room.found[path, wanted] = known
        return known

    def _put_all(self, changes: list[tuple[Path, Json]]) -> bool:
        """Put all of these values, if that keeps the body valid; whether it does."""
        changed = self.body
        for path, value in changes:
            changed = with_value(changed, path, value)
        if not self.is_valid(changed):
            return False
        self.body = changed
        return True

    def _write(self, paths: list[Path], sentence: str) -> bool:
        """Write a sentence, cut where it must be, at all of these paths; if any takes it."""
        cuts = sentence, sentence[:120], sentence[:40]
        written = [self.put(path, *cuts) for path in paths]
        return any(written)


def _times(member: float | str, exchange: Exchange) -> Sequence[Json]:
    """The scope's time, written like a value."""
    now = exchange.now.astimezone(UTC)
    if isinstance(member, str):
        instant = now.replace(microsecond=0, tzinfo=None).isoformat()
        return f"{instant}Z", instant, instant[:10], f"{instant[11:]}Z", instant[11:]
    whole = int(now.timestamp())
    return (whole * 1000,) if abs(member) >= _MILLISECONDS else (whole,)


def _members(body: Json) -> Iterator[tuple[Path, str, Json]]:
    """The members of objects, outer ones first, each with its path and plain name."""
    level: list[tuple[Path, Json]] = [((), body)]
    for _ in range(5):
        inner: list[tuple[Path, Json]] = []
        for path, value in level:
            if isinstance(value, dict):
                for name, member in value.items():
                    at = (*path, name)
                    yield at, words.plain(name), member
                    if isinstance(member, dict | list):
                        inner.append((at, member))
            elif value and isinstance(value, list):
                inner.append(((*path, 0), value[0]))
        level = inner
