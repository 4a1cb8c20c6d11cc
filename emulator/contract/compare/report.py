"""A comparison as data without secrets, as a page, in a terminal, and against an earlier one."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from click import style

from emulator.contract.compare.values import TITLES, ComparedExchange, Comparison, Difference, Kind
from emulator.contract.reports.display import WIDTH
from emulator.contract.reports.files import ReportError, render
from emulator.http.known_secrets import Mask
from emulator.http.messages import Headers, Json
from emulator.http.printable import printable
from emulator.http.redaction import Redaction

VERSION = 1

#: Operations and members that are named where several have a difference in common.
_NAMED = 5

#: Characters of a body in the report.
EXCERPT = 4_000


@dataclass(frozen=True, slots=True)
class Drift:
    """Differences against an earlier report: ids of the new ones and of those that stayed.

    `gone` are rows of the earlier report whose operation was compared and showed them no more;
    `notes` are reasons why the two runs are hard to compare.
    """

    new: frozenset[str]
    stayed: frozenset[str]
    gone: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()


def drift(earlier: Mapping[str, Any], now: Comparison) -> Drift:
    """What changed since an earlier report."""
    before = {row["id"] for row in earlier["differences"]}
    found = {each.id for each in now.differences}
    gone = tuple(
        row
        for row in earlier["differences"]
        if row["id"] not in found and row["operation"] in now.compared
    )
    return Drift(frozenset(found - before), frozenset(found & before), gone, _notes(earlier, now))


def _notes(earlier: Mapping[str, Any], now: Comparison) -> tuple[str, ...]:
    values = (("api", now.api), ("url", now.url), ("seed", now.seed))
    return tuple(
        f"the earlier report has another {name}: {earlier.get(name)}"
        for name, value in values
        if earlier.get(name) != value
    )


def as_json(result: Comparison, drift: Drift | None, mask: Mask) -> Mapping[str, Json]:
    """The report of a run; with `drift`, each difference says whether it is new."""
    kinds = {kind: len(result.of(kind)) for kind in Kind}
    report: dict[str, Json] = {
        "version": VERSION,
        "api": result.api,
        "url": mask(result.url),
        "seed": result.seed,
        "operations": {
            "total": result.operations,
            "compared": list(result.compared),
            "left_out": list(result.left_out),
            "unmade": [{"operation": key, "reason": why} for key, why in result.unmade],
        },
        "requests": {"compared": result.pairs, "unanswered": result.unanswered},
        "seconds": round(result.seconds, 3),
        "stopped": mask(result.stopped) or None,
        "counts": {str(kind): count for kind, count in kinds.items()},
        "differences": [_difference(each, drift, mask) for each in result.differences],
    }
    if drift is not None:
        report["gone"] = [dict(each) for each in drift.gone]
    return report


def _difference(difference: Difference, drift: Drift | None, mask: Mask) -> Mapping[str, Json]:
    found: dict[str, Json] = {
        "id": difference.id,
        "kind": str(difference.kind),
        "title": TITLES[difference.kind],
        "operation": difference.operation,
        "aspect": difference.aspect,
        "place": difference.place,
        "reason": mask(difference.reason),
        "case": difference.case,
        "count": difference.count,
        "suggestion": {"mend": difference.suggestion.mend, "text": difference.suggestion.text},
        "exchanges": [
            {"with": who, **_exchange(exchange, mask)} for who, exchange in difference.exchanges
        ],
    }
    return found if drift is None else {**found, "new": difference.id in drift.new}


def _exchange(exchange: ComparedExchange, mask: Mask) -> Mapping[str, Json]:
    request, response = exchange.request, exchange.response
    redacted = Redaction().request(request)
    sent = _message(f"{redacted.method} {redacted.target}", redacted.headers, redacted.body)
    if response is None:
        return {"request": mask(sent), "response": None, "error": mask(exchange.error)}
    answer = Redaction().response(response)
    answered = _message(str(answer.status), answer.headers, answer.body)
    return {"request": mask(sent), "response": mask(answered)}


def _message(first: str, headers: Headers, body: bytes) -> str:
    """A message as text: its first line, its fields, its body."""
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if body:
        text = body.decode("utf-8", "replace")
        more = len(text) - EXCERPT
        lines += ["", text[:EXCERPT] + (f"… {more:,} more characters" if more > 0 else "")]
    return "\n".join(lines)


def as_html(report: Mapping[str, Any]) -> str:
    """The page of a report (`as_json`)."""
    gone = [_row(each) for each in report.get("gone", ())]
    unmade = [f"{each['operation']}: {each['reason']}" for each in report["operations"]["unmade"]]
    return render(
        "compare.html",
        report=report,
        titles={str(kind): title for kind, title in TITLES.items()},
        lists=[
            ("Gone since the earlier report", gone),
            ("Left out: might change something", report["operations"]["left_out"]),
            ("No request could be made", unmade),
        ],
    )


def _row(row: Mapping[str, Any]) -> str:
    return f"{row['operation']} {row['aspect']} {row['place']}: {row['reason']}"


def read(path: Path) -> Mapping[str, Any]:
    """A report that `--json` wrote; raises ReportError."""
    try:
        report = json.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(str(path), f"can't be read: {error.strerror}") from error
    except ValueError:
        report = None
    if not _is_report(report):
        hint = "one that --json wrote"
        raise ReportError(str(path), "is not a report of emulator compare", hint=hint)
    found: Mapping[str, Any] = report
    return found


def _is_report(report: Json) -> bool:
    if not isinstance(report, dict) or report.get("version") != VERSION:
        return False
    rows = report.get("differences")
    names = ("id", "kind", "operation", "aspect", "place", "reason")
    return (
        isinstance(report.get("operations"), dict)
        and isinstance(rows, list)
        and all(
            isinstance(row, dict) and all(isinstance(row.get(name), str) for name in names)
            for row in rows
        )
    )


def lines(result: Comparison, drift: Drift | None) -> Iterator[str]:
    """The differences, and their sum."""
    for kind in Kind:
        found = result.of(kind)
        if found:
            tone = "yellow" if kind is Kind.FLAKY else "red"
            yield style(f"{TITLES[kind]} ({len(found)})", fg=tone)
            for together in _by_cause(found, drift):
                yield from _difference_lines(together, drift)
    yield from (*_gone(drift), *_rest(result), *_sum(result, drift))


def _by_cause(
    differences: Sequence[Difference], drift: Drift | None
) -> Iterable[Sequence[Sequence[Difference]]]:
    """The differences by what probably causes them: of each, places with all their operations.

    What several operations have in common has one cause, and so have the members, or headers, that
    one side lacks in the same responses.
    """
    places: dict[tuple[str, str, str, bool], list[Difference]] = {}
    for each in differences:
        new = drift is not None and each.id in drift.new
        places.setdefault((each.aspect, each.place, each.reason, new), []).append(each)
    causes: dict[tuple[object, ...], list[list[Difference]]] = {}
    for (aspect, place, reason, new), found in places.items():
        status = place.partition(" ")[0] if aspect in ("presence", "header") else place
        operations = tuple(each.operation for each in found)
        mark = (aspect, status, reason, new, operations, found[0].suggestion.mend)
        causes.setdefault(mark, []).append(found)
    return causes.values()


def _difference_lines(places: Sequence[Sequence[Difference]], drift: Drift | None) -> Iterator[str]:
    each = places[0][0]
    new = "  NEW" if drift is not None and each.id in drift.new else ""
    requests = max(sum(one.count for one in found) for found in places)
    many = f", {requests} requests" if requests > 1 else ""
    others = [one.operation for one in places[0][1:]]
    more = f" and {len(others)} more: {_listed(others)}" if others else ""
    yield from _wrapped(f"{each.operation}{new}{more}", 2)
    further = [found[0].place.partition(" ")[2] for found in places[1:]]
    also = f", {_listed(further)}" if further else ""
    place = f"{each.aspect} {each.place}{also}".strip()
    yield from _wrapped(f"{place} ({each.case}{many})", 4)
    yield from _wrapped(each.reason, 6)
    yield from _wrapped(f"{each.suggestion.mend}: {each.suggestion.text}", 6)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _wrapped(text: str, indent: int) -> Iterator[str]:
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
