"""The door to Schemathesis: the only module that imports it (pinned to 4.32, its engine moves).

Nothing of it leaves here: events come out as `Batch` values. What Schemathesis would otherwise do
on its own is switched off: reading `schemathesis.toml`, expanding `${VARIABLES}` in headers,
keeping a cache, an example database or `.hypothesis`, and reading the application's source.
"""

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TextIO, cast

import schemathesis
from schemathesis import engine
from schemathesis.baseline import failure_identity
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import OutputConfig, SanitizationConfig, SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.engine import events
from schemathesis.engine.recorder import CheckNode, Interaction, ScenarioRecorder
from schemathesis.engine.statistic import Statistic
from schemathesis.generation.meta import coverage_scenario, report_label
from schemathesis.python import asgi
from schemathesis.reporting.har import HarWriter
from schemathesis.reporting.junitxml import JunitXmlWriter
from schemathesis.reporting.ndjson import NdjsonWriter
from schemathesis.reporting.recorders import scenario_records
from schemathesis.schemas import BaseSchema

from emulator.contract.credentials import REPLACEMENT, Mask, MaskedFile, mask_of, secret_headers
from emulator.contract.document import credential_names
from emulator.contract.engine_settings import engine_settings, joined
from emulator.contract.findings import INTERRUPTED, CheckOptions, Finding, Target, report_path
from emulator.contract.isolation import isolated

#: Where `emulator serve` listens unless told otherwise: makes in-process findings reproducible.
_SERVED_AT = "http://127.0.0.1:4010"
_IN_PROCESS = f"http://{asgi.HOST}"
_EXCERPT = 600

#: Tells two findings apart: operation, check, kind of failure and its place in the schema.
Key = tuple[str, ...]


class EngineError(Exception):
    """Schemathesis can't take the document or the options; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one scenario of the engine brought: several requests to one or more operations."""

    phase: str = ""
    tested: frozenset[str] = frozenset()
    cases: int = 0
    findings: tuple[tuple[Key, Finding], ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A check that can be started once: the selected operations and what happens to them."""

    operations: tuple[str, ...]
    batches: Iterator[Batch]


@contextmanager
def prepared(target: Target, options: CheckOptions) -> Iterator[Run]:
    """A run of the engine; leaving the context stops it and closes its reports.

    Raises `EngineError` for a document or option the engine refuses.
    """
    with ExitStack() as stack:
        stack.enter_context(isolated())
        # Ends the application's lifespan, which the engine would keep until the process exits.
        stack.callback(asgi.shutdown_lifespans)
        try:
            schema = _schema(target, options)
            labels = tuple(
                result.ok().label
                for result in schema.get_all_operations()
                if isinstance(result, Ok)
            )
            stream = engine.from_schema(schema).execute()
        except Exception as error:
            # The engine asserts its way through malformed documents: no narrower class covers it.
            raise EngineError(_reason(error)) from error
        stack.callback(stream.stop)
        mask = mask_of(target.headers, target.credentials) if options.mask_credentials else Mask()
        reports = _Reports(schema, target, options, mask, stack)
        yield Run(labels, _batches(cast(Iterator[events.EngineEvent], stream), mask, reports))


def _reason(error: Exception) -> str:
    return str(error) or f"the engine failed with {type(error).__name__}"


def check_names() -> tuple[str, ...]:
    """The names of every check the engine knows, sorted."""
    load_all_checks()
    return tuple(sorted({check.__name__ for check in CHECKS.get_all()}))


def _schema(target: Target, options: CheckOptions) -> BaseSchema:
    config = SchemathesisConfig.from_dict(engine_settings(target, options))
    # `update` takes headers literally; in `from_dict` a `${...}` would read the environment.
    config.projects.default.update(headers=joined(target.headers), base_url=target.base_url)
    # Copied, because the engine writes inferred links into the document.
    document = copy.deepcopy(dict(target.document))
    schema: BaseSchema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = target.app
    if options.include:
        # As an exclusion of the rest: beside `operations` in the settings the engine takes what is
        # included for one more choice.
        schema = schema.exclude(lambda context: not _matches(context.operation, options.include))
    if options.exclude:
        schema = schema.exclude(lambda context: _matches(context.operation, options.exclude))
    return schema


def _matches(operation: Any, patterns: tuple[str, ...]) -> bool:
    names = (operation.label, operation.path, operation.definition.raw.get("operationId") or "")
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _batches(
    stream: Iterator[events.EngineEvent], mask: Mask, reports: "_Reports"
) -> Iterator[Batch]:
    for event in stream:
        reports.write(event)
        if isinstance(event, events.ScenarioFinished):
            yield _batch(event, mask)
        elif isinstance(event, events.NonFatalError):
            yield Batch(errors=(mask(f"{event.label}: {_one_line(event.info)}"),))
        elif isinstance(event, events.FatalError):
            yield Batch(errors=(mask(_reason(event.exception)),))
        elif isinstance(event, events.Interrupted):
            yield Batch(errors=(INTERRUPTED,))


def _one_line(info: Any) -> str:
    return " ".join(part for part in (f"{info.title}:", info.message, *info.extras) if part)


def _batch(event: events.ScenarioFinished, mask: Mask) -> Batch:
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
    finding = Finding(
        operation=label,
        check=check.name,
        title=failure.title,
        reason=mask(failure.message),
        status=interaction.response.status_code if interaction.response else None,
        curl=mask(check.failure_info.code_sample.replace(_IN_PROCESS, _SERVED_AT)),
        request=mask(_request(interaction).replace(_IN_PROCESS, _SERVED_AT)),
        response=mask(_response(interaction)),
    )
    return (label, *map(str, failure_identity(failure, check.name))), finding


def _request(interaction: Interaction) -> str:
    request = interaction.request
    return _excerpt(f"{request.method} {request.uri}", request.body)


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


class _Reports:
    """The report files of one run, written by Schemathesis' own writers."""

    def __init__(
        self, schema: Any, target: Target, options: CheckOptions, mask: Mask, stack: ExitStack
    ) -> None:
        self._statistic = Statistic()
        self._output: OutputConfig = schema.config.output
        self._junit: JunitXmlWriter | None = None
        self._har: HarWriter | None = None
        self._ndjson: NdjsonWriter | None = None
        sanitization = _sanitization(target, options)
        for kind in options.reports:
            file = cast(TextIO, MaskedFile(_file(target, options, kind, stack), mask))
            if kind == "junit":
                self._junit = JunitXmlWriter(file)
                stack.callback(self._close_junit)
            elif kind == "har":
                self._har = HarWriter(file, OutputConfig(sanitization=sanitization))
                self._har.open()
                stack.callback(self._har.close)
            elif kind == "ndjson":
                self._ndjson = NdjsonWriter(file, sanitization if sanitization.enabled else None)
                self._ndjson.open(options.seed, command="emulator check")
                stack.callback(self._ndjson.close)

    def write(self, event: events.EngineEvent) -> None:
        """Write one event to every file that wants it."""
        if self._ndjson is not None:
            self._ndjson.write_event(event)
        if self._har is not None and isinstance(event, events.ScenarioFinished):
            self._har.write(event.recorder)
        if self._junit is not None:
            self._write_junit(self._junit, event)

    def _write_junit(self, junit: JunitXmlWriter, event: events.EngineEvent) -> None:
        if isinstance(event, events.ScenarioFinished):
            self._statistic.on_scenario_finished(event.recorder)
        for record in scenario_records(self._statistic, event):
            junit.record_scenario(
                record.label, record.elapsed_sec, record.failures, record.skip_reason, self._output
            )
        if isinstance(event, events.NonFatalError):
            junit.record_error(event.label, _one_line(event.info))

    def _close_junit(self) -> None:
        assert self._junit is not None
        self._junit.unskip(self._statistic.tested_operations)
        self._junit.close()


def _file(target: Target, options: CheckOptions, kind: str, stack: ExitStack) -> TextIO:
    path = report_path(target.name, options, kind)
    return stack.enter_context(path.open("w", encoding="utf-8"))


def _sanitization(target: Target, options: CheckOptions) -> SanitizationConfig:
    secret = {name.lower() for name, _ in secret_headers(target.headers)}
    known = SanitizationConfig().keys_to_sanitize
    names = {*known, *credential_names(target.document), *secret}
    return SanitizationConfig(
        enabled=options.mask_credentials,
        keys_to_sanitize=tuple(sorted(names)),
        replacement=REPLACEMENT,
    )
