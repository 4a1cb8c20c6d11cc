"""The values of a contract check: what to check and how, and what was found."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from emulator.messages import Headers, Json

#: The phases of a check, in the order in which they run.
PHASES = ("examples", "coverage", "fuzzing", "stateful")

#: The error of a check that was stopped by hand.
INTERRUPTED = "interrupted"

#: The files a check can write, by kind: what follows the target's name.
REPORT_SUFFIXES: Mapping[str, str] = {
    "junit": ".junit.xml",
    "har": ".har.json",
    "ndjson": ".ndjson",
}


class ExitCode(IntEnum):
    """What a run says to the shell; the larger one wins when several targets are checked."""

    FINE = 0
    FINDINGS = 1
    NOT_RUN = 2


@dataclass(frozen=True, slots=True)
class Target:
    """What is checked: a document and the server that claims to follow it.

    `document` is OpenAPI 3.x without references to other files. Exactly one of `app` (an ASGI
    application, called in process below the path of `servers[0]`) and `base_url` (of a live server,
    base path included) is given. `headers` go with every request; `credentials` (security scheme,
    value; `user:password` for basic) go where a scheme wants them, with requests to operations that
    ask for it. Both are masked wherever shown.
    """

    name: str
    document: Mapping[str, Json]
    app: Any | None = None
    base_url: str | None = None
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check.

    An empty `checks` means all. `include` and `exclude` are globs over an operation's label
    ("POST /pets"), path and operationId. One worker makes a seed repeatable; more don't.
    """

    seed: int = 0
    max_examples: int = 20
    checks: tuple[str, ...] = ()
    phases: tuple[str, ...] = PHASES
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    workers: int = 1
    timeout_s: float = 10.0
    max_stream_events: int = 20
    mask_credentials: bool = True
    reports: tuple[str, ...] = ()
    report_dir: Path = field(default_factory=lambda: Path("reports"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise of one operation, with a request that shows it.

    `operation` reads "POST /pets"; `curl` reproduces the request. `request` and `response` are
    excerpts. `status` is None where no answer belongs to the finding.
    """

    operation: str
    check: str
    title: str
    reason: str
    status: int | None
    curl: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check of one target has come."""

    name: str
    phase: str
    operations_tested: int
    operations_total: int
    cases: int
    findings: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the check of one target found; `errors` say why something could not be checked."""

    name: str
    seed: int
    findings: tuple[Finding, ...] = ()
    operations_tested: int = 0
    operations_total: int = 0
    untested: tuple[str, ...] = ()
    cases: int = 0
    seconds: float = 0.0
    errors: tuple[str, ...] = ()
    reports: tuple[Path, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the check; the findings so far are kept."""
        return INTERRUPTED in self.errors

    @property
    def exit_code(self) -> ExitCode:
        """What this result says to the shell; a run that checked nothing is never fine."""
        if self.errors or not self.operations_tested or not self.cases:
            return ExitCode.NOT_RUN
        return ExitCode.FINDINGS if self.findings else ExitCode.FINE


def seed_number(text: str) -> int:
    """The seed a user means: digits are the number itself, any other text is hashed into one."""
    if text.isascii() and text.isdigit():
        return int(text)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def report_path(name: str, options: CheckOptions, kind: str) -> Path:
    """Where the report of the target called `name` goes."""
    return options.report_dir / f"{name}{REPORT_SUFFIXES[kind]}"
