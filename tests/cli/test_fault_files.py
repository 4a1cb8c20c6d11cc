"""`serve --faults`, `--fault-log` and `--replay-faults`, as a user runs them."""

import json
import socket
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from emulator.cli.main import command
from tests.support.serve import first_line, interrupted, serving, url_of

PROFILE = """
faults:
  - fault: error
    where: {api: paragon, operation: listTools}
    when: {probability: 0.5}
    parameters: {status: 500}
  - fault: delay
    when: {every: 3}
    parameters: {distribution: exponential, ms: 1, max_ms: 2}
"""
HEADERS = {"authorization": "Bearer t"}


def run(*arguments: str) -> tuple[list[tuple[int, str, str]], str]:
    """What twelve requests get: status, faults, body; and what the process complained of."""
    with serving("paragon", *arguments, "--now", "2026-04-28T14:30:00Z") as process:
        url = url_of(first_line(process))
        with httpx.Client(base_url=url, headers=HEADERS, trust_env=False) as client:
            answers = [client.get("/projects/p/tools") for _ in range(12)]
        _, complaints = interrupted(process)
    faults = [answer.headers.get("emulator-fault", "") for answer in answers]
    return [(a.status_code, f, a.text) for a, f in zip(answers, faults, strict=True)], complaints


def refused(*arguments: str) -> Result:
    """What `serve` says that can't start; the port is taken, so that nothing is ever served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(command, ["serve", "paragon", "--port", port, *arguments])
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    return done


def test_log_of_a_profile_repeats_its_run(tmp_path: Path) -> None:
    profile, log, again = (tmp_path / name for name in ("faults.yaml", "log", "again"))
    profile.write_text(PROFILE)
    answers, complaints = run("--faults", str(profile), "--fault-log", str(log), "--seed", "s")
    assert complaints == ""
    assert {status for status, _, _ in answers} == {200, 500}
    assert "error, delay" in [fault for _, fault, _ in answers]
    head, *lines = map(json.loads, log.read_text().splitlines())
    assert head == {"seed": "s"}
    assert len(lines) == sum(bool(fault) for _, fault, _ in answers)
    replayed, complaints = run(*("--replay-faults", str(log), "--fault-log", str(again)))
    assert (replayed, complaints) == (answers, "")
    assert again.read_bytes() == log.read_bytes()


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--faults", "[{fault: meltdown}]", "#/0/fault"),
        ("--faults", "faults: [", "not valid YAML"),
        ("--replay-faults", '{"sed": "other"}\n', "the first line names no seed"),
        ("--replay-faults", "nonsense", "line 1 is no JSON"),
    ],
)
def test_file_that_cannot_be_used_is_told_before_the_port_is_open(
    tmp_path: Path, option: str, text: str, said: str
) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    done = refused(option, str(path))
    assert done.stdout == ""
    assert said in done.stderr


@pytest.mark.parametrize("option", ["--faults", "--replay-faults", "--fault-log"])
def test_file_that_is_not_there_is_told(tmp_path: Path, option: str) -> None:
    missing = tmp_path / "folder" / "file"
    assert str(missing) in refused(option, str(missing)).stderr
