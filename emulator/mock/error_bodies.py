"""Refusals in the shape that the document describes, filled with what was wrong, and valid."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from emulator.http.encode import dump
from emulator.http.media_types import base_type, best_match, is_json
from emulator.http.messages import Event, Json, Violation
from emulator.http.problems import MEDIA_TYPE, Problem
from emulator.mock.generate import ResponseGenerator
from emulator.mock.responses import PreparedResponse, ResponseOptions
from emulator.openapi.write.bodies import concrete
from emulator.schema.generate.generator import Ungeneratable
from emulator.schema.pointers import parts_of

#: Names of properties, lower case without separators, that hold a sentence for people.
_SENTENCES = (
    *("detail", "message", "errormessage", "errordescription", "description", "msg", "reason"),
    *("error", "usermessage", "developermessage", "cause", "text", "details"),
)
#: Names of properties that hold what kind of mistake it is, or the sentence if nothing else does.
_TITLES = ("title", "summary")
#: Names of properties that hold the status as a number.
_STATUSES = ("status", "statuscode", "httpstatus", "httpstatuscode", "code", "errorcode")
#: Names of properties that say where in the request something is wrong.
_PLACES = (
    *("pointer", "field", "path", "location", "parameter", "param", "property", "attribute"),
    *("fieldname", "loc", "target", "name"),
)
#: Names of lists with one entry a mistake.
_LISTS = (
    *("errors", "violations", "details", "issues", "problems", "messages", "causes"),
    *("error", "detail", "invalidparams"),
)
#: Names of properties that say which rule was broken.
_RULES = ("keyword", "type", "code", "rule", "kind", "constraint")

#: Names of the property that an open schema gets where it has none for a sentence.
_NEW_SENTENCES = ("message", "detail", "error", "description")

MOST_VIOLATIONS = 20

Path = tuple[str | int, ...]


def refusal_body(
    generator: ResponseGenerator,
    refusal: Problem,
    options: ResponseOptions,
    status: int,
    accept: str | None,
    rng: Random,
) -> tuple[str, bytes | tuple[Event, ...]] | None:
    """Content-Type and body of a refusal, saying what was wrong wherever the schema has room.

    Problem details where those are documented, else the author's example, else a drawn body, each
    filled. None where the response documents no body at all, or none can be made.
    """
    names = sorted((m.name for m in options.response.content), key=lambda name: not is_json(name))
    chosen = best_match(names, accept) or next(iter(names), None)
    media_type = options.media_type(chosen)
    if media_type is None:
        return None
    name, details = concrete(media_type.name), refusal.as_json(status)
    example = _example(options.best(chosen))

    def filled(drawn: Json, key: str | None) -> Json:
        is_valid = partial(generator.accepts, key)
        if base_type(name) == MEDIA_TYPE and is_valid(details):
            return details
        base = drawn if example is None else example
        return fill(base, refusal, status, is_valid)

    if base_type(name) == "text/plain" and generator.accepts(media_type.schema_key, refusal.detail):
        return name, refusal.detail.encode()
    if is_json(name) and media_type.schema_key is None:
        return name, dump(filled(details, None))
    try:
        return generator.body(media_type, rng, filled)
    except Ungeneratable:
        return None


def _example(stored: PreparedResponse | None) -> Json:
    """The body that is stored for everybody, None where there is none."""
    if stored is None or stored.fixture.body is None or not stored.fixture.constant:
        return None
    return stored.fixture.body({})


def fill(base: Json, refusal: Problem, status: int, is_valid: Callable[[Json], bool]) -> Json:
    """Fill a valid error body with the refusal, in the places that its names offer.

    Each change is kept only if the body stays valid. The result says what was wrong wherever the
    schema leaves any room for it.
    """
    if not is_valid(base):
        # The schema asks for the impossible: then saying what was wrong is all that is left.
        is_valid = _anything
    if isinstance(base, str):
        return refusal.detail if is_valid(refusal.detail) else base
    draft = _Draft(copy.deepcopy(base), is_valid)
    detail, title = refusal.detail, refusal.type.title
    has_sentence = draft.write(_SENTENCES, detail)
    # A title says what kind of mistake this is, or is the sentence where there is no other.
    has_title = draft.write(_TITLES, title if has_sentence else detail)
    for path in draft.places(_STATUSES, int):
        draft.put(path, status)
    body = draft.body
    if isinstance(body, dict) and isinstance(body.get("type"), str) and "title" in body:
        draft.put(("type",), refusal.type_uri)  # problem details (RFC 9457)
    _list_violations(draft, refusal)
    if not (has_sentence or has_title) and isinstance(draft.body, dict):
        for name in _NEW_SENTENCES:
            if name not in draft.body and draft.put((name,), detail):
                break
    return draft.body


def _anything(_: Json) -> bool:
    return True


@dataclass(slots=True)
class _Draft:
    """An error body that is filled step by step, and stays valid."""

    body: Json
    is_valid: Callable[[Json], bool]

    def put(self, path: Path, *values: Json) -> bool:
        """Put the first of these values that keeps the body valid at a path; whether one does."""
        for value in values:
            changed = _with(self.body, path, value)
            if self.is_valid(changed):
                self.body = changed
                return True
        return False

    def places(self, names: tuple[str, ...], kind: type) -> list[Path]:
        """The paths of values of a kind under one of these names, outer ones first."""
        return list(_places(self.body, names, kind))

    def write(self, names: tuple[str, ...], sentence: str) -> bool:
        """Write a sentence, cut where it must be, in all places of these names; if any takes it."""
        cuts = sentence, sentence[:120], sentence[:40]
        written = [self.put(path, *cuts) for path in self.places(names, str)]
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
        full = [_entry(pattern, violation, True) for violation in found]
        short = [_entry(pattern, violation, False) for violation in found]
        if draft.put(path, full, full[:1], short, short[:1]):
            return
    by_place: dict[str, list[Json]] = {}
    for violation in found:
        by_place.setdefault(_place_of(violation), []).append(violation["message"])
    first = {place: messages[0] for place, messages in by_place.items()}
    for path in draft.places(_LISTS, dict):
        # A map of messages by what is wrong: `{"/name": ["…"]}`.
        names = {_plain(name) for name in _get(draft.body, path)}
        if names.isdisjoint((*_SENTENCES, *_TITLES)) and draft.put(path, by_place, first):
            return


def _place_of(violation: Mapping[str, Json]) -> str:
    return f"{violation['location']}{violation['pointer']}"


def _entry(pattern: Json, violation: Mapping[str, Json], rules: bool) -> Json:
    """One entry like `pattern` that names a violation, and with `rules` what it broke."""
    if not isinstance(pattern, dict):
        return f"{_place_of(violation)}: {violation['message']}"
    entry = copy.deepcopy(pattern)
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


def _places(body: Json, names: tuple[str, ...], kind: type) -> Iterator[Path]:
    level: list[tuple[Path, Json]] = [((), body)]
    for _ in range(5):
        inner: list[tuple[Path, Json]] = []
        for path, value in level:
            members = value.items() if isinstance(value, dict) else ()
            for name, member in members:
                at = (*path, name)
                wanted = isinstance(member, kind) and not isinstance(member, bool)
                if wanted and _plain(name) in names:
                    yield at
                inner.append((at, member))
            if isinstance(value, list) and value:
                inner.append(((*path, 0), value[0]))
        level = inner


def _plain(name: str | int) -> str:
    return str(name).replace("_", "").replace("-", "").lower()


def _get(body: Json, path: Path) -> Json:
    for part in path:
        body = body[part]
    return body


def _with(body: Json, path: Path, value: Json) -> Json:
    """A copy of the body with another value at a path; its last part may be new."""
    changed = copy.copy(body)
    first, *rest = path
    changed[first] = _with(body[first], tuple(rest), value) if rest else value
    return changed
