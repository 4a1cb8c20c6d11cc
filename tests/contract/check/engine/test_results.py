import base64
import json
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from emulator.contract.check.engine.results import MaskedFile
from emulator.contract.check.findings import CheckOptions, CheckResult, Target
from emulator.contract.check.run import check
from emulator.http.known_secrets import mask_of
from tests.support.broken_servers import broken
from tests.support.pets import API_KEY, DOCUMENT, Pets, target

KINDS = ("junit", "har", "ndjson")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> CheckResult:
    folder = tmp_path_factory.mktemp("reports") / "deep"
    options = CheckOptions(max_examples=2, reports=KINDS, report_dir=folder)
    return check(target(broken("leaves out a required member")), options, lambda _: None)


def test_reports_are_named_after_the_target(result: CheckResult) -> None:
    names = ["pets.junit.xml", "pets.har.json", "pets.ndjson"]
    assert [path.name for path in result.reports] == names
    assert all(path.is_file() for path in result.reports)


def test_junit_has_a_failure_for_each_failing_operation(result: CheckResult) -> None:
    suite = ElementTree.parse(result.reports[0]).getroot()[0]
    failing = {case.get("name") for case in suite if case.find("failure") is not None}
    assert failing == {finding.operation for finding in result.findings}
    assert {case.get("name") for case in suite} >= {"GET /pets", "DELETE /pets/{pet_id}"}


def test_har_holds_every_answered_request(result: CheckResult) -> None:
    entries = json.loads(result.reports[1].read_text())["log"]["entries"]
    assert len(entries) == result.cases
    assert {entry["response"]["status"] for entry in entries} >= {200, 201, 401, 405}


def test_ndjson_is_one_event_a_line_from_start_to_finish(result: CheckResult) -> None:
    events = [json.loads(line) for line in result.reports[2].read_text().splitlines()]
    assert events[0]["Initialize"]["seed"] == 0
    assert "EngineFinished" in events[-1]


def test_no_report_holds_the_credentials(result: CheckResult) -> None:
    texts = [path.read_text() for path in result.reports]
    assert not any(API_KEY in text for text in texts)
    assert not any(base64.b64encode(API_KEY.encode()).decode() in text for text in texts)
    assert "[REDACTED]" in texts[1]


def test_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    options = CheckOptions(reports=("har",), report_dir=tmp_path / "file")
    result = check(Target("pets", DOCUMENT, app=Pets()), options, lambda _: None)
    assert "report can't be written" in result.errors[0]


def test_masked_file_passes_masked_text_on() -> None:
    file = StringIO()
    written = MaskedFile(file, mask_of((("x-key", "s3cret"),))).write("is s3cret")
    assert (file.getvalue(), written) == ("is [REDACTED]", 9)
