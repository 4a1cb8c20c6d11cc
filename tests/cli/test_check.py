import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emulator.cli import check as cli
from emulator.cli.main import command
from emulator.cli.targets import base_url, targets
from emulator.contract.check.findings import Target
from tests.support.broken_servers import broken
from tests.support.pets import API_KEY, DOCUMENT, HEADERS


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["check", *arguments], catch_exceptions=False)


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "pets.json"
    path.write_text(json.dumps(DOCUMENT))
    return str(path)


def checks_in_process(monkeypatch: pytest.MonkeyPatch, *faults: str) -> None:
    found = [
        Target(f"pets{n}", DOCUMENT, app=broken(fault), headers=HEADERS)
        for n, fault in enumerate(faults)
    ]
    monkeypatch.setattr(cli, "targets", lambda *_: found)


@pytest.mark.parametrize(
    ("faults", "code", "last"),
    [
        pytest.param([""], 0, "seed 5", id="fine"),
        pytest.param(["", "answers other methods"], 1, "seed 5", id="one with findings"),
        pytest.param([], 2, "0 APIs, 0 findings", id="nothing to check"),
    ],
)
def test_exit_code_is_the_worst_of_all_apis(
    monkeypatch: pytest.MonkeyPatch, faults: list[str], code: int, last: str
) -> None:
    checks_in_process(monkeypatch, *faults)
    result = invoke("--max-examples", "1", "--phase", "coverage", "--seed", "5")
    assert result.exit_code == code
    assert result.output.splitlines()[-1] == last


def test_reports_go_to_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checks_in_process(monkeypatch, "")
    folder = tmp_path / "out"
    options = ("--max-examples", "1", "--phase", "coverage", "--report", "junit,har,ndjson")
    assert invoke(*options, "--report-dir", str(folder)).exit_code == 0
    written = sorted(path.name for path in folder.iterdir())
    assert written == ["pets0.har.json", "pets0.junit.xml", "pets0.ndjson"]


def test_refused_connection_is_exit_code_2_without_traceback(spec: str) -> None:
    result = invoke(spec, "--against", "http://127.0.0.1:1", "--header", f"x-pets-id: {API_KEY}")
    assert result.exit_code == 2
    assert "no server at http://127.0.0.1:1/api/v1" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--header", "nonsense"], "not of the form 'Name: value'", id="header"),
        pytest.param(["--header", "a: b\nc: d"], "not of the form 'Name: value'", id="two headers"),
        pytest.param(["--against", "localhost:4010"], "not of the form http://", id="no scheme"),
        pytest.param(["--against", "http://h:99999"], "not of the form http://", id="port"),
        pytest.param(["--report", "pdf"], "'pdf' is none of junit, har, ndjson", id="report"),
        pytest.param(["--max-examples", "0"], "x>=1", id="max examples"),
        pytest.param(["--check", "luck"], "is called 'luck'; there is: allow_header", id="check"),
        pytest.param(["missing.yaml"], "missing.yaml: there is no such file", id="missing file"),
    ],
)
def test_wrong_argument_is_exit_code_2_and_says_why(
    spec: str, arguments: list[str], message: str
) -> None:
    against = [] if "--against" in arguments else ["--against", "http://127.0.0.1:1"]
    result = invoke(*arguments, spec, *against)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("against", "expected"),
    [
        ("http://h:1", "http://h:1/api/v1"),
        ("http://h:1/", "http://h:1/api/v1"),
        ("http://h:1/other", "http://h:1/other"),
    ],
    ids=["no path", "only a slash", "own path"],
)
def test_base_path_of_the_document_is_added_unless_the_url_has_one(
    against: str, expected: str
) -> None:
    assert base_url(against.rstrip("/"), DOCUMENT) == expected


def test_documents_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = []
    for folder in ("a", "b", "c"):
        path = tmp_path / folder / "pets.yaml"
        path.parent.mkdir()
        path.write_text("openapi: 3.1.0")
        paths.append(str(path))
    found: list[Any] = targets(paths, "http://h", ())
    assert [target.name for target in found] == ["pets", "pets-2", "pets-3"]


def test_help_shows_examples_and_exit_codes() -> None:
    text = invoke("--help").output
    assert "emulator check petstore.yaml --against http://127.0.0.1:8000" in text
    assert "Exit status: 0 no findings, 1 findings" in text
