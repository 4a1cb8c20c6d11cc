"""One entry a violation, in the lists and maps of error bodies."""

from collections.abc import Mapping
from typing import Protocol

from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem
from emulator.mock import error_words as words
from emulator.mock.body_paths import Path, value_at
from emulator.schema.pointers import parts_of

MOST_VIOLATIONS = 20

#: Objects that say where something is wrong, inside an entry.
_WHERE = frozenset(("source", "target", "location"))


class Fillable(Protocol):
    """A body that is changed where it stays valid."""

    body: Json

    def put(self, path: Path, *values: Json) -> bool:
        """Put the first of these values that keeps the body valid at a path."""
        ...

    def places(self, names: frozenset[str], kind: type) -> list[Path]:
        """The paths of values of a kind under one of these names, outer ones first."""
        ...


def list_violations(draft: Fillable, refusal: Problem) -> None:
    """Make one entry a violation in the first list, or map, that takes them."""
    # Without violations, what is wrong is the request as a whole.
    whole = Violation("request", "", refusal.type.name, refusal.detail)
    violations = refusal.violations[:MOST_VIOLATIONS] or (whole,)
    found = [dict(violation.as_json()) for violation in violations]
    for path in draft.places(words.LISTS, list):
        entries = value_at(draft.body, path)
        pattern = entries[0] if entries else ""
        # The pattern has a word for the error already, if not for what was violated.
        for rules in (True, False) if refusal.violations else (False, True):
            row = [_entry(pattern, violation, rules) for violation in found]
            if draft.put(path, row, row[:1]):
                return
    by_place: dict[str, list[Json]] = {}
    for violation in found:
        by_place.setdefault(place_of(violation), []).append(violation["message"])
    first = {place: messages[0] for place, messages in by_place.items()}
    for path in draft.places(words.LISTS, dict):
        # A map of messages by what is wrong: `{"/name": ["…"]}`.
        names = {words.plain(name) for name in value_at(draft.body, path)}
        if names.isdisjoint(words.SENTENCES | words.TITLES) and draft.put(path, by_place, first):
            return


def place_of(violation: Mapping[str, Json]) -> str:
    """Where in the request a violation is: `body/name`."""
    return f"{violation['location']}{violation['pointer']}"


def _entry(pattern: Json, violation: Mapping[str, Json], rules: bool) -> Json:
    """One entry like `pattern` that names a violation, and with `rules` what it broke."""
    if not isinstance(pattern, dict):
        return f"{place_of(violation)}: {violation['message']}"
    names = {words.plain(name) for name in pattern}
    if names >= {"location", "pointer"}:  # ours, or like it
        place, parts = violation["location"], []
    else:
        place, parts = place_of(violation), parts_of(f"/{place_of(violation)}")
    texts = {
        **(dict.fromkeys(words.RULES, violation["keyword"]) if rules else {}),
        **dict.fromkeys(words.PLACES, place),
        "pointer": violation["pointer"],
        **dict.fromkeys(words.SENTENCES, violation["message"]),
    }
    entry = dict(pattern)
    for name, value in pattern.items():
        plain = words.plain(name)
        if isinstance(value, str) and plain in texts:
            broken = plain in words.RULES and plain not in words.PLACES | words.SENTENCES
            entry[name] = _spelt_like(value, texts[plain]) if broken else texts[plain]
        elif isinstance(value, list) and plain in words.PLACES:
            entry[name] = parts
        elif isinstance(value, dict) and plain in _WHERE:
            entry[name] = _entry(value, violation, rules)
    return entry


def _spelt_like(value: str, keyword: str) -> str:
    """A keyword as the document spells its own words, if these are in capitals."""
    style = words.style_of(value)
    return words.spelt(keyword, style) if style[:1] == "A" and style != "A b" else keyword
