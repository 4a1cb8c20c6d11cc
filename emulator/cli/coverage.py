"""`emulator coverage`: which documented responses are valid, and which tests received."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx

from emulator.cli import run_options
from emulator.cli.options import SpecCommand, settings_options
from emulator.cli.values import EXISTING_FILE
from emulator.contract.check.findings import ExitCode
from emulator.contract.coverage.items import items_of
from emulator.contract.coverage.journal import JournalCounts, JournalExchange, read_journal, tally
from emulator.contract.coverage.report import (
    NOTE,
    Coverage,
    coverage_of,
    page,
    summary,
    table,
    total,
)
from emulator.contract.reports.display import WIDTH, display_on
from emulator.contract.reports.files import ReportFiles
from emulator.errors import SettingsError
from emulator.mock.assemble import Assembly, assemble, credentials_of
from emulator.openapi.security.credentials import value_of
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings, make_settings

#: The emulator's time, so that the result is the same on any day.
_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
_TIMEOUT_S = 60

_EPILOG = """\b
Examples:
  emulator coverage                                   all installed services
  emulator coverage petstore.yaml --fail-under 100    your own document
  emulator coverage petstore.yaml --journal run.har   what your tests received
  emulator coverage --url http://127.0.0.1:4010       the same, of a running emulator

\b
A journal is the response of `GET /__admin/requests` or `GET /__admin/requests.har`.

\b
Exit status: 0 fine, 1 below --fail-under, 2 nothing to count.
"""


@click.command("coverage", cls=SpecCommand, epilog=_EPILOG)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@settings_options("fixtures", "root")
@click.option(
    "--journal",
    "journals",
    multiple=True,
    type=EXISTING_FILE,
    metavar="FILE",
    help="Requests of your tests: HAR, JSON or NDJSON of an emulator. Repeatable.",
)
@click.option("--url", metavar="URL", help="Read the journal of a running emulator.")
@click.option("--scope", default="default", show_default=True, help="Scope of --url.")
@click.option("--token", envvar="EMULATOR_ADMIN_TOKEN", help="Admin token of --url.")
@run_options.report_files
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    default=0,
    metavar="N",
    help="Fail if less than N percent of the documented responses are valid or, with a journal,"
    " were received.",
)
@click.pass_context
def command(
    context: click.Context, /, specs: tuple[str, ...], fail_under: float, **options: Any
) -> None:
    """Measure which documented responses are valid, and which your tests received.

    Requests every response (operation, status, media type), every example and every trigger from
    the emulator over a socket, and validates them with a second validator (jsonschema, part of
    'openapi-emulator[check]').
    """
    context.exit(_run(specs, fail_under, options))


def _run(specs: tuple[str, ...], fail_under: float, options: dict[str, Any]) -> ExitCode:
    own = {name: options[name] for name in ("fixtures", "root")}
    settings = make_settings(specs, {**own, "now": _NOW})
    assembly = assemble(settings)
    counts = _journal_counts(assembly, options)
    coverages = [*_coverages(settings, assembly, counts)]
    display = display_on(sys.stdout)
    for coverage in coverages:
        display.show((*table(coverage), ""))
    display.show((click.wrap_text(NOTE, WIDTH), "", summary(coverages)))
    report = {"note": NOTE, "apis": [coverage.as_json() for coverage in coverages]}
    ReportFiles(options["json_file"], options["html_file"]).write(report, lambda: page(coverages))
    share = total(coverages)
    if not share.whole:
        raise SettingsError("emulator coverage", "the documents describe no answers to count")
    return ExitCode.FINDINGS if share.percent < fail_under else ExitCode.FINE


def _coverages(
    settings: Settings, assembly: Assembly, counts: JournalCounts | None
) -> Iterator[Coverage]:
    """Request everything, API by API."""
    try:
        from emulator.contract.coverage.run import CoverageRun
    except ImportError as error:
        message = f"needs jsonschema, the second validator ({error})"
        raise SettingsError(
            "emulator coverage", message, "pip install 'openapi-emulator[check]'"
        ) from error
    with (
        running(create_app(settings, assembly)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=_TIMEOUT_S) as client,
    ):
        for service in assembly.services:
            known = reversed(credentials_of(service))  # the first of a scheme counts
            credentials = tuple((each.scheme, value_of(each, _NOW.timestamp())) for each in known)
            run = CoverageRun(service, client, credentials)
            yield coverage_of(service.api.name, run.items(), counts)


def _journal_counts(assembly: Assembly, options: dict[str, Any]) -> JournalCounts | None:
    """What the journals hold, if there are any; one about something else is an error."""
    exchanges: list[JournalExchange] = []
    for file in options["journals"]:
        exchanges += read_journal(_text(file), str(file))
    if options["url"] is not None:
        exchanges += _fetched(options["url"], options["scope"], options["token"])
    if not options["journals"] and options["url"] is None:
        return None
    items = (
        item
        for service in assembly.services
        for operation in service.api.operations
        for item in items_of(service, operation)
    )
    counts = tally(items, exchanges, assembly.site)
    if not counts.exchanges:
        names = ", ".join(service.api.name for service in assembly.services)
        raise SettingsError("--journal", f"none of {len(exchanges)} exchanges is one of {names}")
    return counts


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("--journal", f"{file} can't be read: {error}") from None


def _fetched(url: str, scope: str, token: str | None) -> list[JournalExchange]:
    headers = {"emulator-scope": scope} | ({"authorization": f"Bearer {token}"} if token else {})
    journal = f"{url.rstrip('/')}/__admin/requests"
    try:
        answer = httpx.get(journal, headers=headers, trust_env=False, timeout=_TIMEOUT_S)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SettingsError("--url", f"no journal at {journal}: {error}") from None
    return read_journal(answer.text, journal)
