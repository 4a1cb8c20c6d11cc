"""The log of a run's faults, a JSON object a line: written while it runs, read to repeat it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from emulator.encode import dump
from emulator.errors import FixtureError, SettingsError
from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.messages import Json

#: Faults of a run by exchange.
Replay = Mapping[str, tuple[Fault, ...]]


def log_head(seed: str) -> bytes:
    """The first line: exchanges have the same names only with the same seed."""
    return dump({"seed": seed}) + b"\n"


def log_line(exchange: str, request: str, faults: Iterable[Fault]) -> bytes:
    """One exchange that met faults; their values are settled, so that they can be repeated."""
    said = [fault.as_json() for fault in faults]
    return dump({"exchange": exchange, "request": request, "faults": said}) + b"\n"


def read_log(path: Path, seed: str) -> Replay:
    """The faults to repeat.

    Raises FixtureError with the line that can't be used, SettingsError for another seed.
    """
    replay: dict[str, tuple[Fault, ...]] = {}
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("--replay-faults", f"{path} can't be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise FixtureError(str(path), f"line {number} is no JSON: {error}") from error
        if number == 1:
            _check_seed(entry, path, seed)
        else:
            replay[_exchange(entry, path, number)] = _faults(entry, path, number)
    if not lines:
        raise FixtureError(str(path), "there is no line", hint="a log that --fault-log has written")
    return replay


def _check_seed(head: Json, path: Path, seed: str) -> None:
    written = head.get("seed") if isinstance(head, dict) else None
    if not isinstance(written, str):
        hint = "a log that --fault-log has written"
        raise FixtureError(str(path), "the first line names no seed", hint=hint)
    if written != seed:
        message = f"{path} was written with another seed"
        raise SettingsError("--replay-faults", message, f"--seed {written}")


def _exchange(entry: Json, path: Path, number: int) -> str:
    name = entry.get("exchange") if isinstance(entry, dict) else None
    if not isinstance(name, str):
        raise FixtureError(str(path), f"line {number} names no exchange")
    return name


def _faults(entry: Mapping[str, Json], path: Path, number: int) -> tuple[Fault, ...]:
    faults = []
    for said in entry.get("faults", ()):
        kind = FAULTS.get(str(said.get("fault"))) if isinstance(said, dict) else None
        if kind is None:
            raise FixtureError(str(path), f"line {number} names a fault that is not known")
        given = {**said.get("parameters", {}), "after_execution": said.get("after_execution")}
        fault, wrong = make_fault(kind, given)
        if wrong:
            raise FixtureError(str(path), f"line {number}: {wrong[0][1]}")
        faults.append(fault)
    return tuple(faults)
