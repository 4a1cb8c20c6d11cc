"""The engine's events as values: batches of cases and findings."""

from dataclasses import dataclass

from schemathesis.baseline import failure_identity
from schemathesis.engine import events
from schemathesis.engine.recorder import CheckNode, Interaction, ScenarioRecorder
from schemathesis.generation.meta import coverage_scenario, report_label

from emulator.contract.check.engine.checks import basis_of
from emulator.contract.check.engine.isolation import IN_PROCESS
from emulator.contract.check.findings import Finding
from emulator.http.known_secrets import Mask

#: Where `emulator serve` listens unless told otherwise: makes in-process findings reproducible.
_SERVED_AT = "http://127.0.0.1:4010"
_EXCERPT = 600

#: Identifies a finding: operation, check, kind of failure and its place in the schema.
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The results of one scenario: several requests to one or more operations."""

    phase: str = ""
    tested: frozenset[str] = frozenset()
    cases: int = 0
    findings: tuple[tuple[Key, Finding], ...] = ()
    errors: tuple[str, ...] = ()


def batch_of(event: events.ScenarioFinished, mask: Mask, phase: str = "") -> Batch:
    """One finished scenario; `phase` where it is not the engine's own."""
    recorder = event.recorder
    checked = [case_id for case_id in recorder.cases if recorder.checks.get(case_id)]
    return Batch(
        phase=phase or event.phase.value,
        tested=frozenset(recorder.cases[case_id].value.operation.label for case_id in checked),
        cases=sum(i.response is not None for i in recorder.interactions.values()),
        findings=tuple(
            _finding(recorder, case_id, check, mask)
            for case_id in checked
            for check in recorder.checks[case_id]
            if check.failure_info is not None
        ),
    )


def _finding(
    recorder: ScenarioRecorder, case_id: str, check: CheckNode, mask: Mask
) -> tuple[Key, Finding]:
    case = recorder.cases[case_id].value
    assert check.failure_info is not None
    failure = check.failure_info.failure
    label = report_label(
        operation_label=case.operation.label,
        method=case.method,
        path=case.path,
        scenario=coverage_scenario(case),
    )
    interaction = recorder.interactions[case_id]
    sent = f"{interaction.request.method} {interaction.request.uri}"
    key = (label, *map(str, failure_identity(failure, check.name)))
    finding = Finding(
        operation=label,
        check=check.name,
        title=failure.title,
        reason=mask(failure.message),
        status=interaction.response.status_code if interaction.response else None,
        curl=mask(check.failure_info.code_sample.replace(IN_PROCESS, _SERVED_AT)),
        request=mask(_excerpt(sent.replace(IN_PROCESS, _SERVED_AT), interaction.request.body)),
        response=mask(_response(interaction)),
        basis=basis_of(failure, check.name),
        key=key,
    )
    return key, finding


def _response(interaction: Interaction) -> str:
    response = interaction.response
    if response is None:
        return ""
    kind = ", ".join(response.headers.get("content-type", ["no Content-Type"]))
    return _excerpt(f"{response.status_code} {response.message} ({kind})", response.content)


def _excerpt(line: str, body: bytes | None) -> str:
    if not body:
        return line
    text = body[:_EXCERPT].decode("utf-8", "replace")
    return f"{line}\n{text}" + ("…" if len(body) > _EXCERPT else "")
