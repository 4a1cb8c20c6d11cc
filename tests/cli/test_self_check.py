"""`emulator check` of the built-in services: all checks, valid and invalid data, no findings."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.check import command
from emulator.services.composio.plugin import PLUGIN
from tests.support.assembled import service

#: What a seed draws, after what leads to ids: everything else is the same with any.
DRAWN = ("--phase", "behaviour", "--phase", "fuzzing", "--phase", "stateful")

#: Without a handler: invalid requests for these are rejected as for any document (test_features).
COMPOSIO_IN_GENERAL = tuple(
    argument
    for operation in service("composio").api.operations
    if operation.id not in PLUGIN.handlers
    for argument in ("--exclude", operation.id)
)


@pytest.mark.parametrize(
    ("api", "examples", "seed", "phases"),
    # The larger the document, the fewer do: with so many operations most of the time goes here.
    [
        ("paragon", "20", "0", ()),
        ("paragon", "20", "1", DRAWN),
        ("composio", "1", "0", ("--phase", "examples", *DRAWN)),
        ("composio", "1", "0", ("--phase", "coverage", *COMPOSIO_IN_GENERAL)),
        ("agentflow", "6", "0", ()),
        ("agentflow", "6", "1", DRAWN),
    ],
)
def test_emulator_keeps_what_its_documents_promise(
    api: str, examples: str, seed: str, phases: tuple[str, ...]
) -> None:
    result = CliRunner().invoke(command, [api, "--seed", seed, "--max-examples", examples, *phases])
    assert result.exit_code == 0, result.output
    assert "1 API, 0 findings" in result.output


def test_reports_of_a_self_check_are_written(tmp_path: Path) -> None:
    arguments = ["agentflow", "--report", "junit,har,ndjson", "--report-dir", str(tmp_path)]
    result = CliRunner().invoke(command, [*arguments, "--max-examples", "1", *DRAWN])
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "agentflow.junit.xml",
        "agentflow.har.json",
        "agentflow.ndjson",
    }
