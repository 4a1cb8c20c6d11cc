"""Settings: each row gives the flag, the environment variable, the help and the documentation."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from emulator.errors import SettingsError
from emulator.http.targets import LOOPBACK, THIS_MACHINE, Targets, parse_targets

#: The schedule of Svix, the sender behind many services; it gives up after 28 hours.
RETRIES = "5,300,1800,7200,18000,36000,36000"

_UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "kib": 1024, "mib": 1_048_576}


def parse_size(text: str) -> int:
    """Bytes from `500`, `10MB` or `10 MiB`; ValueError otherwise."""
    match = re.fullmatch(r"(\d{1,12})\s*([A-Za-z]*)", text.strip())
    if match is None or match[2].lower() not in _UNITS:
        raise ValueError("write it as a number of bytes, or like 500KB, 10MB, 64MiB")
    return int(match[1]) * _UNITS[match[2].lower()]


def parse_prefixes(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, base path) pairs from `petstore=/v1`; ValueError otherwise. `/` is the root."""
    pairs = []
    for text in texts:
        match = re.fullmatch(r"([a-z0-9-]+)=((?:/[^/?#\s{}]+)*/?)", text)
        if match is None:
            raise ValueError("write it like petstore=/v1, or petstore=/ for the root")
        pairs.append((match[1], match[2].rstrip("/")))
    return tuple(pairs)


def parse_time(text: str) -> datetime:
    """A time from RFC 3339 text, in UTC if it has no offset; ValueError otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("write it like 2026-04-28T14:30:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_waits(text: str) -> tuple[timedelta, ...]:
    """Waits from comma-separated seconds (`5,300`), none from `""`; ValueError otherwise."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(re.fullmatch(r"\d{1,9}(\.\d{1,3})?", part) for part in parts):
        raise ValueError("write comma-separated seconds: 5,300,1800")
    return tuple(timedelta(seconds=float(part)) for part in parts)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. `parse` turns text into the value; its ValueError says what it accepts."""

    name: str
    help: str
    default: Any
    parse: Callable[[str], Any] = str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    repeatable: bool = False

    @property
    def flag(self) -> str:
        """`--body-limit` for `body_limit`."""
        return "--" + self.name.replace("_", "-")

    @property
    def environment(self) -> str:
        """`EMULATOR_BODY_LIMIT` for `body_limit`."""
        return "EMULATOR_" + self.name.upper()

    @property
    def is_switch(self) -> bool:
        """Whether it is a flag without a value."""
        return isinstance(self.default, bool)


SETTINGS: tuple[Setting, ...] = (
    Setting("host", "Address to listen on.", "127.0.0.1", metavar="ADDRESS"),
    Setting("port", "Port to listen on; 0 picks a free one.", 4010, int, "N"),
    Setting(
        "admin_token",
        "Bearer token that the control plane requires. By default none on loopback; on any other"
        " address a new one, printed at start.",
        None,
        metavar="TOKEN",
    ),
    Setting(
        "auth",
        "Which credentials to accept: `any` of the documented kind that has not expired, only"
        " `known` ones (in the state file, or signed with the development key), or `off`: none"
        " are required.",
        "any",
        choices=("any", "known", "off"),
    ),
    Setting(
        "fixtures",
        "Folder of your own fixtures, one subfolder per API, used instead of the service's own.",
        None,
        Path,
        "DIR",
    ),
    Setting(
        "state",
        "State file used instead of each API's own: credentials for the APIs whose security"
        " schemes it names, records, limits.",
        None,
        Path,
        "FILE",
    ),
    Setting(
        "public_key",
        "PEM file with the RSA public key that verifies your JWTs; by default the development key.",
        None,
        Path,
        "FILE",
    ),
    Setting(
        "prefix",
        "Base path of a document, by its name, instead of those of its `servers`: petstore=/v1."
        " Repeatable.",
        (),
        metavar="NAME=/PATH",
        repeatable=True,
    ),
    Setting(
        "faults",
        "File of fault rules (as for POST /__admin/faults) that every scope starts with.",
        None,
        Path,
        "FILE",
    ),
    Setting(
        "mappings",
        "Folder of stubs in WireMock's layout (mappings/*.json, __files) that every scope starts"
        " with.",
        None,
        Path,
        "DIR",
    ),
    Setting("fault_log", "Write every injected fault to this file.", None, Path, "FILE"),
    Setting(
        "replay_faults",
        "Inject the faults of this log again, at the same requests, and no others.",
        None,
        Path,
        "FILE",
    ),
    Setting("seed", "Seed for everything that is generated.", "emulator", metavar="TEXT"),
    Setting("body_limit", "Largest request body; a larger one gets a 413.", "10MB", metavar="SIZE"),
    Setting(
        "journal_limit",
        "Exchanges that a scope's journal keeps; 0 keeps none.",
        10_000,
        int,
        "N",
    ),
    Setting("journal_size", "Most that all journals together may hold.", "64MB", metavar="SIZE"),
    Setting(
        "now",
        "Freeze the clock at this time, for responses that never change.",
        None,
        metavar="TIME",
    ),
    Setting(
        "strict_accept",
        "Respond with 406 when a request accepts none of the documented media types.",
        False,
    ),
    Setting(
        "cassette", "Folder of recorded exchanges (`emulator record`) to replay.", None, Path, "DIR"
    ),
    Setting(
        "unmatched",
        "Requests that the cassette doesn't have: `fallback` responds from the document, `fail`"
        " rejects them.",
        "fallback",
        choices=("fallback", "fail"),
    ),
    Setting(
        "webhook_targets",
        "Hosts that webhooks may be delivered to, comma-separated, besides this machine; or `any`.",
        LOOPBACK,
        metavar="HOSTS",
    ),
    Setting(
        "webhook_retries",
        "Seconds to wait before each retry of a webhook delivery, comma-separated.",
        RETRIES,
        metavar="SECONDS",
    ),
    Setting("strict", "Treat notices about documents and fixtures as errors.", False),
    Setting("watch", "Reload documents and fixtures when they change; state is kept.", False),
    Setting("verbose", "Print a line for every request.", False),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the emulator is configured: a field per row, and `specs`.

    `specs` are files or names of installed services; empty means all installed services.
    """

    specs: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 4010
    admin_token: str | None = None
    auth: Literal["any", "known", "off"] = "any"
    fixtures: Path | None = None
    state: Path | None = None
    public_key: Path | None = None
    prefix: tuple[tuple[str, str], ...] = ()
    faults: Path | None = None
    mappings: Path | None = None
    fault_log: Path | None = None
    replay_faults: Path | None = None
    seed: str = "emulator"
    body_limit: int = 10_000_000
    journal_limit: int = 10_000
    journal_size: int = 64_000_000
    now: datetime | None = None
    strict_accept: bool = False
    cassette: Path | None = None
    unmatched: Literal["fallback", "fail"] = "fallback"
    webhook_targets: Targets = THIS_MACHINE
    webhook_retries: tuple[timedelta, ...] = parse_waits(RETRIES)
    strict: bool = False
    watch: bool = False
    verbose: bool = False


def make_settings(specs: tuple[str, ...], values: Mapping[str, Any]) -> Settings:
    """`Settings` from flags and environment variables, by name; raises SettingsError."""
    rows = {row.name: row for row in SETTINGS}
    parsed = dict(values)
    for name, value in values.items():
        if name not in rows:
            raise SettingsError(name, "there is no such setting", f"one of: {', '.join(rows)}")
        parse: Callable[[Any], Any] = _PARSERS.get(name) or rows[name].parse
        if isinstance(value, str | tuple):
            try:
                parsed[name] = parse(value)
            except ValueError as error:
                raise SettingsError(
                    rows[name].flag, f"{value!r} can't be read", str(error)
                ) from error
    return Settings(specs=specs, **parsed)


#: Parsers for texts that click's own types don't read.
_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "body_limit": parse_size,
    "journal_size": parse_size,
    "now": parse_time,
    "prefix": parse_prefixes,
    "webhook_targets": parse_targets,
    "webhook_retries": parse_waits,
}
