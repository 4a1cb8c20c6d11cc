"""`emulator check`: tests a server against its OpenAPI documents."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from emulator.cli import run_options
from emulator.cli.options import SpecCommand, settings_options
from emulator.cli.signals import ended_by_signal
from emulator.cli.targets import Login, targets
from emulator.cli.values import EXISTING_FILE, FILE, parsed_by, report_kinds, server_url
from emulator.contract.check.baseline import Baseline, read_baseline
from emulator.contract.check.findings import (
    PHASES,
    REPORT_SUFFIXES,
    CheckOptions,
    CheckResult,
    ExitCode,
    Target,
)
from emulator.contract.check.report import lines, summary
from emulator.contract.check.run import check, check_names
from emulator.contract.reports.display import display_on
from emulator.contract.selection import reject_unmatched
from emulator.errors import SettingsError
from emulator.http.messages import Headers
from emulator.http.nearest import unknown

_EPILOG = """\b
Examples:
  emulator check                                   all installed services, in process
  emulator check petstore.yaml                     the emulator's own answers for a document
  emulator check petstore.yaml --against http://127.0.0.1:8000
  emulator check composio --against https://backend.composio.dev/api/v3.1 \\
      --auth 'composio=${COMPOSIO_KEY}' --rate 5/s --max-time 10m --resume run.ndjson
  emulator check --report junit,html --report-dir build

\b
A live server is only sent requests that change nothing: safe methods, and tools that only
read by their fixtures. --allow-writes sends all requests.
Values of --header and --auth can name environment variables: ${NAME}.

\b
Exit status: 0 no findings, 1 findings, 2 something could not be checked.
"""


@click.command("check", cls=SpecCommand, epilog=_EPILOG)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option(
    "--against", callback=parsed_by(server_url), metavar="URL", help="Check this live server."
)
@run_options.credentials(" NAME alone mints a token with --signing-key.")
@click.option(
    "--signing-key",
    type=EXISTING_FILE,
    envvar="EMULATOR_CHECK_SIGNING_KEY",
    metavar="FILE",
    help="RSA key (PEM) to sign tokens with.",
)
@click.option("--subject", default="emulator-check", metavar="ID", help="Subject of the tokens.")
@run_options.allow_writes
@click.option(
    "--contract",
    "contracts",
    multiple=True,
    type=EXISTING_FILE,
    metavar="FILE",
    help="What a SPEC promises besides its document. Default: SPEC.contract.yaml, if it exists.",
)
@settings_options("root", "remember")
@run_options.selection
@click.option(
    "--check", "checks", multiple=True, metavar="NAME", help="Run only this check. Repeatable."
)
@click.option(
    "--phase",
    "phases",
    multiple=True,
    type=click.Choice(PHASES),
    default=PHASES,
    help="Run only this phase. Repeatable.",
)
@run_options.seed
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Generated requests per operation, besides the systematic ones.",
)
@run_options.limits
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Requests at a time; only with one worker a seed repeats a run.",
)
@run_options.timeout(10.0)
@click.option(
    "--resume",
    type=FILE,
    metavar="FILE",
    help="Keep all responses here; a run that was stopped continues from this file.",
)
@click.option(
    "--baseline",
    "baseline_file",
    type=FILE,
    metavar="FILE",
    help="Accepted findings: they are counted, but don't fail the run.",
)
@click.option(
    "--update-baseline", is_flag=True, help="Accept all findings of this run; needs --baseline."
)
@click.option(
    "--show-credentials",
    "mask_credentials",
    flag_value=False,
    default=True,
    help="Don't mask the values of --header and --auth.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=parsed_by(report_kinds),
    metavar="KIND[,KIND]...",
    help=f"Write report files: {', '.join(REPORT_SUFFIXES)}.",
)
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder for report files, one per API and kind.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    specs: tuple[str, ...],
    against: str | None,
    headers: Headers,
    contracts: tuple[Path, ...],
    **options: Any,
) -> None:
    """Test a server against its OpenAPI documents.

    SPEC is a file or one of the services below; none means all of these. Without
    --against the emulator itself is checked, in process.
    """
    login = Login(options.pop("auth"), options.pop("signing_key"), options.pop("subject"))
    file, update = options.pop("baseline_file"), options.pop("update_baseline")
    if update and file is None:
        raise SettingsError("--update-baseline", "needs a file", "--baseline FILE")
    baseline = read_baseline(file, must_exist=not update) if file else Baseline()
    if options["resume"] is not None and options["workers"] > 1:
        raise SettingsError("--resume", "needs a run that can be repeated", "--workers 1")
    root, remember = options.pop("root"), options.pop("remember")
    found = targets(specs, against, headers, login, contracts, root, remember)
    with ended_by_signal():
        context.exit(_run(found, CheckOptions(**options), baseline, file if update else None))


def _run(
    found: Sequence[Target], options: CheckOptions, baseline: Baseline, update: Path | None
) -> ExitCode:
    """Check the targets; `update` is the file that the new baseline goes to."""
    known = check_names()
    for name in options.checks:
        if name not in known:
            raise SettingsError("--check", unknown("check", name, known))
    apis = [each.api for each in found if each.api is not None]
    if len(apis) == len(found):
        reject_unmatched(apis, "--include", options.include)
        reject_unmatched(apis, "--exclude", options.exclude)
    display = display_on(sys.stdout)
    results: list[CheckResult] = []
    for target in found:
        results.append(check(target, options, display.progress, baseline))
        display.show(lines(results[-1]))
        if results[-1].interrupted:
            break
    if update is not None:
        baseline.updated(results).write(update)
        display.show(("", f"written: {update}"))
    display.show(summary(results))
    codes = [result.exit_code for result in results]
    if update is not None:
        codes = [ExitCode.FINE if code is ExitCode.FINDINGS else code for code in codes]
    return max(codes, default=ExitCode.NOT_RUN)
