"""The report files of Schemathesis' own writers: JUnit, HAR, NDJSON."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO, cast

from schemathesis.config import OutputConfig, SanitizationConfig
from schemathesis.engine import events
from schemathesis.engine.statistic import Statistic
from schemathesis.reporting.har import HarWriter
from schemathesis.reporting.junitxml import JunitXmlWriter
from schemathesis.reporting.ndjson import NdjsonWriter
from schemathesis.reporting.recorders import scenario_records

from emulator.contract.check.findings import CheckOptions, report_path
from emulator.http.known_secrets import Mask
from emulator.http.redaction import REDACTED


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
