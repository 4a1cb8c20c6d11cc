"""`emulator check`: the contract checks from the command line."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from emulator.cli.check_options import (
    Line,
    against_url,
    headers_of,
    rate_of,
    report_kinds,
    seconds_of,
    texts_of,
)
from emulator.cli.check_targets import Login, targets
from emulator.cli.options import SpecCommand
from emulator.cli.signals import ended_by_signal
from emulator.contract.check.baseline import Baseline, read_baseline
from emulator.contract.check.findings import (
    PHASES,
    REPORT_SUFFIXES,
    CheckOptions,
    CheckResult,
    ExitCode,
    Target,
    seed_number,
)
from emulator.contract.check.report import lines, summary
from emulator.contract.check.run import check, check_names
from emulator.contract.reports.display import display_on
from emulator.errors import EmulatorError, SettingsError
from emulator.http.messages import Headers

_EPILOG = """\b
Examples:
  emulator check                                   all installed services, in process
  emulator check petstore.yaml                     the emulator's own answers for a document
  emulator check petstore.yaml --against http://127.0.0.1:8000
  emulator check composio --against https://backend.composio.dev/api/v3.1 \\
      --auth 'composio=${COMPOSIO_KEY}' --rate 5/s --max-time 10m --resume run.ndjson
  emulator check --report junit,html --report-dir build

\b
Against a live server only requests that change nothing are sent: safe methods, and tools
that the catalogue says only read. --allow-writes sends all of them.
Values of --header and --auth may name environment variables, as ${NAME}.

\b
Exit status: 0 every promise kept, 1 findings, 2 something could not be checked.
"""


@dataclass(frozen=True, slots=True)
class _Baselined:
    """The baseline in force, and where to write what was found."""

    known: Baseline
    update: Path | None = None


@click.command("check", cls=SpecCommand, epilog=_EPILOG)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option("--against", callback=against_url, metavar="URL", help="Check this live server.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    type=Line(),
    callback=headers_of,
    envvar="EMULATOR_CHECK_HEADER",
    metavar="'NAME: VALUE'",
    help="Send this with every request; masked wherever shown. Repeatable.",
)
@click.option(
    "--auth",
    multiple=True,
    type=Line(),
    callback=texts_of,
    envvar="EMULATOR_CHECK_AUTH",
    metavar="NAME=VALUE",
    help="A credential where the document asks for it: NAME is a security scheme, an API, bearer"
    " or basic. NAME alone mints a token with --signing-key. Masked. Repeatable.",
)
@click.option(
    "--signing-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="EMULATOR_CHECK_SIGNING_KEY",
    metavar="FILE",
    help="The RSA key, as PEM, that tokens are signed with.",
)
@click.option("--subject", default="emulator-check", metavar="ID", help="The subject of tokens.")
@click.option("--allow-writes", is_flag=True, help="Send a live server what may change something.")
@click.option(
    "--contract",
    "contracts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What a SPEC promises beside its document; SPEC.contract.yaml by default, if it is there.",
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
    "--max-requests",
    type=click.IntRange(min=0),
    metavar="N",
    help="Send no more requests than this for an API.",
)
@click.option(
    "--max-time",
    "max_time_s",
    callback=seconds_of,
    metavar="TIME",
    help="Send nothing for an API after this time, e.g. 90s, 10m, 1h.",
)
@click.option(
    "--rate",
    "rate_per_s",
    callback=rate_of,
    metavar="N/s",
    help="Send no more requests than this in a second, minute or hour: 10/s, 300/m, 1000/h.",
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
    "--resume",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep all answers here; a run that was stopped goes on where it was.",
)
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Accepted findings: they are counted, and fail nothing.",
)
@click.option("--update-baseline", is_flag=True, help="Accept what is found; needs --baseline.")
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
    callback=report_kinds,
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
    contracts: tuple[Path, ...],
    **options: Any,
) -> None:
    """Check that a server keeps what its OpenAPI documents promise.

    SPEC is a file or one of the services below; none means all of these. Without
    --against the emulator itself is checked, in process.
    """
    try:
        login = Login(options.pop("auth"), options.pop("signing_key"), options.pop("subject"))
        baselined = _baselined(options.pop("baseline_file"), options.pop("update_baseline"))
        if options["resume"] is not None and options["workers"] > 1:
            raise SettingsError("--resume", "needs a run that can be repeated", "--workers 1")
        found = targets(specs, against, headers, login, contracts)
        with ended_by_signal():
            context.exit(_run(found, CheckOptions(**options), baselined))
    except EmulatorError as error:
        click.echo(f"error: {error}", err=True)
        context.exit(ExitCode.NOT_RUN)


def _baselined(file: Path | None, update: bool) -> _Baselined:
    if file is None:
        if update:
            raise SettingsError("--update-baseline", "needs a file", "--baseline FILE")
        return _Baselined(Baseline())
    return _Baselined(read_baseline(file, must_exist=not update), file if update else None)


def _run(found: Sequence[Target], options: CheckOptions, baselined: _Baselined) -> ExitCode:
    known = check_names()
    unknown = set(options.checks) - set(known)
    if unknown:
        names = ", ".join(known)
        raise SettingsError("--check", f"there is no {', '.join(sorted(unknown))}", names)
    display = display_on(sys.stdout)
    results: list[CheckResult] = []
    for target in found:
        results.append(check(target, options, display.progress, baselined.known))
        display.show(lines(results[-1]))
        if results[-1].interrupted:
            break
    if baselined.update is not None:
        baselined.known.updated(results).write(baselined.update)
        display.show(("", f"written: {baselined.update}"))
    display.show(summary(results))
    codes = [result.exit_code for result in results]
    if baselined.update is not None:
        codes = [ExitCode.FINE if code is ExitCode.FINDINGS else code for code in codes]
    return max(codes, default=ExitCode.NOT_RUN)
