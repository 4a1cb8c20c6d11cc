"""The engine's events as values, batches of cases and findings, and in its own report files."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO, cast

from schemathesis.baseline import failure_identity
from schemathesis.config import OutputConfig, SanitizationConfig
from schemathesis.engine import events
from schemathesis.engine.recorder import CheckNode, Interaction, ScenarioRecorder
from schemathesis.engine.statistic import Statistic
from schemathesis.generation.meta import coverage_scenario, report_label
from schemathesis.reporting.har import HarWriter
from schemathesis.reporting.junitxml import JunitXmlWriter
from schemathesis.reporting.ndjson import NdjsonWriter
from schemathesis.reporting.recorders import scenario_records

from emulator.contract.check.acceptance import AnsweredRequest
from emulator.contract.check.engine.checks import basis_of
from emulator.contract.check.engine.isolation import IN_PROCESS
from emulator.contract.check.findings import CheckOptions, Finding, report_path
from emulator.http.known_secrets import Mask
from emulator.http.redaction import REDACTED

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
    attempts: tuple[AnsweredRequest, ...] = ()


def batch_of(event: events.ScenarioFinished, mask: Mask) -> Batch:
    """One finished scenario of the engine, or of ours."""
    recorder = event.recorder
    checked = [case_id for case_id in recorder.cases if recorder.checks.get(case_id)]
    return Batch(
        phase=event.phase.value,
        tested=frozenset(recorder.cases[case_id].value.operation.label for case_id in checked),
        cases=sum(i.response is not None for i in recorder.interactions.values()),
        findings=tuple(
            _finding(recorder, case_id, check, mask)
            for case_id in checked
            for check in recorder.checks[case_id]
            if check.failure_info is not None
        ),
        attempts=tuple(_attempts(recorder)),
    )


def _attempts(recorder: ScenarioRecorder) -> Iterator[AnsweredRequest]:
    """The valid requests to operations; those that checks derive from others are none."""
    for case_id, node in recorder.cases.items():
        case, interaction = node.value, recorder.interactions.get(case_id)
        derived = node.parent_id is not None and node.transition is None
        positive = case.meta is not None and case.meta.generation.mode.is_positive
        if positive and not derived and interaction is not None and interaction.response:
            yield AnsweredRequest(case.operation.label, interaction.response.status_code)


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


@dataclass(frozen=True, slots=True)
class MaskedFile:
    """A text file that masks what is written to it; closing it stays with who opened it."""

    file: TextIO
    mask: Mask

    def write(self, text: str) -> int:
        """Write the masked text; the number of characters of the unmasked one."""
        self.file.write(self.mask(text))
        return len(text)

    def flush(self) -> None:
        """Flush the file."""
        self.file.flush()


class Reports:
    """The report files of one run, written by Schemathesis' own writers."""

    def __init__(
        self,
        schema: Any,
        name: str,
        options: CheckOptions,
        mask: Mask,
        secret_names: tuple[str, ...],
        stack: ExitStack,
    ) -> None:
        self._statistic = Statistic()
        self._output: OutputConfig = schema.config.output
        self._writers: list[Callable[[events.EngineEvent], None]] = []
        known = SanitizationConfig().keys_to_sanitize
        sanitization = SanitizationConfig(
            enabled=options.mask_credentials,
            keys_to_sanitize=tuple(sorted({*known, *map(str.lower, secret_names)})),
            replacement=REDACTED,
        )
        for kind in options.reports:
            path = report_path(name, options, kind)
            opened = stack.enter_context(path.open("w", encoding="utf-8"))
            file = cast(TextIO, MaskedFile(opened, mask))
            if kind == "junit":
                junit = JunitXmlWriter(file)
                stack.callback(self._close_junit, junit)
                self._writers.append(partial(self._write_junit, junit))
            elif kind == "har":
                har = HarWriter(file, OutputConfig(sanitization=sanitization))
                har.open()
                stack.callback(har.close)
                self._writers.append(partial(_write_har, har))
            elif kind == "ndjson":
                ndjson = NdjsonWriter(file, sanitization if sanitization.enabled else None)
                ndjson.open(options.seed, command="emulator check")
                stack.callback(ndjson.close)
                self._writers.append(ndjson.write_event)

    def write(self, event: events.EngineEvent) -> None:
        """Write one event to every file that takes it."""
        for write in self._writers:
            write(event)

    def _write_junit(self, junit: JunitXmlWriter, event: events.EngineEvent) -> None:
        if isinstance(event, events.ScenarioFinished):
            self._statistic.on_scenario_finished(event.recorder)
        for record in scenario_records(self._statistic, event):
            junit.record_scenario(
                record.label, record.elapsed_sec, record.failures, record.skip_reason, self._output
            )
        if isinstance(event, events.NonFatalError):
            junit.record_error(event.label, one_line(event.info))

    def _close_junit(self, junit: JunitXmlWriter) -> None:
        junit.unskip(self._statistic.tested_operations)
        junit.close()


def _write_har(har: HarWriter, event: events.EngineEvent) -> None:
    if isinstance(event, events.ScenarioFinished):
        har.write(event.recorder)


def one_line(info: Any) -> str:
    """An error of the engine in one line."""
    return " ".join(part for part in (f"{info.title}:", info.message, *info.extras) if part)
