"""`emulator check` of the built-in services: all checks, valid and invalid data, no findings."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.check import command


@pytest.mark.parametrize("api", ["paragon", "composio", "agentflow"])
@pytest.mark.parametrize("seed", ["0", "1"])
def test_emulator_keeps_what_its_documents_promise(api: str, seed: str) -> None:
    result = CliRunner().invoke(command, [api, "--seed", seed, "--max-examples", "20"])
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
