"""`emulator diff`: changes between two documents that break clients."""

from pathlib import Path

import click

from emulator.cli.options import settings_options
from emulator.contract.reports.files import json_text, write_whole
from emulator.mock.specs import load_api
from emulator.openapi.diff.changes import Severity, as_json, lines
from emulator.openapi.diff.compare import compare
from emulator.settings import make_settings

_STDOUT = Path("-")
_EPILOG = """\b
Examples:
  emulator diff old.yaml new.yaml
  emulator diff old.yaml new.yaml --breaking-only
  emulator diff old.yaml new.yaml --allow response-status-added
  git show main:api.yaml > old.yaml && emulator diff old.yaml api.yaml

\b
Exit status: 0 no breaking change, 1 breaking changes, 2 could not run.
"""


@click.command("diff", epilog=_EPILOG)
@click.argument("old")
@click.argument("new")
@click.option(
    "--allow", multiple=True, metavar="RULE", help="Don't fail for this rule. Repeatable."
)
@click.option("--breaking-only", is_flag=True, help="Show only changes that may break clients.")
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write all changes as JSON; - prints them instead of the text.",
)
@settings_options("root")
@click.pass_context
def command(
    context: click.Context,
    /,
    old: str,
    new: str,
    allow: tuple[str, ...],
    breaking_only: bool,
    file: Path | None,
    root: Path | None,
) -> None:
    """Find the changes from OLD to NEW that break clients.

    OLD and NEW are OpenAPI documents or installed services. A change breaks clients if a request
    that was valid is now rejected, or if a response is possible that was not before. Schemas are
    compared by the values they allow; the report shows such a value where it can.
    """
    settings = make_settings((), {"root": root})
    changes = compare(load_api(old, settings), load_api(new, settings))
    unmet = set(allow) - {change.rule for change in changes}
    if file is not None:
        report = json_text(as_json(old, new, changes))
        if file == _STDOUT:
            click.echo(report, nl=False)
        else:
            write_whole(file, report)
    if file != _STDOUT:
        listed = [c for c in changes if not (breaking_only and c.severity is Severity.NON_BREAKING)]
        for line in lines(listed):
            click.echo(line)
    for rule in sorted(unmet):
        click.echo(f"--allow {rule}: no change was found that it allows", err=True)
    breaking = [c for c in changes if c.severity is Severity.BREAKING and c.rule not in allow]
    context.exit(1 if breaking else 0)
