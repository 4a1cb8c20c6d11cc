"""Report the changes between two documents as text and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from emulator.http.messages import Json
from emulator.openapi.diff.changes import Change, Severity

_WIDTH = 78
_MOST = 60  # characters of a counterexample


def counts(changes: Sequence[Change]) -> Mapping[Severity, int]:
    """How many changes there are of each severity."""
    return {
        severity: sum(change.severity is severity for change in changes) for severity in Severity
    }


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
