"""A run that was stopped, however hard, goes on where it was."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from emulator.contract.check.findings import CheckOptions, CheckResult, ExitCode
from emulator.contract.check.resume_log import ResumeLog, ResumeLogError
from emulator.contract.check.run import check
from emulator.http.known_secrets import Mask
from tests.support.broken_servers import broken
from tests.support.pets import API_KEY, Pets, target

OPTIONS = CheckOptions(max_examples=1, phases=("behaviour", "coverage"))
FAULT = "repeats the key in an error"


def run(app: Pets, options: CheckOptions) -> CheckResult:
    return check(target(app), options, lambda _: None)


@pytest.fixture(scope="module")
def whole() -> tuple[CheckResult, int]:
    app = broken(FAULT)
    return run(app, OPTIONS), len(app.seen)


def test_parts_of_a_run_send_what_the_whole_sends_and_find_the_same(
    whole: tuple[CheckResult, int], tmp_path: Path
) -> None:
    expected, requests = whole
    options = replace(OPTIONS, resume=tmp_path / "run.ndjson", max_requests=100)
    app = broken(FAULT)
    results = list[CheckResult]()
    while not results or results[-1].stopped:
        results.append(run(app, options))
    assert len(results) == requests // 100 + 1
    assert len(app.seen) == requests
    assert [each.title for each in results[-1].findings] == [f.title for f in expected.findings]
    assert results[-1].cases == expected.cases
    assert results[0].stopped == "all 100 requests of --max-requests are sent"
    assert results[0].exit_code is ExitCode.FINDINGS


def test_finished_run_is_read_again_without_a_request(tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    options = replace(OPTIONS, resume=path)
    asked, app = broken(FAULT), broken(FAULT)
    first = run(asked, options)
    # It holds no credential, and is for its owner.
    assert API_KEY not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    again = run(app, options)
    assert app.seen == []
    assert [each.id for each in again.findings] == [each.id for each in first.findings]
    assert again.remembered == len(asked.seen) > first.cases


def test_line_that_was_being_written_is_lost_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    options = replace(OPTIONS, resume=path, max_requests=50)
    run(Pets(), options)
    path.write_bytes(path.read_bytes()[:-9])
    assert run(Pets(), replace(options, max_requests=1)).remembered == 49


@pytest.mark.parametrize("change", [{"seed": 1}, {"max_examples": 2}], ids=str)
def test_file_of_another_run_is_refused(tmp_path: Path, change: dict[str, int]) -> None:
    options = replace(OPTIONS, resume=tmp_path / "run.ndjson", max_requests=1)
    run(Pets(), options)
    with pytest.raises(ResumeLogError, match="another document, seed or options"):
        run(Pets(), replace(options, **change))  # type: ignore[arg-type]


def test_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("buy milk\n")
    with pytest.raises(ResumeLogError, match="line 1 is not of a run"):
        run(Pets(), replace(OPTIONS, resume=path))
    assert path.read_text() == "buy milk\n"


KILLED = """
import os, signal
from pathlib import Path
from emulator.contract.check.findings import CheckOptions
from emulator.contract.check.run import check
from tests.support.broken_servers import broken
from tests.support.pets import target
def watch(progress):
    if progress.findings:
        os.kill(os.getpid(), signal.SIGKILL)
folder = Path({folder!r})
options = CheckOptions(
    max_examples=1,
    phases=("behaviour", "coverage"),
    resume=folder / "run.ndjson",
    reports=("json",),
    report_dir=folder,
)
check(target(broken({fault!r})), options, watch)
"""


def test_killed_run_leaves_whole_reports_and_goes_on(
    whole: tuple[CheckResult, int], tmp_path: Path
) -> None:
    script = KILLED.format(folder=str(tmp_path), fault=FAULT)
    done = subprocess.run([sys.executable, "-c", script], check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    report = json.loads((tmp_path / "pets.json").read_text())
    assert report["findings"]
    app = broken(FAULT)
    result = run(app, replace(OPTIONS, resume=tmp_path / "run.ndjson"))
    assert [each.title for each in result.findings] == [each.title for each in whole[0].findings]
    assert 0 < len(app.seen) < whole[1]


def test_file_with_the_former_placeholder_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    hashed = hashlib.sha256(b"GET\0http://x/?key=[Filtered]\0None\0None\0").hexdigest()[:32]
    answer = {"status": 200, "reason": "", "headers": [], "body": "", "cut_short": False}
    lines = ({"run": "1", "version": 1}, {"request": hashed, **answer})
    path.write_text("".join(json.dumps({"api": "pets", **each}) + "\n" for each in lines))
    log = ResumeLog(path, "pets", "1", Mask(("s3cret",)))
    request = requests.Request("GET", "http://x/?key=s3cret").prepare()
    assert log.answer(request) is not None
    log.close()
