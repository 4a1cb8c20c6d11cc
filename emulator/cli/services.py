"""`emulator services`: each service's responses and what they are based on, as Markdown."""

from typing import Any

import click

from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.fixtures.evidence import evidence_tables
from emulator.mock.assemble import assemble

_INTRODUCTION = """\
# What the services do

Generated from the files in `fixtures/` by `emulator services {names}`; don't edit it. *Evidence* is
what a response is based on: *documented* by the vendor, *measured* on the real service or its SDK,
or a *guess*, if nothing public says it. The status of a rejection is *documented* if it depends on
the operation's document.
"""


@click.command("services", cls=SpecCommand)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@settings_options("fixtures", "root")
def command(specs: tuple[str, ...], **values: Any) -> None:
    """List each operation's responses, how to get them, and what they are based on.

    The output is Markdown.
    """
    services = assemble(read_settings(specs, values)).services
    click.echo(_INTRODUCTION.format(names=" ".join(service.api.name for service in services)))
    tables = (evidence_tables(service.api, service.fixtures) for service in services)
    click.echo("\n".join(tables), nl=False)
