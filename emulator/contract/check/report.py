"""The result of a check as JSON, as a page, and in a terminal."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from textwrap import indent

from click import style

from emulator.contract.check.findings import CheckResult, ExitCode, Finding, by_cause
from emulator.contract.reports.display import Progress, counted
from emulator.contract.reports.files import render
from emulator.http.messages import Json
from emulator.http.printable import printable

#: What is longer is shown whole in the files only.
_LONGEST = 1500

_TONES = {ExitCode.FINE: "green", ExitCode.FINDINGS: "red", ExitCode.NOT_RUN: "yellow"}


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
            "never_accepted": list(result.never),
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
    texts = ("request", "response", "curl")
    cause = hashlib.sha256("\0".join(finding.cause).encode()).hexdigest()[:12]
    return {"cause": cause, **{name: getattr(finding, name) for name in (*names, *texts)}}


def as_html(result: CheckResult) -> str:
    """The result as one page."""
    findings = (*result.findings, *result.accepted)
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for each in findings:
        cells = rows.setdefault((each.operation, str(each.status or "none")), {})
        cells[each.check] = cells.get(each.check, 0) + 1
    fine = sorted(set(result.tested) - {each.operation for each in findings})
    return render(
        "check.html",
        result=result,
        accepted={each.id for each in result.accepted},
        findings=findings,
        checks=sorted({each.check for each in findings}),
        rows=sorted(rows.items()),
        lists=[
            ("Without findings", fine),
            ("Not tested", result.untested),
            ("Left out: might change something", result.left_out),
            ("Never accepted", result.never),
            ("Accepted, and gone", result.gone),
        ],
    )


def lines(result: CheckResult) -> Iterator[str]:
    """The result for a terminal, with every finding and error."""
    done, total = result.operations_tested, result.operations_total
    head = Progress(result.name, done, total, result.cases, len(result.findings))
    yield f"{style(str(head), fg=_TONES[result.exit_code])}  {result.seconds:.1f} s"
    for place, findings in enumerate(by_cause(result.findings), 1):
        yield from ("", *_finding_lines(place, findings))
    if result.accepted:
        yield f"  {len(result.accepted)} more of the baseline"
    for text in result.gone:
        yield f"  of the baseline, but gone: {printable(text)}"
    yield from _circumstances(result)
    for error in result.errors:
        yield f"  {style('error:', fg='yellow')} {indent(printable(error), '    ').lstrip()}"
    for path in result.reports:
        yield f"  report: {path}"


def _circumstances(result: CheckResult) -> Iterator[str]:
    """What was not checked, and why."""
    if result.left_out:
        operations = counted(len(result.left_out), "operation")
        yield f"  left out: {operations} that may change something (--allow-writes)"
    if result.remembered:
        yield f"  taken up: {counted(result.remembered, 'answer')} of an earlier run"
    if result.stopped:
        yield f"  stopped: {result.stopped}"
    for note in result.notes:
        yield f"  {printable(note)}"
    for label in result.untested if result.cases else ():
        yield f"  not tested: {printable(label)}"


def summary(results: Sequence[CheckResult]) -> Iterator[str]:
    """The sum of all targets, and how to repeat the run."""
    findings = sum(len(result.findings) for result in results)
    causes = sum(len(by_cause(result.findings)) for result in results)
    stuck = sum(result.exit_code is ExitCode.NOT_RUN for result in results)
    parts = [counted(len(results), "API"), counted(findings, "finding")]
    if causes < findings:
        parts[-1] += f" of {counted(causes, 'cause')}"
    if stuck:
        parts.append(f"{stuck} could not be checked to the end")
    yield from ("", ", ".join(parts))
    if results:
        yield f"seed {results[0].seed}"


def _finding_lines(number: int, findings: Sequence[Finding]) -> Iterator[str]:
    """What was found once or for several operations, with the shortest request that shows it."""
    finding = min(findings, key=lambda each: len(each.curl))
    head = f"  {number}. {printable(finding.operation)}  {finding.check} ({finding.basis})"
    yield style(head, fg="red")
    yield _block("\n".join(part for part in (finding.title, finding.reason) if part))
    yield _block(f"answer: {finding.response}")
    curl = finding.curl
    whole = len(curl) <= _LONGEST
    yield _block(
        "request:\n" + (curl if whole else f"{curl[:_LONGEST]}… ({len(curl):,} characters)")
    )
    others = dict.fromkeys(each.operation for each in findings if each is not finding)
    others.pop(finding.operation, None)
    if others:
        yield _block(f"the same for {counted(len(others), 'more operation')}: {', '.join(others)}")


def _block(text: str) -> str:
    return indent(printable(text.rstrip()), "     ")
