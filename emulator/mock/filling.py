"""Fill an error body with what was wrong, in the places that its names offer, and keep it valid."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from itertools import islice

from emulator.http.messages import Json
from emulator.http.problems import PROBLEM_TYPES, Problem
from emulator.mock import error_words as words
from emulator.mock.body_paths import Path, members, with_value, without
from emulator.mock.exchange import Exchange
from emulator.mock.violation_lists import list_violations, place_of

#: Names of the property that an open schema gets where it has none for a sentence.
_NEW_SENTENCES = ("message", "detail", "error", "description")
#: From here on a number is a time in milliseconds.
_MILLISECONDS = 100_000_000_000
_SPEAKING = words.SENTENCES | words.TITLES
#: How many places a room remembers words for.
_FOUND_LIMIT = 1_000


class Room:
    """What may be said in the bodies of a schema.

    `local`: each part is judged on its own. `shown` is the status, range or `default` that the
    author's example is for, which is filled then; None where bodies are drawn.
    """

    __slots__ = ("found", "is_valid", "local", "needed", "shown")

    def __init__(
        self, is_valid: Callable[[Json], bool], *, local: bool = False, shown: str | None = None
    ) -> None:
        self.is_valid = is_valid
        self.local = local
        self.shown = shown
        #: Of the words wanted at a place, the first that fits, once it was looked for; if any.
        self.found: dict[tuple[Path, tuple[str, ...]], tuple[str, ...]] = {}
        #: The places of members that can't be left out.
        self.needed: set[Path] = set()


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
    draft = _Draft(base, is_valid, room, refusal, status, exchange)
    if room.shown is None and is_valid is room.is_valid:
        draft.leave_out()
    said = draft.say()
    list_violations(draft, refusal)
    if adds and not said and isinstance(draft.body, dict):
        for name in _NEW_SENTENCES:
            if name not in draft.body and draft.put((name,), refusal.detail):
                break
    return draft.body


def speaks_of_errors(body: Json) -> bool:
    """Whether a body has members that only errors have: some are described as resources."""
    return any(name in words.OF_ERRORS for _, name, _ in members(body))


def anything(_: Json) -> bool:
    """Accept any value."""
    return True


class _Draft:
    """An error body that is filled step by step, and stays valid."""

    __slots__ = (
        *("_about", "_members", "body", "exchange", "is_valid", "refusal", "room", "status"),
    )

    def __init__(
        self,
        body: Json,
        is_valid: Callable[[Json], bool],
        room: Room,
        refusal: Problem,
        status: int,
        exchange: Exchange | None,
    ) -> None:
        self.body = body
        self.is_valid = is_valid
        self.room = room
        self.refusal = refusal
        self.status = status
        self.exchange = exchange
        # What is put takes the place of a value of its own kind, so these keep their places.
        self._members = list(members(body))
        self._about = self._holders()

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

    def say(self) -> bool:
        """Write sentences, titles, the status and the rest; whether any sentence was written."""
        refusal, status = self.refusal, self.status
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
        rest += [each for each in self._rest(kinds) if each[0] not in taken]
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

    def _holders(self) -> set[Path]:
        """The objects that are about the error: the whole, and what is named so or speaks of it."""
        found: set[Path] = {()}
        for path, name, member in self._members:
            if name in _SPEAKING:
                found.add(path[:-1])
            if name in words.HOLDERS and member:
                if isinstance(member, dict):
                    found.add(path)
                elif isinstance(member, list):
                    found.add((*path, 0))
        return found

    def leave_out(self) -> None:
        """Leave out what was drawn of members that say nothing of an error, where that may be."""
        idle: dict[Path, None] = {}
        for path, name, member in self._members:
            if path in self.room.needed or path[:-1] not in self._about:
                continue
            if self._is_idle(path, name, member) and not any(
                path[:n] in idle for n in range(len(path))
            ):
                idle[path] = None
        if not idle:
            return
        lean = self.body
        for path in idle:
            lean = without(lean, path)
        if self.is_valid(lean):
            self.body = lean
        else:
            for path in idle:
                lean = without(self.body, path)
                if self.is_valid(lean):
                    self.body = lean
                elif self.room.local and len(self.room.needed) < _FOUND_LIMIT:
                    self.room.needed.add(path)
        self._members = list(members(self.body))

    def _is_idle(self, path: Path, name: str, member: Json) -> bool:
        """Whether a member that was drawn says nothing of the error."""
        if name in words.SPOTS:
            # There is no such place. An entry of a list says so of itself.
            return not (self.refusal.violations or isinstance(path[-2:][0], int))
        if name in words.KNOWN:
            return False
        if isinstance(member, dict):
            return words.OF_ERRORS.isdisjoint(map(words.plain, member))
        return isinstance(member, str) and member in words.FILLER

    def _rest(self, kinds: set[Path]) -> Iterator[tuple[Path, Sequence[Json]]]:
        """What else speaks of an error, in objects that are about it, with the values to try."""
        for path, name, member in self._members:
            if path[:-1] in self._about:
                values = self._values(path, name, member, is_kind=path in kinds)
                if values:
                    yield path, values

    def _values(self, path: Path, name: str, member: Json, *, is_kind: bool) -> Sequence[Json]:
        exchange = self.exchange
        if isinstance(member, bool):
            if name in words.AGAIN:
                return (self.status in words.PASSING,)
            return (words.FLAGS[name],) if name in words.FLAGS else ()
        if name in words.TIMES and isinstance(member, int | float | str) and exchange is not None:
            return _times(member, exchange)
        if not isinstance(member, str):
            return ()
        if is_kind or name in words.CODES:
            return self._codes(path, name, member, self.status)
        if name in words.SPOTS:
            violations = self.refusal.violations
            return (place_of(violations[0].as_json()) if violations else "request",)
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
