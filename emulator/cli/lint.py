"""`emulator lint`: problems in documents and fixtures, with file and pointer."""

from typing import Any

import click

from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.cli.words import counted
from emulator.mock.assemble import assemble

#: Part of the document is missing: nobody can have meant that.
_LOST = frozenset(
    ("dangling-reference", "external-reference", "reference-cycle", "wrong-reference")
)


@click.command("lint", cls=SpecCommand)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@settings_options("fixtures", "state", "remember", "cassette", "root", "strict")
@click.pass_context
def command(context: click.Context, /, specs: tuple[str, ...], **values: Any) -> None:
    """Find problems in documents and their fixtures.

    Each notice names the file and a JSON pointer into it. Exit code 0; 1 if a reference leads
    nowhere, or if there are notices and --strict is given; 2 if a file can't be used at all.
    """
    assembly = assemble(read_settings(specs, values), sampled=True)
    for notice in assembly.notices:
        click.echo(str(notice))
    names = ", ".join(service.api.name for service in assembly.services)
    click.echo(f"{names}: {counted(len(assembly.notices), 'notice')}")
    lost = any(notice.code in _LOST for notice in assembly.notices)
    context.exit(1 if lost or (values["strict"] and assembly.notices) else 0)
