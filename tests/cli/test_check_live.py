"""`emulator check --against`: where credentials come from, and where they must not go."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.main import command
from tests.support.broken_servers import broken
from tests.support.live_app import served
from tests.support.pets import API_KEY, HERE, Pets

SPEC = str(HERE / "pets.yaml")
QUICK = ("--phase", "behaviour")


@pytest.fixture
def app() -> Pets:
    return broken("repeats the key in a header")


@pytest.fixture
def url(app: Pets) -> Iterator[str]:
    app.pets["p1"] = {"id": "p1", "name": "Tom"}
    with served(app) as origin:
        yield origin


def invoke(*arguments: str, **environment: str) -> Result:
    runner = CliRunner(env=environment)
    return runner.invoke(command, ["check", SPEC, *QUICK, *arguments], prog_name="emulator")


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--auth", f"key={API_KEY}"], {}),
        (["--auth", f"pets={API_KEY}"], {}),
        (["--auth", "key=${PETS_KEY}"], {"PETS_KEY": API_KEY}),
        ([], {"EMULATOR_CHECK_AUTH": f"key={API_KEY}"}),
        (["--header", f"x-pets-id: {API_KEY}"], {}),
        ([], {"EMULATOR_CHECK_HEADER": f"x-note: hello there\nx-pets-id: {API_KEY}"}),
    ],
    ids=["scheme", "API", "variable", "environment", "header", "headers of the environment"],
)
def test_credentials_open_the_server_and_are_never_shown(
    url: str, tmp_path: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    reports = ("--report", "junit,har,ndjson,json,html", "--report-dir", str(tmp_path))
    resume = ("--resume", str(tmp_path / "run.ndjson"))
    result = invoke("--against", url, *arguments, *reports, *resume, **environment)
    assert result.exit_code == 0, result.output
    written = [path.read_text() for path in tmp_path.iterdir()]
    assert len(written) == 6
    assert not any(API_KEY in text for text in [result.output, *written])


def test_settings_stand_in_the_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: Pets
) -> None:
    lines = [f"against: {url}", "auth: key=${PETS_KEY}", "rate: 9000/s", "report: json"]
    text = "check:\n" + "".join(f"  {line}\n" for line in lines)
    (tmp_path / "emulator.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    result = invoke(PETS_KEY=API_KEY)
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "reports/pets.json").read_text())["cases"] == len(app.seen)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--auth", "s3cret-value"], "no document has a security scheme for what it names"),
        (["--auth", "nobody=s3cret-value"], "no document has a security scheme for 'nobody'"),
        (["--auth", "pets"], "no key to mint a token with"),
        (["--include", "GET /pest"], "'GET /pest' matches no operation; did you mean 'GET /pets'?"),
        (["--exclude", "listPet"], "'listPet' matches no operation; did you mean 'listPets'?"),
        (["--auth", "key=${NOT_THERE_AT_ALL}"], "the environment has no NOT_THERE_AT_ALL"),
        (["--header", "s3cret-value"], "is not of the form 'Name: value'"),
        (["--rate", "10"], "write it like 10/s"),
        (["--max-time", "soon"], "write it like 90s"),
        (["--update-baseline"], "--baseline FILE"),
        (["--baseline", "none.json"], "there is no such file"),
        (["--resume", "run.ndjson", "--workers", "2"], "--workers 1"),
        (["--contract", __file__], "test_check_live.py"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_argument_says_why_and_no_secret(arguments: list[str], message: str) -> None:
    result = invoke("--against", "http://127.0.0.1:1", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert "s3cret" not in result.output


def test_baseline_is_written_and_then_holds(url: str, tmp_path: Path) -> None:
    file = str(tmp_path / "baseline.json")
    check = ("--against", url, "--auth", f"key={API_KEY}", "--allow-writes", "--baseline", file)
    assert invoke(*check, "--update-baseline").exit_code == 0
    result = invoke(*check)
    assert result.exit_code == 0, result.output
    assert "1 more of the baseline" in result.output


def test_budget_is_kept_and_said(url: str, app: Pets) -> None:
    result = invoke("--against", url, "--auth", f"key={API_KEY}", "--max-requests", "5")
    assert len(app.seen) == 5
    assert "stopped: all 5 requests of --max-requests are sent" in result.output
