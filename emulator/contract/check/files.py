"""The report files that are ours: JSON for programs, one HTML page for people.

They are written as a whole and put in place at once, again and again while a check runs: whoever
looks at them sees a whole report, even after the check was killed.
"""

import functools
import json
import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from jinja2 import Environment, Template

from emulator.contract.check.findings import CheckResult, Finding
from emulator.http.messages import Json

#: The kinds of files written here.
KINDS = ("json", "html")


def write_report(kind: str, path: Path, result: CheckResult) -> None:
    """Write one report in place of an older one; raises OSError."""
    text = as_html(result) if kind == "html" else json.dumps(as_json(result), indent=2) + "\n"
    half = path.with_name(f".{path.name}.part")
    half.write_text(text, encoding="utf-8")
    os.replace(half, path)


def as_json(result: CheckResult) -> Mapping[str, Json]:
    """The result as the JSON report has it."""
    return {
        "api": result.name,
        "seed": result.seed,
        "status": result.exit_code.name.lower().replace("_", " "),
        "operations": {
            "total": result.operations_total,
            "tested": result.operations_tested,
            "untested": list(result.untested),
            "left_out": list(result.left_out),
        },
        "cases": result.cases,
        "seconds": round(result.seconds, 3),
        "stopped": result.stopped or None,
        "errors": list(result.errors),
        "findings": [_finding(each) for each in result.findings],
        "accepted": [_finding(each) for each in result.accepted],
        "gone": list(result.gone),
    }


def _finding(finding: Finding) -> Mapping[str, Json]:
    names = ("id", "operation", "check", "basis", "title", "reason", "status")
    shown = {name: getattr(finding, name) for name in names}
    return {**shown, "request": finding.request, "response": finding.response, "curl": finding.curl}


def as_html(result: CheckResult) -> str:
    """The result as one page that needs nothing else."""
    findings = (*result.findings, *result.accepted)
    checks = sorted({each.check for each in findings})
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for each in findings:
        cells = rows.setdefault((each.operation, str(each.status or "none")), {})
        cells[each.check] = cells.get(each.check, 0) + 1
    return _page().render(
        result=result,
        accepted={each.id for each in result.accepted},
        findings=findings,
        checks=checks,
        rows=sorted(rows.items()),
        fine=sorted(set(result.tested) - {each.operation for each in findings}),
    )


@functools.cache
def _page() -> Template:
    source = (
        resources.files("emulator.contract.check").joinpath("report.html.j2").read_text("utf-8")
    )
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
