"""`emulator record`: a proxy that records a real service's responses."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from emulator import __version__
from emulator.cli import run_options
from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.cli.values import FILE, parsed_by, url_parts
from emulator.cli.words import counted
from emulator.errors import SettingsError
from emulator.fixtures.cassettes.session import MODES
from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.server.journal.serialize import write_archive
from emulator.server.proxy.recorder import RecordOptions, make_recorder
from emulator.server.uvicorn import base_url, listen, make_server

_EPILOG = """\b
Examples:
  emulator record petstore.yaml --upstream https://api.example.com/v1
  emulator record petstore.yaml --upstream http://127.0.0.1:8000 --cassette pets \\
      --redact ssn --redact '/data/*/card'
  emulator serve petstore.yaml --cassette cassette

\b
Modes, in VCR's words:
  none          nothing is forwarded; a request that the cassette lacks fails
  once          recorded while the cassette has nothing of this API, then as none
  new_episodes  the cassette's responses, if it has one; the rest is recorded
  all           everything is forwarded, and recorded over what is there

\b
Exit status after Ctrl-C: 0 all is well, 1 an exchange violates the document or was not
recorded, 2 could not run.
"""


def _upstream(url: str) -> str:
    parts = url_parts(url)
    if parts.query or parts.fragment:
        raise click.BadParameter(f"{url!r} is not of the form http://host:port[/path]")
    if parts.username is not None or parts.password is not None:
        raise click.BadParameter("credentials belong into the requests, not into the URL")
    return url.rstrip("/")


@click.command("record", cls=SpecCommand, epilog=_EPILOG)
@click.argument("spec")
@click.option(
    "--upstream",
    required=True,
    callback=parsed_by(_upstream),
    metavar="URL",
    help="URL of the real service; no other host is contacted.",
)
@click.option(
    "--cassette",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="cassette",
    show_default=True,
    metavar="DIR",
    help="Folder for the exchanges.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="once",
    show_default=True,
    help="What is forwarded and recorded, see below.",
)
@click.option(
    "--redact",
    multiple=True,
    metavar="NAME",
    help="Another secret to remove: the name of a header, parameter or member, or a JSON pointer"
    " into bodies, in which * is any name. Repeatable.",
)
@run_options.timeout(30)
@click.option(
    "--ca-file",
    type=FILE,
    metavar="FILE",
    help="CA certificates (PEM) to verify the upstream with.",
)
@settings_options("host", "port", "admin_token", "admin_prefix", "body_limit", "prefix", "root")
@click.pass_context
def command(
    context: click.Context, /, spec: str, upstream: str, folder: Path, **values: Any
) -> None:
    """Record a real service's responses through a proxy.

    SPEC is a file or one of the services below. Requests and responses are validated against the
    document on their way. Exchanges are stored as fixtures, without their secrets; one in which a
    secret is left is not stored. `emulator serve SPEC --cassette DIR` replays them.
    """
    own = {name: values.pop(name) for name in ("mode", "redact", "timeout_s", "ca_file")}
    settings = read_settings((spec,), values)
    assembly = assemble(settings)
    app = create_app(settings, assembly)
    options = RecordOptions(upstream, folder, **own)
    recorder = make_recorder(app.dispatcher, assembly.services[0].api, options, click.echo)
    app.front = recorder
    listener = listen(settings.host, settings.port)
    session = recorder.session
    click.echo(f"emulator {__version__} on {base_url(listener)}, records {upstream}")
    click.echo(f"  {folder}: {counted(len(session.tapes), 'exchange')}, mode {session.mode}")
    if app.admin_token is not None and settings.admin_token is None:
        click.echo(f"  control plane: Authorization: Bearer {app.admin_token}")
    sys.stdout.flush()
    # The server raises Ctrl-C again once it has shut down.
    with suppress(KeyboardInterrupt):
        make_server(app, date_header=False).run(sockets=[listener])
    findings = recorder.violations + session.refused
    click.echo(
        f"{counted(session.kept, 'exchange')} recorded, {session.refused} refused,"
        f" {recorder.violations} broke the document"
    )
    if session.tapes:
        archive = folder / f"{session.api.name}.har"
        write_archive(archive, (tape.recorded for tape in session.tapes))
    if session.lost:
        message = f"{counted(session.lost, 'exchange')} could not be written, see above"
        raise SettingsError("--cassette", message, "another folder or a disk with room, then again")
    context.exit(1 if findings else 0)
