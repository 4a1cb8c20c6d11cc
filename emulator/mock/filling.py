"""Fill an error body with what was wrong, in the places that its names offer, and keep it valid."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem
from emulator.schema.keywords import words
from emulator.schema.pointers import parts_of

#: Names of properties, lower case without separators, that hold a sentence for people.
_SENTENCES = words(
    "detail message errormessage errordescription description msg reason error usermessage "
    "developermessage cause text details"
)
#: Names of properties that hold what kind of mistake it is, or the sentence if nothing else does.
_TITLES = words("title summary")
#: Names of properties that hold the status as a number.
_STATUSES = words("status statuscode httpstatus httpstatuscode code errorcode")
#: Names of properties that say where in the request something is wrong.
_PLACES = words(
    "pointer field path location parameter param property attribute fieldname loc target name"
)
#: Names of lists with one entry a mistake.
_LISTS = words(
    "errors violations details issues problems messages causes error detail invalidparams"
)
#: Names of properties that say which rule was broken.
_RULES = words("keyword type code rule kind constraint")

#: Names of the property that an open schema gets where it has none for a sentence.
_NEW_SENTENCES = ("message", "detail", "error", "description")

MOST_VIOLATIONS = 20

Path = tuple[str | int, ...]


def fill(
    base: Json,
    refusal: Problem,
    status: int,
    is_valid: Callable[[Json], bool],
    *,
    local: bool = False,
    valid: bool = False,
) -> Json:
    """Fill a valid error body with the refusal, in the places that its names offer.

    Each change is kept only if the body stays valid. The result says what was wrong wherever the
    schema leaves any room for it, and shares parts with `base`. `local`: each part is judged on its
    own; `valid`: the base is known to be valid.
    """
    if not (valid or is_valid(base)):
        # The schema asks for the impossible: then saying what was wrong is all that is left.
        is_valid = anything
    if isinstance(base, str):
        return refusal.detail if is_valid(refusal.detail) else base
    draft = _Draft(base, is_valid)
    said = draft.say(refusal, status, local=local)
    _list_violations(draft, refusal)
    if not said and isinstance(draft.body, dict):
        for name in _NEW_SENTENCES:
            if name not in draft.body and draft.put((name,), refusal.detail):
                break
    return draft.body


def anything(_: Json) -> bool:
    """Accept any value."""
    return True


class _Draft:
    """An error body that is filled step by step, and stays valid."""

    __slots__ = ("_members", "body", "is_valid")

    def __init__(self, body: Json, is_valid: Callable[[Json], bool]) -> None:
        self.body = body
        self.is_valid = is_valid
        # What is put takes the place of a value of its own kind, so these keep their places.
        self._members = list(_members(body))

    def put(self, path: Path, *values: Json) -> bool:
        """Put the first of these values that keeps the body valid at a path; whether one does."""
        for value in values:
            changed = _with(self.body, path, value)
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

    def say(self, refusal: Problem, status: int, *, local: bool) -> bool:
        """Write sentences, titles and the status; whether any text was written."""
        sentences, titles = self.places(_SENTENCES, str), self.places(_TITLES, str)
        fixed: list[tuple[Path, Json]] = [(path, status) for path in self.places(_STATUSES, int)]
        body = self.body
        if isinstance(body, dict) and isinstance(body.get("type"), str) and "title" in body:
            fixed.append((("type",), refusal.type_uri))  # problem details (RFC 9457)
        # A title says what kind of mistake this is, or is the sentence where there is no other.
        title = refusal.type.title if sentences else refusal.detail
        texts = [(path, refusal.detail) for path in sentences] + [(path, title) for path in titles]
        if local and self._put_all([*texts, *fixed]):
            return bool(texts)
        has_sentence = self._write(sentences, refusal.detail)
        has_title = self._write(titles, refusal.type.title if has_sentence else refusal.detail)
        for path, value in fixed:
            self.put(path, value)
        return has_sentence or has_title

    def _put_all(self, changes: list[tuple[Path, Json]]) -> bool:
        """Put all of these values, if that keeps the body valid; whether it does."""
        changed = self.body
        for path, value in changes:
            changed = _with(changed, path, value)
        if not self.is_valid(changed):
            return False
        self.body = changed
        return True

    def _write(self, paths: list[Path], sentence: str) -> bool:
        """Write a sentence, cut where it must be, at all of these paths; if any takes it."""
        cuts = sentence, sentence[:120], sentence[:40]
        written = [self.put(path, *cuts) for path in paths]
        return any(written)


def _list_violations(draft: _Draft, refusal: Problem) -> None:
    """Make one entry a violation in the first list, or map, that takes them."""
    # Without violations, what is wrong is the request as a whole.
    whole = Violation("request", "", refusal.type.name, refusal.detail)
    violations = refusal.violations[:MOST_VIOLATIONS] or (whole,)
    found = [dict(violation.as_json()) for violation in violations]
    for path in draft.places(_LISTS, list):
        entries = _get(draft.body, path)
        pattern = entries[0] if entries else ""
        for rules in (True, False):
            row = [_entry(pattern, violation, rules) for violation in found]
            if draft.put(path, row, row[:1]):
                return
    by_place: dict[str, list[Json]] = {}
    for violation in found:
        by_place.setdefault(_place_of(violation), []).append(violation["message"])
    first = {place: messages[0] for place, messages in by_place.items()}
    for path in draft.places(_LISTS, dict):
        # A map of messages by what is wrong: `{"/name": ["…"]}`.
        names = {_plain(name) for name in _get(draft.body, path)}
        if names.isdisjoint(_SENTENCES | _TITLES) and draft.put(path, by_place, first):
            return


def _place_of(violation: Mapping[str, Json]) -> str:
    return f"{violation['location']}{violation['pointer']}"


def _entry(pattern: Json, violation: Mapping[str, Json], rules: bool) -> Json:
    """One entry like `pattern` that names a violation, and with `rules` what it broke."""
    if not isinstance(pattern, dict):
        return f"{_place_of(violation)}: {violation['message']}"
    entry = dict(pattern)
    names = {_plain(name) for name in entry}
    if names >= {"location", "pointer"}:  # ours, or like it
        place, parts = violation["location"], []
    else:
        place, parts = _place_of(violation), parts_of(f"/{_place_of(violation)}")
    for name, value in entry.items():
        plain = _plain(name)
        if isinstance(value, str):
            if plain in _SENTENCES:
                entry[name] = violation["message"]
            elif plain == "pointer":
                entry[name] = violation["pointer"]
            elif plain in _PLACES:
                entry[name] = place
            elif plain in _RULES and rules:
                entry[name] = violation["keyword"]
        elif isinstance(value, list) and plain in _PLACES:
            entry[name] = parts
    return entry


def _members(body: Json) -> Iterator[tuple[Path, str, Json]]:
    """The members of objects, outer ones first, each with its path and plain name."""
    level: list[tuple[Path, Json]] = [((), body)]
    for _ in range(5):
        inner: list[tuple[Path, Json]] = []
        for path, value in level:
            if isinstance(value, dict):
                for name, member in value.items():
                    at = (*path, name)
                    yield at, _plain(name), member
                    if isinstance(member, dict | list):
                        inner.append((at, member))
            elif value and isinstance(value, list):
                inner.append(((*path, 0), value[0]))
        level = inner


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """A name in lower case, without separators."""
    return name.replace("_", "").replace("-", "").lower()


def _get(body: Json, path: Path) -> Json:
    for part in path:
        body = body[part]
    return body


def _with(body: Json, path: Path, value: Json) -> Json:
    """A copy of the body with another value at a path; its last part may be new."""
    changed = body.copy()
    first = path[0]
    changed[first] = value if len(path) == 1 else _with(body[first], path[1:], value)
    return changed
