"""`emulator serve`: serve documents on one port."""

import gc
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from emulator import __version__
from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.cli.request_lines import RequestLines, request_lines
from emulator.cli.waiting import told_to_wait
from emulator.cli.words import counted
from emulator.errors import SettingsError
from emulator.http.messages import Request
from emulator.http.redaction import abbreviated
from emulator.mock.assemble import Assembly, assemble, credentials_of
from emulator.mock.exchange import Service
from emulator.mock.fault_rules.log import log_head, log_line
from emulator.mock.outcome import Outcome
from emulator.mock.state.scope_state import FaultsInjected
from emulator.openapi.document.load import collector_paused
from emulator.server.app import create_app
from emulator.server.dispatcher import Listener
from emulator.server.reload import start_watching
from emulator.server.uvicorn import base_url, listen, make_server
from emulator.settings import Settings

_EPILOG = """\b
Examples:
  emulator serve                              all installed services
  emulator serve petstore.yaml composio       two documents on one port
  emulator serve --auth known                 accept only credentials of the state file
  emulator serve --fixtures ./my-fixtures     your own responses

\b
Choose the response to one request with a header, or in the query if you can't set headers:
  Prefer: code=404                ?__code=404
  Prefer: code=200, example=NAME  ?__code=200&__example=NAME
  Prefer: dynamic=true, seed=abc  a generated body instead of a stored one
  Prefer: delay=250               wait 250 ms
  Prefer: fault=connection-reset  break the connection
  Prefer: fault=delay; ms=800     inject any fault; `emulator faults` lists them
"""


_SHOWN_PATHS = 8


@click.command("serve", cls=SpecCommand, epilog=_EPILOG)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@settings_options()
def command(specs: tuple[str, ...], **values: Any) -> None:
    """Serve OpenAPI documents on one port.

    SPEC is a file or one of the services below. Without SPEC, all of these.
    """
    settings = read_settings(specs, values)
    reading = f"reading {', '.join(specs) or 'the installed services'}"
    with collector_paused(), told_to_wait(reading, sys.stderr):
        assembly = assemble(settings)
        gc.freeze()  # it stays for good: no collection needs to visit it
    for notice in assembly.notices:
        click.echo(f"notice: {notice}", err=True)
    if settings.strict and assembly.notices:
        raise SettingsError("--strict", f"{counted(len(assembly.notices), 'notice')}, see above")
    lines = request_lines(settings)
    app = create_app(settings, assembly, _listener(settings, lines))
    listener = listen(settings.host, settings.port)
    click.echo(f"emulator {__version__} on {base_url(listener)}")
    _announce(assembly, settings)
    click.echo(f"  console: {base_url(listener)}{settings.admin_prefix}/ui")
    if app.admin_token is not None and settings.admin_token is None:
        click.echo(f"  control plane: Authorization: Bearer {app.admin_token}")
    sys.stdout.flush()
    stop = threading.Event()
    if settings.watch:
        start_watching(settings, app, assembly, click.echo, stop)
    # The server raises Ctrl-C again once it has shut down.
    with suppress(KeyboardInterrupt):
        make_server(app).run(sockets=[listener])
    stop.set()
    if lines is not None:
        lines.close()


def _announce(assembly: Assembly, settings: Settings) -> None:
    width = max(len(service.api.name) for service in assembly.services)
    for service in assembly.services:
        click.echo(f"  {service.api.name:<{width}}  {_summary(service)}")
    stubs = assembly.site.stubs
    if stubs.path is not None:
        click.echo(f"  {counted(len(stubs.book.stubs), 'stub')} from {stubs.path}")
    if settings.state_file is not None:
        click.echo(f"  what is remembered is kept in {settings.state_file}")
    replay = assembly.site.replay
    if replay is not None:
        others = "fail" if replay.strict else "get responses from the document"
        click.echo(f"  {counted(replay.count, 'exchange')} from {replay.folder}, others {others}")
    if settings.auth == "known":
        for service in assembly.services:
            for credential in credentials_of(service):
                shown = (
                    abbreviated(credential.value)
                    if credential.value
                    else "tokens, see emulator token"
                )
                click.echo(f"  {service.api.name:<{width}}  {credential.scheme}: {shown}")


def _summary(service: Service) -> str:
    api = service.api
    statuses = sum(len(operation.responses) for operation in api.operations)
    paths = [prefix or "/" for prefix in api.all_prefixes]
    below = ", ".join(paths[:_SHOWN_PATHS])
    if len(paths) > _SHOWN_PATHS:
        below += f" and {len(paths) - _SHOWN_PATHS} more base paths"
    counts = (
        counted(len(api.operations), "operation"),
        counted(statuses, "status", "statuses"),
        counted(service.fixtures.count, "fixture"),
    )
    return f"{', '.join(counts)}, below {below}"


def _listener(settings: Settings, lines: RequestLines | None) -> Listener | None:
    """What observes every exchange; None where nothing does, which costs least."""
    listeners: list[Listener] = [lines] if lines is not None else []
    if settings.fault_log is not None:
        listeners.append(_fault_logger(settings.fault_log, settings.seed))
    if not listeners:
        return None

    def tell(request: Request, outcome: Outcome, seconds: float) -> None:
        for listener in listeners:
            listener(request, outcome, seconds)

    return tell


def _fault_logger(path: Path, seed: str) -> Listener:
    """Log injected faults line by line, so that a killed run has its log too."""
    try:
        file = path.open("wb", buffering=0)
    except OSError as error:
        raise SettingsError("--fault-log", f"{path} can't be written: {error.strerror}") from error
    file.write(log_head(seed))

    def log(_: Request, outcome: Outcome, __: float) -> None:
        for effect in outcome.effects:
            if isinstance(effect, FaultsInjected):
                file.write(log_line(effect.exchange, effect.request, effect.faults, effect.skipped))

    return log
