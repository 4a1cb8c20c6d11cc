"""Settings: each row gives the flag, the environment variable, the help and the documentation."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from emulator.errors import SettingsError
from emulator.http import units
from emulator.http.nearest import unknown
from emulator.http.targets import LOOPBACK, Targets, parse_targets

#: The schedule of Svix, the sender behind many services; it gives up after 28 hours.
RETRIES = "5,300,1800,7200,18000,36000,36000"

_DIR = {"type": Path, "metavar": "DIR"}
_FILE = {"type": Path, "metavar": "FILE"}
_NUMBER = {"type": int, "metavar": "N"}
_SIZE = {"metavar": "SIZE", "parse": units.parse_size}
_SECONDS = {"metavar": "SECONDS", "parse": units.parse_seconds}


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: a field of `Settings` as people write it.

    `type` reads a flag's text. What it leaves as text `parse` turns into the value; its ValueError
    says what it accepts. Numbers are 0 or more, `most` at most.
    """

    name: str
    help: str
    default: Any
    type: Callable[[Any], Any] = str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    parse: Callable[[Any], Any] | None = None
    most: int | None = None

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

    @property
    def repeatable(self) -> bool:
        """Whether its flag may be given several times."""
        return isinstance(self.default, tuple)


def _row(default: Any, help: str, **row: Any) -> Any:
    """A field of `Settings` with its row; `default` is written as the flag takes it."""
    parse = row.get("parse")
    value = default if parse is None or default is None else parse(default)
    return field(default=value, metadata={"default": default, "help": help, **row})


@dataclass(frozen=True, slots=True)
class Settings:
    """How the emulator is configured: a field per row, and `specs`.

    `specs` are files or names of installed services; empty means all installed services.
    """

    specs: tuple[str, ...] = ()
    host: str = _row("127.0.0.1", "Address to listen on.", metavar="ADDRESS")
    port: int = _row(4010, "Port to listen on; 0 picks a free one.", **_NUMBER, most=65535)
    admin_token: str | None = _row(
        None,
        "Bearer token that the control plane requires. By default none on loopback; on any other"
        " address a new one, printed at start.",
        metavar="TOKEN",
    )
    admin_prefix: str = _row(
        "/__admin",
        "Path of the control plane, where an API has `/__admin` itself.",
        metavar="/PATH",
        parse=units.parse_admin_prefix,
    )
    auth: Literal["any", "known", "off"] = _row(
        "any",
        "Which credentials to accept: `any` of the documented kind that has not expired, only"
        " `known` ones (in the state file, or signed with the development key), or `off`: none"
        " are required.",
        choices=("any", "known", "off"),
    )
    fixtures: Path | None = _row(
        None,
        "Folder of your own fixtures, one subfolder per API, used instead of the service's own.",
        **_DIR,
    )
    state: Path | None = _row(
        None,
        "State file used instead of each API's own: credentials for the APIs whose security"
        " schemes it names, records, limits.",
        **_FILE,
    )
    public_key: Path | None = _row(
        None,
        "PEM file with the RSA public key that verifies your JWTs; by default the development key.",
        **_FILE,
    )
    prefix: tuple[tuple[str, str], ...] = _row(
        (),
        "Base path of a document, by its name, instead of those of its `servers`: petstore=/v1."
        " Repeatable.",
        metavar="NAME=/PATH",
        parse=units.parse_prefixes,
    )
    root: Path | None = _row(
        None,
        "Folder below which the documents' references to other files are followed; by default the"
        " repository around each document (the nearest folder with a `.git`), or its own folder.",
        **_DIR,
    )
    faults: Path | None = _row(
        None, "File of fault rules (POST /__admin/faults) that every scope starts with.", **_FILE
    )
    mappings: Path | None = _row(
        None, "Folder of stubs that every scope starts with (mappings/*.json, __files).", **_DIR
    )
    fault_log: Path | None = _row(None, "Write every injected fault to this file.", **_FILE)
    replay_faults: Path | None = _row(
        None,
        "Inject the faults of this log again, at the same requests, and no others; the seed is the"
        " log's.",
        **_FILE,
    )
    seed: str = _row("emulator", "Seed for everything that is generated.", metavar="TEXT")
    head_limit: int = _row(
        "64KiB",
        "Largest head of a request; a larger one gets a 431.",
        **_SIZE,
    )
    field_limit: int = _row(
        200,
        "Header fields that a request may have; one with more gets a 431.",
        **_NUMBER,
    )
    body_limit: int = _row(
        "10MB",
        "Largest request body; a larger one gets a 413.",
        **_SIZE,
    )
    read_timeout: float = _row(
        "15",
        "Seconds in which a request's head has to arrive, and for which its body may pause; then it"
        " gets a 408. 0 waits for ever.",
        **_SECONDS,
    )
    idle_timeout: float = _row(
        "5",
        "Seconds that a connection is kept for the next request. 0 keeps it for ever.",
        **_SECONDS,
    )
    write_timeout: float = _row(
        "30",
        "Seconds in which a client may read nothing of its response; then the connection is"
        " reset. 0 waits for ever.",
        **_SECONDS,
    )
    journal_limit: int = _row(
        10_000, "Exchanges that a scope's journal keeps; 0 keeps none.", **_NUMBER
    )
    journal_size: int = _row("64MB", "Most that all journals together may hold.", **_SIZE)
    scope_limit: int = _row(
        10_000,
        "Scopes that are remembered; a request in a further one gets a 503.",
        **_NUMBER,
    )
    record_limit: int = _row(
        10_000,
        "Records of a collection, and executions of a ledger, that a scope keeps; the oldest go.",
        **_NUMBER,
    )
    stub_limit: int = _row(
        10_000, "Stubs that a scope may have; a further one gets a 409.", **_NUMBER
    )
    stub_size: int = _row(
        "256MB",
        "Most that the stubs of all scopes together may hold; one beyond it gets a 409.",
        **_SIZE,
    )
    state_size: int = _row(
        "256MB",
        "Most that large records and executions of all scopes together may hold; the oldest go.",
        **_SIZE,
    )
    now: datetime | None = _row(
        None,
        "Freeze the clock at this time, for responses that never change.",
        metavar="TIME",
        parse=units.parse_time,
    )
    remember: Literal["lenient", "strict", "off"] = _row(
        "lenient",
        "What a document's own operations remember: `lenient` has a record for every id until it is"
        " deleted, `strict` only those at start and those created, `off` nothing.",
        choices=("lenient", "strict", "off"),
    )
    records: int = _row(12, "Records that a collection has at start.", **_NUMBER)
    state_file: Path | None = _row(
        None,
        "Keep in this file what `--remember` remembers, in all scopes: it is there at the next"
        " start.",
        **_FILE,
    )
    strict_accept: bool = _row(
        False, "Respond with 406 when a request accepts none of the documented media types."
    )
    cassette: Path | None = _row(
        None, "Folder of recorded exchanges (`emulator record`) to replay.", **_DIR
    )
    unmatched: Literal["fallback", "fail"] = _row(
        "fallback",
        "Requests that the cassette doesn't have: `fallback` responds from the document, `fail`"
        " rejects them.",
        choices=("fallback", "fail"),
    )
    allowed_hosts: Targets = _row(
        LOOPBACK,
        "Names by which the server may be called where it listens on a loopback address,"
        " comma-separated, besides this machine's and those of the documents' servers; or `any`.",
        metavar="HOSTS",
        parse=parse_targets,
    )
    no_cors: bool = _row(False, "Let no pages of other origins call what is served (CORS).")
    webhook_targets: Targets = _row(
        LOOPBACK,
        "Hosts that webhooks may be delivered to, comma-separated, besides this machine; or `any`.",
        metavar="HOSTS",
        parse=parse_targets,
    )
    webhook_retries: tuple[timedelta, ...] = _row(
        RETRIES,
        "Seconds to wait before each retry of a webhook delivery, comma-separated.",
        metavar="SECONDS",
        parse=units.parse_waits,
    )
    strict: bool = _row(False, "Treat notices about documents and fixtures as errors.")
    watch: bool = _row(False, "Reload documents and fixtures when they change; state is kept.")
    verbose: bool = _row(False, "Print a line for every request; on a terminal that is usual.")
    quiet: bool = _row(False, "Print no line for a request.")
    log_format: Literal["text", "json"] = _row(
        "text", "How requests are told: `json` on any output.", choices=("text", "json")
    )


SETTINGS = tuple(Setting(each.name, **each.metadata) for each in fields(Settings) if each.metadata)


def make_settings(specs: tuple[str, ...], values: Mapping[str, Any]) -> Settings:
    """`Settings` from flags and environment variables, by name; raises SettingsError."""
    rows = {row.name: row for row in SETTINGS}
    parsed = dict(values)
    for name, value in values.items():
        if name not in rows:
            raise SettingsError(name, unknown("setting", name, rows, "emulator settings"))
        parsed[name] = _read(rows[name], value)
    log = parsed.get("replay_faults")
    if log is not None and parsed.get("seed", rows["seed"].default) == rows["seed"].default:
        parsed.update(_logged_seed(log))
    return Settings(specs=specs, **parsed)


def _read(row: Setting, value: Any) -> Any:
    """The value of a setting, whoever wrote it: a flag, the environment, a test."""
    choices = (True, False) if row.is_switch else row.choices
    try:
        return (
            value
            if value is row.default is None
            else units.read_value(value, row.type, row.parse, choices, row.most)
        )
    except (ValueError, TypeError) as error:
        shown = value if not isinstance(value, tuple) else ", ".join(map(str, value))
        raise SettingsError(row.flag, f"{shown!r} can't be read", str(error)) from error


def _logged_seed(log: Path) -> Mapping[str, str]:
    """The seed that faults were logged with, by name; whoever reads the log judges the file."""
    try:
        with log.open() as opened:
            head = json.loads(opened.readline())
        return {"seed": head["seed"]} if isinstance(head["seed"], str) else {}
    except (OSError, ValueError, LookupError, TypeError):
        return {}
