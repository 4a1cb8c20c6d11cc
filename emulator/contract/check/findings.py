"""The values of a contract check: what to check and how, and what was found."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from emulator.http.messages import Headers, Json
from emulator.openapi.document.model import Api
from emulator.openapi.promises.model import Basis, Contract

#: The phases of a check, in the order in which they run.
PHASES = ("behaviour", "examples", "coverage", "fuzzing", "stateful")

#: The phase of our own scenarios; the others are the engine's.
BEHAVIOUR = "behaviour"

#: The error of a check that was stopped by hand.
INTERRUPTED = "interrupted"

#: How often a 429 with Retry-After is waited out.
RETRIES = 3

#: The files a check can write, by kind: what follows the target's name.
REPORT_SUFFIXES: Mapping[str, str] = {
    "junit": ".junit.xml",
    "har": ".har.json",
    "ndjson": ".ndjson",
    "json": ".json",
    "html": ".html",
}


#: Checks whose reasons tell mistakes apart, and those whose findings are of one operation each.
_BY_RESPONSE = frozenset({"not_a_server_error", "positive_data_acceptance"})
_BY_REASON = frozenset({"response_schema_conformance", "response_headers_conformance"})
_BY_OPERATION = frozenset(
    {
        "negative_data_rejection",
        "life_cycle",
        "pagination",
        "idempotency",
        "event_grammar",
        "odd_input",
    }
)


class ExitCode(IntEnum):
    """The exit code of a run; the largest one counts when several targets are checked."""

    FINE = 0
    FINDINGS = 1
    NOT_RUN = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What a check may send to a server.

    `safe_only`: nothing is sent that might change something. `retries` is how often a 429 with
    Retry-After is waited out.
    """

    retries: int = 0
    safe_only: bool = False
    max_stream_events: int = 20


@dataclass(frozen=True, slots=True)
class Target:
    """What is checked: a document and the server that claims to follow it.

    `document` is OpenAPI 3.x without references to other files. Exactly one of `app` (an ASGI
    application, called in process below the path of `servers[0]`) and `base_url` (of a live server,
    base path included) is given. `headers` go with every request; `credentials` (security scheme,
    value; `user:password` for basic) go where a scheme wants them, with requests to operations that
    ask for it. Both are masked in all output. `api` is the compiled document, if there is one;
    `contract` what is promised besides it. `tools` are tools that only read, with arguments.
    """

    name: str
    document: Mapping[str, Json]
    app: Any | None = None
    base_url: str | None = None
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()
    api: Api | None = None
    contract: Contract = field(default_factory=Contract)
    tools: tuple[tuple[str, Mapping[str, Json]], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check.

    An empty `checks` means all. `include` and `exclude` are globs over an operation's label
    ("POST /pets"), path and operationId. Only one worker makes a seed repeatable. Without
    `allow_writes`, a live server is only sent requests that change nothing. `resume` is the file
    that logs the responses of a run.
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
    allow_writes: bool = False
    rate_per_s: float | None = None
    max_requests: int | None = None
    max_time_s: float | None = None
    resume: Path | None = None
    reports: tuple[str, ...] = ()
    report_dir: Path = field(default_factory=lambda: Path("reports"))

    def limits_for(self, target: Target) -> Limits:
        """The limits for a target; the emulator in process is trusted with everything."""
        live = target.app is None
        return Limits(
            retries=RETRIES if live else 0,
            safe_only=live and not self.allow_writes,
            max_stream_events=self.max_stream_events,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise of one operation, with a request that shows it.

    `operation` reads "POST /pets"; `curl` reproduces the request. `request` and `response` are
    excerpts. `status` is None where no response belongs to the finding. `basis` is what the promise
    rests on; `key` identifies the finding.
    """

    operation: str
    check: str
    title: str
    reason: str
    status: int | None
    curl: str
    request: str
    response: str
    basis: Basis = Basis.DOCUMENT
    key: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Identifies the same finding in other runs."""
        parts = self.key or (self.operation, self.check, self.title)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]

    @property
    def cause(self) -> tuple[str, ...]:
        """The same for findings of several operations that one mistake leads to.

        What a reason says of its own operation (what it documents, its method) doesn't count; of
        two server errors, or rejections of valid requests, the bodies have to be the same.
        """
        reason = self.reason
        if self.check in _BY_OPERATION:
            reason = self.operation
        elif self.check in _BY_RESPONSE:
            reason = self.response
        elif self.check not in _BY_REASON:
            first = reason.partition("\n")[0]
            own = {*self.operation.split(" "), self.request.partition(" ")[0]}
            reason = " ".join(word for word in first.split(" ") if word.strip("`'") not in own)
        return (self.check, self.title, str(self.status), reason)


def by_cause(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """The findings of each cause, in the order of the first ones."""
    causes: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        causes.setdefault(each.cause, []).append(each)
    return tuple(map(tuple, causes.values()))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the check of one target found; `errors` say why something could not be checked.

    `accepted` are findings the baseline knows, `gone` entries of it that were not found again.
    `left_out` are operations that might change something, `stopped` says which budget ended it.
    `never` are operations of which no valid request was accepted; `notes` say more about the run.
    """

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
    accepted: tuple[Finding, ...] = ()
    gone: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    stopped: str = ""
    remembered: int = 0
    never: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the check; the findings so far are kept."""
        return INTERRUPTED in self.errors

    @property
    def exit_code(self) -> ExitCode:
        """The exit code; a run that checked nothing, or was cut short, is never fine."""
        if self.errors or not self.operations_tested or not self.cases:
            return ExitCode.NOT_RUN
        if self.findings:
            return ExitCode.FINDINGS
        return ExitCode.NOT_RUN if self.stopped else ExitCode.FINE


def seed_number(text: str) -> int:
    """The number of a seed: digits are the number itself, any other text is hashed."""
    if text.isascii() and text.isdigit():
        return int(text)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def report_path(name: str, options: CheckOptions, kind: str) -> Path:
    """The report file of the target called `name`."""
    return options.report_dir / f"{name}{REPORT_SUFFIXES[kind]}"


def fingerprint(target: Target, options: CheckOptions) -> str:
    """Identifies runs that send the same requests."""
    parts = (
        *(options.seed, options.max_examples, options.checks, options.phases, options.include),
        *(options.exclude, options.allow_writes, options.max_stream_events, target.base_url),
    )
    text = json.dumps([*parts, target.document, repr(target.contract)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
