"""`emulator faults`: every fault with its parameters and every schedule, as Markdown."""

from collections.abc import Iterator, Mapping

import click

from emulator.faults.base import FaultParameter, FaultType, Level
from emulator.faults.table import FAULTS
from emulator.http.messages import Json
from emulator.mock.fault_rules.schedule import WHEN_SCHEMA

_TITLES: Mapping[Level, str] = {
    "http": "Faults of the HTTP message",
    "stream": "Faults of event streams",
    "wire": "Faults of the connection",
}


@click.command("faults")
def command() -> None:
    """List the faults you can inject, with their parameters, and the schedules of rules.

    The output is Markdown.
    """
    click.echo("\n".join(_lines()))


def _lines() -> Iterator[str]:
    for level, title in _TITLES.items():
        yield from (f"## {title}", "")
        yield from ("| Fault | What the client sees | Parameters |", "|---|---|---|")
        yield from (_row(kind) for kind in FAULTS.values() if kind.level == level)
        yield ""
    yield from ("## When", "", "| `when` | Which requests | Value |", "|---|---|---|")
    for name, schema in WHEN_SCHEMA["properties"].items():
        yield f"| `{name}` | {_cell(schema['description'])} | {_takes(schema)} |"


def _row(kind: FaultType) -> str:
    parameters = "<br>".join(map(_parameter, kind.parameters))
    seen = kind.description if kind.executes else f"{kind.description} The request is not executed."
    return f"| `{kind.name}` | {_cell(seen)} | {parameters} |"


def _parameter(parameter: FaultParameter) -> str:
    given = "" if parameter.default is None else f"={_text(parameter.default)}"
    return f"`{parameter.name}{given}` {_cell(parameter.help)} Takes {_cell(parameter.takes)}."


def _takes(schema: Mapping[str, Json]) -> str:
    """What a schedule takes, with what is in it where it is an object."""
    members = [
        f"`{name}` {_cell(member['description'])}"
        for name, member in schema.get("properties", {}).items()
    ]
    kinds = {"boolean": "true or false", "array": "two of these", "number": "a number from 0 to 1"}
    return "<br>".join(members) or kinds.get(schema["type"], "a whole number from 1")


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
