"""`emulator compare`: where the emulator and a real endpoint differ."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import httpx

from emulator.cli import run_options
from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.cli.signals import ended_by_signal
from emulator.cli.targets import (
    base_url,
    contract_of,
    development_credentials,
    reading_tools,
)
from emulator.cli.values import EXISTING_FILE, names_in, parsed_by, server_url
from emulator.contract.check.findings import ExitCode
from emulator.contract.check.logins import credential_names, logins, reject_unknown_names
from emulator.contract.compare.report import Drift, as_html, as_json, drift, lines, read
from emulator.contract.compare.rules import Rules, built_in_rules, read_rules, rules_file
from emulator.contract.compare.run import INTERRUPTED, Options, Tool, compare
from emulator.contract.compare.servers import ComparedServer
from emulator.contract.compare.values import Comparison, Kind
from emulator.contract.pacing import Pace
from emulator.contract.reports.display import Progress, display_on
from emulator.contract.reports.files import ReportFiles
from emulator.errors import SettingsError
from emulator.http.known_secrets import mask_of
from emulator.mock.assemble import assemble
from emulator.mock.exchange import Service
from emulator.server.app import create_app
from emulator.server.uvicorn import running

_EPILOG = """\b
Examples:
  emulator compare petstore.yaml --against http://127.0.0.1:8000
  emulator compare composio --against https://backend.composio.dev \\
      --auth 'composio=${COMPOSIO_KEY}' --rate 5/s --max-time 10m \\
      --json monday.json --html monday.html
  emulator compare composio --against https://backend.composio.dev \\
      --auth 'composio=${COMPOSIO_KEY}' --since monday.json

\b
Unless --allow-writes is given, the endpoint is only sent requests that change nothing: safe
methods, and operations that a rules file lists under `reads`. Values of --header and --auth
can name environment variables: ${NAME}.

\b
Exit status: 0 no difference of --fail-on (with --since: no new one), 1 some, 2 nothing
was compared, or the run was interrupted.
"""
_FAIL_ON = f"{Kind.ENDPOINT},{Kind.EMULATOR},{Kind.DIFFERENT}"


def _kinds(text: str) -> frozenset[Kind]:
    try:
        return frozenset(Kind(name) for name in names_in([text]) if name != "none")
    except ValueError as error:
        known = ", ".join((*Kind, "none"))
        raise click.BadParameter(f"write some of these by comma: {known}") from error


@click.command("compare", cls=SpecCommand, epilog=_EPILOG)
@click.argument("spec", metavar="SPEC")
@click.option(
    "--against",
    required=True,
    callback=parsed_by(server_url),
    metavar="URL",
    help="The endpoint to compare.",
)
@run_options.credentials()
@run_options.allow_writes
@run_options.selection
@click.option(
    "--rules",
    "rules_path",
    type=EXISTING_FILE,
    metavar="FILE",
    help="What may differ. Default: SPEC.compare.yaml beside the document, if it exists.",
)
@run_options.seed
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
    help="How often each request is sent, to find responses that differ from themselves.",
)
@run_options.limits
@run_options.timeout(10.0)
@click.option(
    "--fail-on",
    callback=parsed_by(_kinds),
    default=_FAIL_ON,
    show_default=True,
    metavar="KINDS",
    help="Exit with 1 on differences of these kinds: endpoint, emulator, different, flaky;"
    " or none.",
)
@click.option(
    "--since",
    type=EXISTING_FILE,
    metavar="REPORT",
    help="Show what changed since this report of --json; only new differences fail.",
)
@run_options.report_files
@settings_options("fixtures", "state", "root", "mappings")
@click.pass_context
def command(context: click.Context, /, spec: str, **values: Any) -> None:
    """Show where the emulator and a real endpoint differ.

    Both are sent the same requests, valid and invalid. SPEC is a file or one of the services
    below. Each difference says which side causes it and how to fix it; the report files show both
    exchanges.
    """
    with ended_by_signal():
        context.exit(_run(spec, values))


def _run(spec: str, values: dict[str, Any]) -> ExitCode:
    own = {name: values[name] for name in ("fixtures", "state", "root", "mappings")}
    settings = read_settings((spec,), {**own, "auth": "known", "port": 0})
    earlier = read(values["since"]) if values["since"] else None
    if "@" in urlsplit(values["against"]).netloc:
        raise SettingsError("--against", "it holds a credential, which would be shown", "--auth")
    assembly = assemble(settings)
    (service,) = assembly.services
    rules = _rules(values["rules_path"], service)
    reject_unknown_names([service.api], values["auth"])
    credentials = logins(service.api, values["auth"], {}, None, time.time())
    mask = mask_of(values["headers"], credentials)
    files = ReportFiles(values["json_file"], values["html_file"])
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
    with running(app, settings.host, 0) as url, _clients(values["timeout_s"]) as (ours, theirs):
        pace = Pace(values["rate_per_s"], values["max_requests"], values["max_time_s"])
        emulator = ComparedServer(
            "emulator",
            url + (service.api.prefixes or ("",))[0],
            ours,
            credentials=development_credentials(service),
            # A 429 of the emulator is a response to compare, not one to wait for.
            pace=Pace(sleep=lambda _: None),
        )
        endpoint = ComparedServer(
            "endpoint",
            base_url(values["against"], service.api.document),
            theirs,
            values["headers"],
            credentials,
            frozenset(credential_names(service.api)),
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
    """A client for the emulator, which never uses a proxy, and one for the endpoint."""
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
