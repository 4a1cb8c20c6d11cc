"""Refusals in the document's own error shape: valid, and saying what was wrong."""

import copy
from collections.abc import Callable, Iterator

from emulator.messages import Json
from emulator.problems import Problem

#: Names of properties, lower case without separators, that hold a sentence for people.
_SENTENCES = (
    *("detail", "message", "errormessage", "errordescription", "description", "msg", "reason"),
    *("error", "usermessage", "developermessage", "cause", "text", "details", "title", "summary"),
)
#: Names of properties that hold the status as a number.
_STATUSES = ("status", "statuscode", "httpstatus", "httpstatuscode", "code", "errorcode")
#: Names of properties that say where in the request something is wrong.
_PLACES = (
    *("pointer", "field", "path", "location", "parameter", "param", "property", "attribute"),
    *("fieldname", "loc", "target", "name"),
)
#: Names of lists with one entry a mistake.
_LISTS = ("errors", "violations", "details", "issues", "problems", "messages", "causes", "error")

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
    body = _list_violations(body, refusal, is_valid)
    if not said and isinstance(body, dict):
        body = _add(body, refusal, is_valid)
    return body


def _anything(_: Json) -> bool:
    return True


def _say(body: Json, refusal: Problem, is_valid: Callable[[Json], bool]) -> tuple[Json, bool]:
    """The body with the detail in every sentence it has; whether there was any."""
    said = False
    for path in list(_places(body, _SENTENCES, str)):
        sentence = refusal.type.title if _plain(path[-1]) == "title" else refusal.detail
        for text in (sentence, sentence[:120], sentence[:40]):
            changed = _with(body, path, text)
            if is_valid(changed):
                body, said = changed, True
                break
    return body, said


def _set_status(body: Json, status: int, is_valid: Callable[[Json], bool]) -> Json:
    for path in list(_places(body, _STATUSES, int)):
        changed = _with(body, path, status)
        if is_valid(changed):
            body = changed
    return body


def _list_violations(body: Json, refusal: Problem, is_valid: Callable[[Json], bool]) -> Json:
    """The body with one entry a violation in the first list that takes them."""
    if not refusal.violations:
        return body
    for path in list(_places(body, _LISTS, list)):
        entries = _get(body, path)
        pattern = entries[0] if entries else ""
        changed = _with(body, path, [_entry(pattern, violation) for violation in _most(refusal)])
        if is_valid(changed):
            return changed
    return body


def _most(refusal: Problem) -> list[dict[str, Json]]:
    return [dict(violation.as_json()) for violation in refusal.violations[:MOST_VIOLATIONS]]


def _entry(pattern: Json, violation: dict[str, Json]) -> Json:
    """One entry like `pattern` that names a violation."""
    place = f"{violation['location']}{violation['pointer']}"
    if not isinstance(pattern, dict):
        return f"{place}: {violation['message']}"
    entry = copy.deepcopy(pattern)
    for name, value in entry.items():
        if isinstance(value, str) and _plain(name) in _SENTENCES:
            entry[name] = violation["message"]
        elif isinstance(value, str) and _plain(name) in _PLACES:
            entry[name] = violation["pointer"] if _plain(name) == "pointer" else place
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
