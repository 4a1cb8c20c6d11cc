"""A comparison in a terminal: the differences, and their sum."""

from collections.abc import Iterator
from textwrap import wrap

from click import style

from emulator.contract.compare.drift import Drift
from emulator.contract.compare.values import TITLES, Comparison, Difference, Kind
from emulator.contract.reports.display import WIDTH, printable


def lines(result: Comparison, drift: Drift | None) -> Iterator[str]:
    """The differences, and their sum."""
    for kind in Kind:
        found = result.of(kind)
        if found:
            tone = "yellow" if kind is Kind.FLAKY else "red"
            yield style(f"{TITLES[kind]} ({len(found)})", fg=tone)
            for each in found:
                yield from _difference(each, drift)
    yield from (*_gone(drift), *_rest(result), *_sum(result, drift))


def _difference(each: Difference, drift: Drift | None) -> Iterator[str]:
    new = "  NEW" if drift is not None and each.id in drift.new else ""
    many = f", {each.count} requests" if each.count > 1 else ""
    yield f"  {each.operation}{new}"
    place = f"{each.aspect} {each.place}".strip()
    yield from _text(f"{place} ({each.case}{many})", 4)
    yield from _text(each.reason, 6)
    yield from _text(f"{each.suggestion.mend}: {each.suggestion.text}", 6)


def _text(text: str, indent: int) -> Iterator[str]:
    space = " " * indent
    yield from wrap(printable(text), WIDTH, initial_indent=space, subsequent_indent=space)


def _gone(drift: Drift | None) -> Iterator[str]:
    for row in drift.gone if drift else ():
        yield f"gone: {row['operation']}  {row['aspect']} {row['place']}".rstrip()
    for note in drift.notes if drift else ():
        yield f"note: {note}"


def _rest(result: Comparison) -> Iterator[str]:
    for key, why in result.unmade:
        yield f"not compared: {key}: {why}"
    if result.left_out:
        yield f"left out, for they might change something: {len(result.left_out)} (--allow-writes)"
    if result.unanswered:
        yield f"without an answer: {result.unanswered} requests"
    if result.stopped:
        yield f"stopped before the end: {result.stopped}"


def _sum(result: Comparison, drift: Drift | None) -> Iterator[str]:
    counts = ", ".join(f"{len(result.of(kind))} {kind}" for kind in Kind)
    yield f"{result.api}: {len(result.compared)} of {result.operations} operations, " + (
        f"{result.pairs} requests"
    )
    yield f"differences: {counts}"
    if drift is not None:
        yield f"since: {len(drift.new)} new, {len(drift.stayed)} stayed, {len(drift.gone)} gone"
    yield f"repeat with --seed {result.seed}"
