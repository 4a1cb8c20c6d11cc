"""`emulator schema`: the JSON Schema of a kind of fixture file, for editors."""

import json

import click

from emulator.catalogue.file_schemas import FILE_SCHEMAS


@click.command("schema")
@click.argument("kind", type=click.Choice(tuple(FILE_SCHEMAS)), metavar="KIND")
def command(kind: str) -> None:
    """Print the JSON Schema of a kind of file below fixtures/.

    KIND is tool, fixture, triggers, headers or state. Editors complete and check files by it.
    """
    click.echo(json.dumps(FILE_SCHEMAS[kind], indent=2))
