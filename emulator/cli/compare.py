"""`emulator compare`: the emulator beside a real endpoint, from the command line."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import httpx

from emulator.cli.check_options import (
    Line,
    against_url,
    headers_of,
    rate_of,
    seconds_of,
    texts_of,
)
from emulator.cli.check_targets import (
    base_url,
    contract_of,
    development_credentials,
    reading_tools,
)
from emulator.cli.options import SpecCommand, settings_options
from emulator.cli.signals import ended_by_signal
from emulator.contract.check.document import credential_names
from emulator.contract.check.findings import ExitCode, seed_number
from emulator.contract.check.logins import check_names, logins
from emulator.contract.compare.asking import Party
from emulator.contract.compare.drift import Drift, drift
from emulator.contract.compare.report import as_html, as_json, read
from emulator.contract.compare.rules import Rules, built_in_rules, read_rules, rules_file
from emulator.contract.compare.run import INTERRUPTED, Options, Tool, compare
from emulator.contract.compare.terminal import lines
from emulator.contract.compare.values import Comparison, Kind
from emulator.contract.pacing import Pace
from emulator.contract.reports.display import Progress, display_on
from emulator.contract.reports.files import ReportFiles
from emulator.errors import EmulatorError, SettingsError
from emulator.http.known_secrets import mask_of
from emulator.mock.assemble import assemble
from emulator.mock.exchange import Service
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import make_settings

_EPILOG = """\b
Examples:
  emulator compare petstore.yaml --against http://127.0.0.1:8000
  emulator compare composio --against https://backend.composio.dev \\
      --auth 'composio=${COMPOSIO_KEY}' --rate 5/s --max-time 10m \\
      --json monday.json --html monday.html
  emulator compare composio --against https://backend.composio.dev \\
      --auth 'composio=${COMPOSIO_KEY}' --since monday.json

\b
The endpoint is sent only what reads, unless --allow-writes is given: safe methods, and
what a rules file names under `reads`. Values of --header and --auth may name environment
variables, as ${NAME}; they are never shown.

\b
Exit status: 0 no difference of --fail-on (with --since: no new one), 1 some, 2 nothing
was compared, or the run was interrupted.
"""
_FAIL_ON = f"{Kind.ENDPOINT},{Kind.EMULATOR},{Kind.DIFFERENT}"


def _kinds(_: click.Context, __: click.Parameter, text: str) -> frozenset[Kind]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    try:
        return frozenset(Kind(name) for name in names if name != "none")
    except ValueError as error:
        known = ", ".join((*Kind, "none"))
        raise click.BadParameter(f"write some of these by comma: {known}") from error


@click.command("compare", cls=SpecCommand, epilog=_EPILOG)
@click.argument("spec", metavar="SPEC")
@click.option(
    "--against", required=True, callback=against_url, metavar="URL", help="The endpoint to compare."
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    type=Line(),
    callback=headers_of,
    envvar="EMULATOR_CHECK_HEADER",
    metavar="'NAME: VALUE'",
    help="Send this to the endpoint with every request. Repeatable.",
)
@click.option(
    "--auth",
    multiple=True,
    type=Line(),
    callback=texts_of,
    envvar="EMULATOR_CHECK_AUTH",
    metavar="NAME=VALUE",
    help="The endpoint's credential: NAME is a security scheme, the API, bearer or basic.",
)
@click.option("--allow-writes", is_flag=True, help="Send what may change something, too.")
@click.option(
    "--include", multiple=True, metavar="GLOB", help="Only these operations, e.g. 'GET /pets*'."
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Not these operations.")
@click.option(
    "--rules",
    "rules_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What may differ; SPEC.compare.yaml beside the document by default, if it is there.",
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
    "drawn",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Generated requests per operation, valid and invalid, besides the systematic ones.",
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="How often one request is asked, to see whether an answer differs from itself.",
)
@click.option("--max-requests", type=click.IntRange(min=0), metavar="N", help="Send no more.")
@click.option(
    "--max-time", callback=seconds_of, metavar="TIME", help="Send nothing after 90s, 10m, 1h."
)
@click.option("--rate", callback=rate_of, metavar="N/s", help="Send no more: 10/s, 300/m, 1000/h.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest wait for an answer.",
)
@click.option(
    "--fail-on",
    callback=_kinds,
    default=_FAIL_ON,
    show_default=True,
    metavar="KINDS",
    help="Exit 1 where there is a difference of these kinds: endpoint, emulator, different, flaky;"
    " or none.",
)
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="REPORT",
    help="Show what changed since a report of --json; only new differences fail.",
)
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report as JSON.",
)
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it as a page.",
)
@settings_options("fixtures", "state", "mappings")
@click.pass_context
def command(context: click.Context, /, spec: str, **values: Any) -> None:
    """Show where the emulator and a real endpoint of one document differ.

    Both are sent the same requests, valid and invalid. SPEC is a file or one of the services
    below. Each difference says whose it is, shows both exchanges in the reports, and what mends it.
    """
    try:
        with ended_by_signal():
            context.exit(_run(spec, values))
    except EmulatorError as error:
        click.echo(f"error: {error}", err=True)
        context.exit(ExitCode.NOT_RUN)


def _run(spec: str, values: dict[str, Any]) -> ExitCode:
    own = {name: values[name] for name in ("fixtures", "state", "mappings")}
    settings = make_settings((spec,), {**own, "auth": "known", "port": 0})
    earlier = read(values["since"]) if values["since"] else None
    if "@" in urlsplit(values["against"]).netloc:
        raise SettingsError("--against", "it holds a credential, which would be shown", "--auth")
    assembly = assemble(settings)
    (service,) = assembly.services
    rules = _rules(values["rules_path"], service)
    check_names([service.api], values["auth"])
    credentials = logins(service.api, values["auth"], {}, None, time.time())
    mask = mask_of(values["headers"], credentials)
    files = ReportFiles(values["json_path"], values["html_path"])
    display = display_on(sys.stdout, mask)

    def since(result: Comparison) -> Drift | None:
        return drift(earlier, result) if earlier is not None else None

    def write(result: Comparison) -> None:
        report = as_json(result, since(result), mask)
        files.write(report, lambda: as_html(report))

    def observe(progress: Progress, result: Callable[[], Comparison]) -> None:
        if display.live:
            display.progress(progress)
        if files.due:
            write(result())

    options = Options(
        **{n: values[n] for n in ("seed", "drawn", "repeats", "allow_writes", "include", "exclude")}
    )
    app = create_app(settings, assembly)
    with running(app, settings.host, 0) as url, _clients(values["timeout"]) as (ours, theirs):
        pace = Pace(values["rate"], values["max_requests"], values["max_time"])
        emulator = Party(
            "emulator",
            url + (service.api.prefixes or ("",))[0],
            ours,
            credentials=development_credentials(service),
            # Its limits are answers to compare, and its time is not worth waiting for.
            pace=Pace(sleep=lambda _: None),
        )
        endpoint = Party(
            "endpoint",
            base_url(values["against"], service.api.document),
            theirs,
            values["headers"],
            credentials,
            frozenset(credential_names(service.api.document)),
            pace,
        )
        tools = _tools(service)
        result = compare(service.api, (emulator, endpoint), rules, options, tools, observe)
    changed = since(result)
    write(result)
    display.show(lines(result, changed))
    return _exit_code(result, changed, values["fail_on"])


@contextmanager
def _clients(timeout_s: float) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """One for the emulator, which no proxy may come before, and one for the endpoint."""
    with (
        httpx.Client(timeout=60, trust_env=False) as ours,
        httpx.Client(timeout=timeout_s) as theirs,
    ):
        yield ours, theirs


def _exit_code(result: Comparison, changed: Drift | None, fail_on: frozenset[Kind]) -> ExitCode:
    if not result.compared or result.stopped == INTERRUPTED:
        return ExitCode.NOT_RUN
    failing = [each for each in result.differences if each.kind in fail_on]
    if changed is not None:
        failing = [each for each in failing if each.id in changed.new]
    return ExitCode.FINDINGS if failing else ExitCode.FINE


def _tools(service: Service) -> Iterator[Tool]:
    for promise in contract_of(service, None).tools:
        for slug, arguments in reading_tools(service):
            yield promise, slug, arguments


def _rules(path: Path | None, service: Service) -> Rules:
    path = path or rules_file(Path(service.api.file))
    return read_rules(path) if path.is_file() else built_in_rules()
