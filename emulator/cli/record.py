"""`emulator record`: a proxy that keeps what a real service answers."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from emulator import __version__
from emulator.cli.options import SpecCommand, settings_options
from emulator.cli.words import counted
from emulator.errors import SettingsError
from emulator.fixtures.cassettes.modes import MODES
from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.server.proxy.archive import write_archive
from emulator.server.proxy.setup import RecordOptions, make_recorder
from emulator.server.uvicorn import base_url, listen, make_server
from emulator.settings import make_settings

_EPILOG = """\b
Examples:
  emulator record petstore.yaml --upstream https://api.example.com/v1
  emulator record petstore.yaml --upstream http://127.0.0.1:8000 --cassette pets \\
      --redact ssn --redact '/data/*/card'
  emulator serve petstore.yaml --cassette cassette

\b
Modes, in VCR's words:
  none          nothing is sent on; the cassette answers, and what it lacks fails
  once          recorded while the cassette has nothing of this API, then as none
  new_episodes  the cassette answers what it has, the rest is recorded
  all           everything is sent on, and recorded in the place of what there was

\b
Exit status after Ctrl-C: 0 all is well, 1 an exchange broke the document or was not
recorded, 2 it could not run.
"""


def _upstream(_: click.Context, __: click.Parameter, url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise click.BadParameter(f"{url!r} is not of the form http://host:port[/path]")
    if parts.username is not None or parts.password is not None:
        raise click.BadParameter("credentials belong into the requests, not into the URL")
    return url.rstrip("/")


@click.command("record", cls=SpecCommand, epilog=_EPILOG)
@click.argument("spec")
@click.option(
    "--upstream",
    required=True,
    callback=_upstream,
    metavar="URL",
    help="The real service; nothing else is ever contacted.",
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
    help="What is sent on and recorded, see below.",
)
@click.option(
    "--redact",
    multiple=True,
    metavar="NAME",
    help="A further secret: the name of a header, parameter or member, or a JSON pointer into"
    " bodies, in which * is any name. Repeatable.",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long the upstream may be silent.",
)
@click.option(
    "--ca-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Certificates (PEM) that the upstream's is checked against.",
)
@settings_options("host", "port", "admin_token", "body_limit", "prefix")
@click.pass_context
def command(
    context: click.Context, /, spec: str, upstream: str, folder: Path, **values: Any
) -> None:
    """Pass requests on to a real service, and keep what it answers.

    SPEC is a file or one of the services below. Requests and answers are checked against the
    document on their way. The exchanges are kept as fixtures, without their secrets; one in which
    a secret is left is not kept. `emulator serve SPEC --cassette DIR` gives the same answers.
    """
    own = {name: values.pop(name) for name in ("mode", "redact", "timeout_s", "ca_file")}
    settings = make_settings((spec,), values)
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
    # The server raises Ctrl-C again when it has shut down; that is how it is meant to end.
    with suppress(KeyboardInterrupt):
        make_server(app, date_header=False).run(sockets=[listener])
    if session.tapes:
        archive = folder / f"{session.api.name}.har"
        try:
            write_archive(archive, (tape.recorded for tape in session.tapes))
        except OSError as error:
            message = f"{archive} can't be written: {error.strerror}"
            raise SettingsError("--cassette", message) from error
    findings = recorder.violations + session.refused
    click.echo(
        f"{counted(session.kept, 'exchange')} recorded, {session.refused} refused,"
        f" {recorder.violations} broke the document"
    )
    context.exit(1 if findings else 0)
