"""`emulator check` of the built-in services: all checks, valid and invalid data, no findings."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.check import command


@pytest.mark.parametrize(
    ("api", "examples", "seed"),
    # The larger the document, the fewer do: with so many operations most of the time goes here.
    [
        ("paragon", "20", "0"),
        ("paragon", "20", "1"),
        ("composio", "5", "0"),
        ("agentflow", "20", "0"),
        ("agentflow", "20", "1"),
    ],
)
def test_emulator_keeps_what_its_documents_promise(api: str, examples: str, seed: str) -> None:
    result = CliRunner().invoke(command, [api, "--seed", seed, "--max-examples", examples])
    assert result.exit_code == 0, result.output
    assert "1 API, 0 findings" in result.output


def test_reports_of_a_self_check_are_written(tmp_path: Path) -> None:
    arguments = ["agentflow", "--report", "junit,har,ndjson", "--report-dir", str(tmp_path)]
    result = CliRunner().invoke(command, [*arguments, "--max-examples", "2"])
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "agentflow.junit.xml",
        "agentflow.har.json",
        "agentflow.ndjson",
    }
