"""`emulator triggers`: the request values that choose a response."""

from typing import Any

import click

from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.fixtures.triggers import Trigger
from emulator.mock.assemble import assemble


@click.command("triggers", cls=SpecCommand)
@click.argument("api", metavar="API")
@settings_options("fixtures", "root")
def command(api: str, **values: Any) -> None:
    """List the request values that choose a response, for clients without headers.

    API is one of the services below or a document of your own.
    """
    service = assemble(read_settings((api,), values)).services[0]
    triggers = service.fixtures.triggers
    if not triggers:
        click.echo(f"{service.api.name} has no triggers; use Prefer: code=N")
        return
    for operation in service.api.operations:
        rows = [trigger for trigger in triggers if trigger.operation == operation.id]
        if rows:
            click.echo(f"{operation.id}   {operation.key}")
            _table(rows)


def _table(rows: list[Trigger]) -> None:
    conditions = [" and ".join(map(str, row.when)) for row in rows]
    width = max(map(len, conditions))
    for row, condition in sorted(zip(rows, conditions, strict=True), key=lambda r: r[0].status):
        click.echo(f"  {row.status}  {condition:<{width}}  {row.description}")
