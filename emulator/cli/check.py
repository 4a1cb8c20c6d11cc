"""`emulator check`: the contract checks from the command line."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from emulator.app import create_app
from emulator.auth.credentials import value_of
from emulator.contract.document import base_path
from emulator.contract.findings import (
    PHASES,
    REPORT_SUFFIXES,
    CheckOptions,
    CheckResult,
    ExitCode,
    Target,
    seed_number,
)
from emulator.contract.report import Display
from emulator.contract.run import check, check_names
from emulator.errors import EmulatorError, SettingsError
from emulator.exchange import Service
from emulator.messages import Headers, Json
from emulator.settings import BUILT_IN, Settings
from emulator.site import assemble, credentials_of

_EPILOG = """\b
Examples:
  emulator check                                   the built-in APIs, in process
  emulator check petstore.yaml                     the emulator's own answers for a document
  emulator check petstore.yaml --against http://127.0.0.1:8000
  emulator check petstore.yaml --against https://api.example.com/v1 \\
      --header 'Authorization: Bearer …' --exclude 'DELETE *'
  emulator check --report junit,har --report-dir build

\b
Exit status: 0 every promise kept, 1 findings, 2 something could not be checked.
"""


def _headers(_: click.Context, __: click.Parameter, lines: Sequence[str]) -> Headers:
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not line.isprintable():
            raise click.BadParameter(f"{line!r} is not of the form 'Name: value'")
        headers.append((name.strip(), value.strip()))
    return tuple(headers)


def _reports(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    kinds = [kind.strip() for value in values for kind in value.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in REPORT_SUFFIXES:
            raise click.BadParameter(f"{kind!r} is none of {', '.join(REPORT_SUFFIXES)}")
    return tuple(dict.fromkeys(kinds))


def _against(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise click.BadParameter(f"{url!r} is not of the form http://host:port[/path]")
    return url.rstrip("/")


@click.command("check", epilog=_EPILOG)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option("--against", callback=_against, metavar="URL", help="Check this live server.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=_headers,
    metavar="'NAME: VALUE'",
    help="Send this with every request; masked wherever shown. Repeatable.",
)
@click.option(
    "--include", multiple=True, metavar="GLOB", help="Only these operations, e.g. 'POST /pets*'."
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Not these operations.")
@click.option("--check", "checks", multiple=True, metavar="NAME", help="Only this check.")
@click.option(
    "--phase",
    "phases",
    multiple=True,
    type=click.Choice(PHASES),
    default=PHASES,
    help="Only this phase.",
)
@click.option(
    "--seed",
    default="0",
    callback=lambda _, __, text: seed_number(text),
    metavar="TEXT",
    help="Number or text; the same one sends the same requests.  [default: 0]",
)
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Generated requests per operation, besides the systematic ones.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Requests at a time; with more than one a seed repeats nothing.",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest wait for an answer.",
)
@click.option(
    "--show-credentials",
    "mask_credentials",
    flag_value=False,
    default=True,
    help="Don't mask the values of --header.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_reports,
    metavar="KIND[,KIND]...",
    help=f"Write report files: {', '.join(REPORT_SUFFIXES)}.",
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where they go, one file per API and kind.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    specs: tuple[str, ...],
    against: str | None,
    headers: Headers,
    **options: Any,
) -> None:
    """Check that a server keeps what its OpenAPI documents promise.

    SPEC is a file or the name of a built-in API; none means all the built-in ones. Without
    --against the emulator itself is checked, in process.
    """
    try:
        context.exit(_run(targets(specs, against, headers), CheckOptions(**options)))
    except EmulatorError as error:
        click.echo(f"error: {error}", err=True)
        context.exit(ExitCode.NOT_RUN)


def _run(found: Sequence[Target], options: CheckOptions) -> ExitCode:
    known = check_names()
    unknown = set(options.checks) - set(known)
    if unknown:
        names = ", ".join(known)
        raise SettingsError("--check", f"there is no {', '.join(sorted(unknown))}", names)
    out = sys.stdout
    terminal = out.isatty()
    display = Display(out, live=terminal, color=terminal and "NO_COLOR" not in os.environ)
    results: list[CheckResult] = []
    for target in found:
        results.append(check(target, options, display.progress))
        display.result(results[-1])
        if results[-1].interrupted:
            break
    display.summary(results)
    return max((result.exit_code for result in results), default=ExitCode.NOT_RUN)


def targets(specs: Sequence[str], against: str | None, headers: Headers) -> list[Target]:
    """What is checked for these arguments: a live server, or the emulator itself in process.

    The emulator is checked as strictly as it can be: only known credentials are let in.
    Raises EmulatorError where a document can't be used.
    """
    settings = Settings(specs=tuple(specs) or BUILT_IN, auth="known")
    assembly = assemble(settings)
    if against is not None:
        return [
            Target(
                service.api.name,
                service.api.document,
                base_url=base_url(against, service.api.document),
                headers=headers,
            )
            for service in assembly.services
        ]
    app = create_app(settings, assembly)
    return [
        Target(
            service.api.name,
            service.api.document,
            app=app,
            headers=headers,
            credentials=() if headers else development_credentials(service),
        )
        for service in assembly.services
    ]


def development_credentials(service: Service) -> tuple[tuple[str, str], ...]:
    """A known credential for each security scheme that has one."""
    found: dict[str, str] = {}
    for credential in credentials_of(service):
        found.setdefault(credential.scheme, value_of(credential, time.time()))
    return tuple(found.items())


def base_url(against: str, document: Mapping[str, Json]) -> str:
    """The URL the operations live below: `against`, with the document's path if it has none."""
    return against if urlsplit(against).path else against + base_path(document)
