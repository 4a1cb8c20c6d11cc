"""A cassette on disk: `cassette.yaml` with its rules, and a folder of exchanges for each API.

cassette.yaml                              what must be the same, what is taken out
<api>/<operationId>/<status>.<number>.yaml one exchange
<api>/_stray/…                             exchanges that the document has no operation for
<api>/_failed/…                            exchanges that went wrong on the wire
<api>.har                                  all of the API's exchanges, for other tools

The folder of an API is one of fixtures as well: `serve --fixtures` takes it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema_rs

from emulator.catalogue.load import read_file
from emulator.errors import FixtureError, SettingsError
from emulator.messages import Json
from emulator.mistakes import judge
from emulator.recording.files import read_exchange, write_exchange
from emulator.recording.match import DEFAULT, Rule, compile_rules
from emulator.recording.recorded import Recorded
from emulator.recording.schema import CASSETTE_SCHEMA
from emulator.recording.secrets import compile_secrets
from emulator.recording.yaml_text import yaml_text

RULES_FILE = "cassette.yaml"

_VALIDATOR = jsonschema_rs.Draft202012Validator(CASSETTE_SCHEMA)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Tape:
    """One exchange and the file it stands in."""

    file: Path
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Cassette:
    """What a folder holds: `match_on` and `redact` as written, the exchanges in their order."""

    folder: Path
    match_on: tuple[Json, ...] = DEFAULT
    redact: tuple[str, ...] = ()
    tapes: tuple[Tape, ...] = ()
    rules: tuple[Rule, ...] = field(default=compile_rules(DEFAULT))

    def of(self, api: str) -> tuple[Tape, ...]:
        """The exchanges of one API."""
        return tuple(tape for tape in self.tapes if tape.recorded.api == api)

    @property
    def apis(self) -> tuple[str, ...]:
        """The APIs of which it holds exchanges."""
        return tuple(dict.fromkeys(tape.recorded.api for tape in self.tapes))


def load_cassette(folder: Path, redact: Iterable[str] = ()) -> Cassette:
    """The cassette in a folder, empty where there is none; `redact` are further secrets.

    Raises FixtureError with file and pointer for what can't be used.
    """
    file = folder / RULES_FILE
    raw = read_file(file) if file.is_file() else None
    mistakes = judge(_VALIDATOR, raw) if raw is not None else ()
    if mistakes:
        hint = "emulator schema cassette"
        raise FixtureError(str(file), mistakes[0].message, mistakes[0].pointer, hint)
    raw = raw or {}
    match_on = tuple(raw.get("match_on", DEFAULT))
    named = tuple(dict.fromkeys((*raw.get("redact", ()), *redact)))
    try:
        compile_secrets(named)
    except ValueError as error:
        raise FixtureError(str(file), f"what is redacted is {error}", "/redact") from None
    tapes = tuple(sorted(_tapes(folder), key=lambda tape: tape.recorded.number))
    return Cassette(folder, match_on, named, tapes, compile_rules(match_on))


def save_rules(cassette: Cassette) -> None:
    """Write `cassette.yaml`."""
    said: dict[str, Json] = {"match_on": list(cassette.match_on)}
    if cassette.redact:
        said["redact"] = list(cassette.redact)
    _write(cassette.folder / RULES_FILE, yaml_text(said))


def save(folder: Path, recorded: Recorded) -> Tape:
    """Write one exchange into a file of its own."""
    tape = Tape(folder / place_of(recorded), recorded)
    _write(tape.file, yaml_text(write_exchange(recorded)))
    return tape


def place_of(recorded: Recorded) -> Path:
    """Where an exchange stands in its cassette."""
    kind, name = recorded.operation or "_stray", str(recorded.status)
    if recorded.failure:
        kind, name = "_failed", recorded.failure
    safe = _UNSAFE.sub("-", kind).lstrip(".") or "_stray"
    return Path(recorded.api) / safe / f"{name}.{recorded.number:04}.yaml"


def _tapes(folder: Path) -> Iterator[Tape]:
    numbers: dict[tuple[str, int], Path] = {}
    for file in sorted(folder.glob("*/*/*.yaml")) if folder.is_dir() else ():
        api = file.relative_to(folder).parts[0]
        recorded = read_exchange(api, read_file(file), str(file))
        other = numbers.setdefault((api, recorded.number), file)
        if other is not file:
            message = f"the number {recorded.number} stands in {other.relative_to(folder)} too"
            raise FixtureError(str(file), message, "/recorded/number")
        yield Tape(file, recorded)


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    except OSError as error:
        message = f"{file} can't be written: {error.strerror}"
        raise SettingsError("--cassette", message) from error
