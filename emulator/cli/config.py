"""`emulator.yaml`: values for flags that are not given."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from emulator.errors import FixtureError
from emulator.http.messages import Json
from emulator.http.nearest import unknown
from emulator.settings import SETTINGS

#: Read if it exists and no other file is named.
DEFAULT_FILE = Path("emulator.yaml")


def read_config(file: Path, commands: Mapping[str, str]) -> Mapping[str, Json]:
    """The file's settings by name; those of one command are below its name.

    Raises FixtureError for an unknown name.
    """
    from emulator.fixtures.files import read_file  # late: without a file, help needs no YAML

    raw = read_file(file)
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise FixtureError(str(file), "must be an object")
    known = {row.flag.removeprefix("--") for row in SETTINGS} | {"specs"}
    for name, value in raw.items():
        if name in commands:
            if not isinstance(value, dict):
                raise FixtureError(str(file), f"{name} must be an object of flags", f"/{name}")
        elif _flag(name) not in known:
            message = unknown("setting", name, sorted(known | set(commands)), "emulator settings")
            raise FixtureError(str(file), message, f"/{name}")
    return raw


def defaults_for(
    command: click.Command, name: str, config: Mapping[str, Json], file: Path
) -> dict[str, Any]:
    """The command's parameters from the file; its own section wins."""
    parameters = {flag: each for each in command.params for flag in _flags(each)}
    common = {_flag(key): value for key, value in config.items() if not isinstance(value, dict)}
    own = {_flag(key): value for key, value in (config.get(name) or {}).items()}
    for flag in own:
        if flag not in parameters:
            message = unknown(f"flag of {name}", flag, parameters, f"emulator {name} --help")
            raise FixtureError(str(file), message, f"/{name}/{flag}")
    found: dict[str, Any] = {}
    for flag, value in (common | own).items():
        parameter = parameters.get(flag)
        if parameter is not None and parameter.name is not None:
            many = parameter.nargs == -1 or getattr(parameter, "multiple", False)
            found[parameter.name] = [value] if many and not isinstance(value, list) else value
    return found


def _flags(parameter: click.Parameter) -> list[str]:
    if isinstance(parameter, click.Argument):
        return [parameter.name or ""]
    return [each.removeprefix("--") for each in parameter.opts if each.startswith("--")]


def _flag(name: Json) -> str:
    return str(name).replace("_", "-")
