import json
from pathlib import Path

import pytest

from emulator.contract.check.baseline import Baseline, BaselineError, read_baseline
from emulator.contract.check.findings import CheckOptions, CheckResult, ExitCode
from emulator.contract.check.run import check
from tests.support.broken_servers import broken
from tests.support.pets import target

OPTIONS = CheckOptions(phases=("behaviour",))


def found(fault: str, baseline: Baseline) -> CheckResult:
    return check(target(broken(fault)), OPTIONS, lambda _: None, baseline)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    Baseline().updated([found("ends no stream", Baseline())]).write(path)
    return path


def test_accepted_findings_fail_nothing(file: Path) -> None:
    result = found("ends no stream", read_baseline(file))
    assert result.exit_code is ExitCode.FINE
    assert {each.check for each in result.accepted} == {"event_grammar"}


def test_others_still_do(file: Path) -> None:
    result = found("ignores the limit", read_baseline(file))
    assert {each.check for each in result.findings} == {"pagination"}


def test_what_is_gone_is_said(file: Path) -> None:
    result = found("", read_baseline(file))
    assert result.gone == ("GET /walk  event_grammar: The stream never ends with end",)
    assert result.exit_code is ExitCode.FINE


def test_update_drops_what_is_gone_and_keeps_what_was_not_tested(file: Path) -> None:
    old = read_baseline(file)
    assert old.updated([found("", old)]).entries == {"pets": []}
    untested = CheckResult("pets", 0, untested=("GET /walk",))
    assert old.updated([untested]).entries == old.entries


def test_file_is_the_same_for_the_same_findings(file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    read_baseline(file).updated([found("ends no stream", Baseline())]).write(again)
    assert again.read_text() == file.read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no JSON", "can't be read"),
        ("[]", "has no `findings`"),
        (json.dumps({"findings": {"pets": [{"id": "x"}]}}), "#/findings/pets/0"),
    ],
    ids=["no JSON", "no object", "no entry"],
)
def test_file_that_is_no_baseline_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(BaselineError, match=message):
        read_baseline(path)


def test_missing_file_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="--update-baseline writes it"):
        read_baseline(tmp_path / "none.json")
