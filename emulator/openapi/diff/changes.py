"""A change: its rule, whom it breaks, and where it is in both documents; changes as reports."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from textwrap import wrap
from typing import Literal

from emulator.http.messages import Json

_WIDTH = 78
_MOST = 60  # characters of a counterexample

Side = Literal["request", "response"]


class Severity(IntEnum):
    """Whether a change breaks clients; `unknown` where that can't be decided."""

    BREAKING = 0
    UNKNOWN = 1
    NON_BREAKING = 2

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")


BREAKING, UNKNOWN, NON_BREAKING = Severity.BREAKING, Severity.UNKNOWN, Severity.NON_BREAKING


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `old` and `new` are pointers; empty where the document has no such place.

    `place` is the part of the operation, `at` where in its value. `counterexample` is a value that
    was allowed and is refused now, or could not come and can now.
    """

    rule: str
    severity: Severity
    operation: str
    message: str
    old: str = ""
    new: str = ""
    place: str = ""
    at: str = ""
    counterexample: tuple[Json, ...] = ()
    #: Further operations that share the place in the documents.
    also: tuple[str, ...] = ()

    def as_json(self) -> Mapping[str, Json]:
        """The change as `--json` writes it."""
        fields: dict[str, Json] = {
            "rule": self.rule,
            "severity": str(self.severity),
            "operations": [self.operation, *self.also],
            "place": self.place,
            "at": self.at,
            "old": self.old,
            "new": self.new,
            "message": self.message,
        }
        return fields | ({"witness": self.counterexample[0]} if self.counterexample else {})


@dataclass(frozen=True, slots=True)
class Words:
    """The rule names and texts for one keyword, where it got tighter and where looser."""

    tighter: str
    looser: str
    tighter_text: str
    looser_text: str


#: By the keyword of the schema that refuses. `{at}` is the place in the value, `{name}` its end.
WORDS: Mapping[str, Words] = {
    "type": Words("type-narrowed", "type-widened", "allows fewer types", "allows further types"),
    "null": Words("became-not-nullable", "became-nullable", "may no longer be null", "may be null"),
    "enum": Words(
        "enum-value-removed", "enum-value-added", "allows fewer values", "allows more values"
    ),
    "required": Words(
        "property-became-required",
        "property-became-optional",
        "is now required",
        "is no longer required",
    ),
    "new-required": Words(
        "required-property-added", "required-property-removed", "is new and required", "was removed"
    ),
    "silent": Words("property-added", "property-removed", "is described", "was removed"),
    "additional": Words(
        "property-removed", "property-added", "is no longer allowed", "is new in a closed list"
    ),
    "additionalProperties": Words(
        "additional-properties-forbidden",
        "additional-properties-allowed",
        "allows only described properties",
        "allows undescribed properties",
    ),
    "pattern": Words(
        "pattern-narrowed", "pattern-widened", "allows fewer strings", "allows other strings"
    ),
    "format": Words(
        "format-narrowed", "format-widened", "allows fewer strings", "allows other strings"
    ),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        Words("range-narrowed", "range-widened", "allows fewer numbers", "allows more numbers"),
    ),
    **dict.fromkeys(
        ("minLength", "maxLength"),
        Words("length-narrowed", "length-widened", "allows fewer lengths", "allows more lengths"),
    ),
    **dict.fromkeys(
        ("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "contains"),
        Words("size-narrowed", "size-widened", "allows fewer sizes", "allows more sizes"),
    ),
}
#: What other keywords come to.
OTHER = Words("schema-narrowed", "schema-widened", "allows fewer values", "allows more values")


def grouped(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Join the changes of one place in the documents, and put the worst first."""
    found: dict[Json, Change] = {}
    for change in changes:
        # A schema that many operations use changes once, wherever in their values it is.
        mark = (change.rule, change.old, change.new, change.at.rpartition("/")[2], change.severity)
        first = found.setdefault(mark, change)
        if first is not change and change.operation not in (first.operation, *first.also):
            found[mark] = replace(first, also=(*first.also, change.operation))
    return tuple(sorted(found.values(), key=lambda change: change.severity))


def counts(changes: Sequence[Change]) -> Mapping[Severity, int]:
    """How many changes there are of each severity."""
    found = Counter(change.severity for change in changes)
    return {severity: found[severity] for severity in Severity}


def as_json(old: str, new: str, changes: Sequence[Change]) -> dict[str, Json]:
    """The whole comparison as JSON."""
    return {
        "old": old,
        "new": new,
        "summary": {str(severity): number for severity, number in counts(changes).items()},
        "changes": [change.as_json() for change in changes],
    }


def lines(changes: Sequence[Change]) -> Iterator[str]:
    """The changes and their number, readable at 80 columns."""
    for change in changes:
        yield from _change(change)
        yield ""
    yield ", ".join(f"{number} {severity}" for severity, number in counts(changes).items())


def _change(change: Change) -> Iterator[str]:
    yield f"{change.severity}: {change.rule}"
    more = f" and {len(change.also)} more" if change.also else ""
    place = f", {change.place}" if change.place else ""
    yield from _indented(f"{change.operation}{more}{place}" if change.operation else "")
    yield from _indented(change.message)
    if change.counterexample:
        text = json.dumps(change.counterexample[0], ensure_ascii=False)
        yield from _indented(f"e.g. {text if len(text) <= _MOST else text[: _MOST - 1] + '…'}")
    for name, pointer in (("old", change.old), ("new", change.new)):
        if pointer:
            yield f"  {name} {pointer}"


def _indented(text: str) -> Iterator[str]:
    # What is long is cut at spaces only: pointers and names are to be copied.
    for line in wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False):
        yield f"  {line}"
