"""`emulator settings`: every setting with its flag, environment variable and default."""

from collections.abc import Iterator

import click

from emulator.settings import SETTINGS, Setting


@click.command("settings")
def command() -> None:
    """List every setting: flag, environment variable, default and meaning.

    The output is Markdown.
    """
    click.echo("\n".join(_lines()))


def _lines() -> Iterator[str]:
    yield "| Setting | Flag | Environment variable | Default | Meaning |"
    yield "|---|---|---|---|---|"
    for row in SETTINGS:
        name = row.name.replace("_", "-")
        flag = row.flag if row.is_switch else f"{row.flag} {_value(row)}"
        yield f"| `{name}` | `{flag}` | `{row.environment}` | {_default(row)} | {row.help} |"


def _value(row: Setting) -> str:
    """What the flag is followed by; a bar would end the cell."""
    return "/".join(row.choices) or row.metavar


def _default(row: Setting) -> str:
    if row.is_switch:
        return "off"
    return f"`{row.default}`" if row.default not in (None, ()) else ""
