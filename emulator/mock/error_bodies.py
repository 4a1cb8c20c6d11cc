"""Error bodies of any shape, filled with what was wrong, and valid still."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence

from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem
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

MOST_VIOLATIONS = 20

Path = tuple[str | int, ...]


def fill(base: Json, refusal: Problem, status: int, is_valid: Callable[[Json], bool]) -> Json:
    """`base`, a valid error body, with the refusal in the places its names offer.

    Each change is kept only if the body stays valid. The result says what was wrong wherever the
    schema leaves any room for it.
    """
    if not is_valid(base):
        # The schema asks for the impossible: then saying what was wrong is all that is left.
        is_valid = _anything
    if isinstance(base, str):
        return refusal.detail if is_valid(refusal.detail) else base
    body = copy.deepcopy(base)
    body, said = _say(body, refusal, is_valid)
    body = _set_status(body, status, is_valid)
    body = _set_type(body, refusal, is_valid)
    body = _list_violations(body, refusal, is_valid)
    if not said and isinstance(body, dict):
        body = _add(body, refusal, is_valid)
    return body


def _anything(_: Json) -> bool:
    return True


def _say(body: Json, refusal: Problem, is_valid: Callable[[Json], bool]) -> tuple[Json, bool]:
    """The body with the detail in every sentence it has; whether there was any.

    A title is one where there is no other: else it says what kind of mistake this is.
    """
    body, said = _write(body, _SENTENCES, refusal.detail, is_valid)
    if said:
        return _write(body, _TITLES, refusal.type.title, is_valid)[0], True
    return _write(body, _TITLES, refusal.detail, is_valid)


def _write(
    body: Json, names: tuple[str, ...], sentence: str, is_valid: Callable[[Json], bool]
) -> tuple[Json, bool]:
    """The body with a sentence, cut where it must be, in all places of these names; if any."""
    written = False
    for path in list(_places(body, names, str)):
        for text in (sentence, sentence[:120], sentence[:40]):
            changed = _with(body, path, text)
            if is_valid(changed):
                body, written = changed, True
                break
    return body, written


def _set_status(body: Json, status: int, is_valid: Callable[[Json], bool]) -> Json:
    for path in list(_places(body, _STATUSES, int)):
        changed = _with(body, path, status)
        if is_valid(changed):
            body = changed
    return body


def _set_type(body: Json, refusal: Problem, is_valid: Callable[[Json], bool]) -> Json:
    """Problem details (RFC 9457) with the problem's type."""
    if isinstance(body, dict) and isinstance(body.get("type"), str) and "title" in body:
        changed = {**body, "type": refusal.type_uri}
        if is_valid(changed):
            return changed
    return body


def _list_violations(body: Json, refusal: Problem, is_valid: Callable[[Json], bool]) -> Json:
    """The body with one entry a violation in the first list, or map, that takes them."""
    # Without violations, what is wrong is the request as a whole.
    whole = Violation("request", "", refusal.type.name, refusal.detail)
    violations = refusal.violations[:MOST_VIOLATIONS] or (whole,)
    found = [dict(violation.as_json()) for violation in violations]
    for path in list(_places(body, _LISTS, list)):
        entries = _get(body, path)
        pattern = entries[0] if entries else ""
        for rules in (True, False):
            told = [_entry(pattern, violation, rules) for violation in found]
            for listed in (told, told[:1]):
                changed = _with(body, path, listed)
                if is_valid(changed):
                    return changed
    return _map_violations(body, found, is_valid)


def _map_violations(
    body: Json, found: Sequence[Mapping[str, Json]], is_valid: Callable[[Json], bool]
) -> Json:
    """The body with messages by what is wrong, in the first map of such: `{"/name": ["…"]}`."""
    by_place: dict[str, list[Json]] = {}
    for violation in found:
        by_place.setdefault(_place_of(violation), []).append(violation["message"])
    first = {place: messages[0] for place, messages in by_place.items()}
    for path in list(_places(body, _LISTS, dict)):
        names = {_plain(name) for name in _get(body, path)}
        if names.isdisjoint((*_SENTENCES, *_TITLES)):
            for mapped in (by_place, first):
                changed = _with(body, path, mapped)
                if is_valid(changed):
                    return changed
    return body


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


def _add(body: dict[str, Json], refusal: Problem, is_valid: Callable[[Json], bool]) -> Json:
    """The body with a sentence of its own, where the schema leaves it free to have one."""
    for name in ("message", "detail", "error", "description"):
        if name not in body:
            changed = {**body, name: refusal.detail}
            if is_valid(changed):
                return changed
    return body


def _places(body: Json, names: tuple[str, ...], kind: type) -> Iterator[Path]:
    """Paths of values of a kind under one of these names, outer ones first."""
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
    """A copy of the body with another value at `path`."""
    if not path:
        return value
    changed = copy.copy(body)
    changed[path[0]] = _with(body[path[0]], path[1:], value)
    return changed
