"""The log of a run's faults, a JSON object a line: written while it runs, read to repeat it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jsonschema_rs

from emulator.errors import FixtureError, SettingsError
from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.schema.pointers import pointer_of

#: Faults of a run by exchange.
Replay = Mapping[str, tuple[Fault, ...]]

_ENTRY = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "required": ["exchange", "faults"],
        "properties": {
            "exchange": {"type": "string"},
            "faults": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["fault"],
                    "properties": {
                        "fault": {"enum": list(FAULTS)},
                        "parameters": {"type": "object"},
                    },
                },
            },
        },
    }
)


def log_head(seed: str) -> bytes:
    """The first line: exchanges have the same names only with the same seed."""
    return dump({"seed": seed}) + b"\n"


def log_line(
    exchange: str, request: str, faults: Iterable[Fault], skipped: Mapping[str, str]
) -> bytes:
    """One exchange and its faults, settled so that they can be repeated.

    `skipped` says which of them could not be applied, and why; they will not when repeated.
    """
    line: dict[str, Json] = {"exchange": exchange, "request": request}
    line["faults"] = [fault.as_json() for fault in faults]
    return dump(line | ({"missed": skipped} if skipped else {})) + b"\n"


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
            for wrong in _ENTRY.iter_errors(entry):
                place = pointer_of(map(str, wrong.instance_path))
                raise FixtureError(str(path), f"line {number}: {wrong.message}", place)
            replay[entry["exchange"]] = _faults(entry["faults"], path, number)
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


def _faults(rows: Sequence[Mapping[str, Json]], path: Path, number: int) -> tuple[Fault, ...]:
    faults = []
    for each in rows:
        given = {**each.get("parameters", {}), "after_execution": each.get("after_execution")}
        fault, wrong = make_fault(FAULTS[each["fault"]], given)
        if wrong:
            raise FixtureError(str(path), f"line {number}: {wrong[0][1]}")
        faults.append(fault)
    return tuple(faults)
