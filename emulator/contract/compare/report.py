"""The report as data, without secrets: `--json` writes it, `--since` and the page read it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.contract.compare.drift import Drift
from emulator.contract.compare.values import TITLES, ComparedExchange, Comparison, Difference, Kind
from emulator.contract.reports.files import ReportError
from emulator.contract.reports.page import render
from emulator.http.known_secrets import Mask
from emulator.http.messages import Headers, Json
from emulator.http.redaction import Redaction

VERSION = 1

#: Characters of a body in the report.
EXCERPT = 4_000


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
