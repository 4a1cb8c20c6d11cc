import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from emulator.cli.main import command
from tests.support.endpoints import AUTH, PETS, differences, endpoint, run, unchanged, when

SECRET = "sk-live-0123456789"
NEITHER = when("GET /v1/pets/", 200, value=lambda value: {**value, "nickname": 1, "age": SECRET})
NEW = when("GET /v1/pets/", 200, value=lambda value: {**value, "age": 3, "born": None})


def test_only_what_reads_is_sent() -> None:
    with endpoint() as (url, app):
        done = run(PETS, url, *AUTH)
    assert {target.split()[0] for target, _ in app.asked} == {"GET"}
    assert "left out, for they might change something: 1 (--allow-writes)" in done.output


def test_operation_that_a_rule_says_reads_is_sent(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("reads: [addPet]\n")
    with endpoint() as (url, app):
        run(PETS, url, *AUTH, "--rules", str(rules))
    assert "POST" in {target.split()[0] for target, _ in app.asked}


def test_same_seed_asks_the_same() -> None:
    asked = []
    for seed in ("7", "7", "8"):
        with endpoint() as (url, app):
            run(PETS, url, *AUTH, "--seed", seed, "--allow-writes")
            asked.append([target for target, _ in app.asked])
    assert asked[0] == asked[1] != asked[2]


def test_secrets_are_in_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETS_GATE", SECRET)
    files = [tmp_path / name for name in ("report.json", "report.html")]
    with endpoint(NEITHER) as (url, app):
        options = (
            "--header",
            "X-Gate: ${PETS_GATE}",
            "--json",
            str(files[0]),
            "--html",
            str(files[1]),
        )
        done = run(PETS, url, *AUTH, *options)
    assert app.asked[0][1]["x-gate"] == SECRET
    shown = [done.output, *(file.read_text() for file in files)]
    assert [SECRET in each for each in shown] == [False, False, False]
    assert "emulator-development-credential" not in "".join(shown)


@pytest.mark.parametrize(
    ("fail_on", "code"), [("endpoint", 0), ("different,flaky", 1), ("none", 0), ("emulator", 0)]
)
def test_fail_on_chooses_what_fails(tmp_path: Path, fail_on: str, code: int) -> None:
    change = when("GET /v1/pets/", 200, value=lambda value: {**value, "age": 3})
    assert differences(tmp_path, change, "--fail-on", fail_on)[1] == code


def report(tmp_path: Path, change: Any, *arguments: str) -> tuple[dict[str, Any], str, int]:
    file = tmp_path / "new.json"
    with endpoint(change) as (url, _):
        done = run(PETS, url, *AUTH, "--json", str(file), *arguments)
    return json.loads(file.read_text()), done.output, done.exit_code


def test_since_shows_drift_and_only_new_differences_fail(tmp_path: Path) -> None:
    old = when("GET /v1/pets/", 200, value=lambda value: {**value, "age": 3, "tail": True})
    report(tmp_path, old)
    earlier = tmp_path / "new.json"
    earlier.rename(tmp_path / "old.json")
    since = ("--since", str(tmp_path / "old.json"))
    same, said, code = report(tmp_path, old, *since)
    assert ("since: 0 new, 2 stayed, 0 gone" in said, code) == (True, 0)
    changed, said, code = report(tmp_path, NEW, *since)
    assert ("since: 1 new, 1 stayed, 1 gone" in said, code) == (True, 1)
    assert [each["place"] for each in changed["gone"]] == ["200 /tail"]
    assert [(d["place"], d["new"]) for d in changed["differences"] if d["kind"] == "endpoint"] == [
        ("200 body /born type", True)
    ]
    assert not any(each["new"] for each in same["differences"])


def test_report_fits_80_columns(tmp_path: Path) -> None:
    _, said, _ = report(tmp_path, NEITHER)
    assert max(map(len, said.splitlines())) <= 80


def test_page_holds_both_exchanges_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    odd = when(
        "GET /v1/pets/", 200, value=lambda value: {**value, "age": "<script>alert(1)</script>"}
    )
    with endpoint(odd) as (url, _):
        run(PETS, url, *AUTH, "--html", str(page))
    text = page.read_text()
    assert "<h3>Emulator</h3>" in text
    assert "<h3>Endpoint</h3>" in text
    assert "<script" not in text
    assert "src=" not in text
    assert 'href="http' not in text


def test_budget_ends_the_run_with_what_was_found(tmp_path: Path) -> None:
    found, said, code = report(tmp_path, unchanged, "--max-requests", "3")
    assert found["stopped"] == "all 3 requests of --max-requests are sent"
    assert "stopped before the end: all 3 requests" in said
    assert code == 0


def test_nothing_compared_is_exit_code_2(tmp_path: Path) -> None:
    done = run(PETS, "http://127.0.0.1:1", *AUTH)
    assert done.exit_code == 2
    assert "no answer from http://127.0.0.1:1/v1" in done.output
    with endpoint() as (url, _):
        assert run(PETS, url, *AUTH, "--include", "nothing").exit_code == 2


def test_report_is_whole_after_an_interrupt(tmp_path: Path) -> None:
    file = tmp_path / "report.json"

    def interrupt(_: object) -> bool:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, endpoint() as (url, _):
        patch.setattr("emulator.contract.reports.files.ReportFiles.due", property(interrupt))
        done = run(PETS, url, *AUTH, "--json", str(file))
    assert done.exit_code == 2
    assert json.loads(file.read_text())["stopped"] == "interrupted"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", "localhost"], "not of the form http://"),
        (["--against", "http://u:secret@h"], "--against: it holds a credential"),
        (["--header", "secret"], "not of the form 'Name: value'"),
        (["--header", "A: ${EMULATOR_NO_SUCH}"], "the environment has no EMULATOR_NO_SUCH"),
        (["--auth", "other=secret"], "no document has a security scheme for 'other'"),
        (["--rate", "fast"], "write it like 10/s"),
        (["--max-time", "long"], "write it like 90s"),
        (
            ["--fail-on", "all"],
            "write some of these by comma: endpoint, emulator, different, flaky",
        ),
        (["--since", str(PETS)], "is not a report of emulator compare"),
        (["--rules", str(PETS)], "unknown field 'openapi'"),
        (["--json", "/no/such/folder/x.json"], "can't be written"),
    ],
)
def test_wrong_argument_says_why_and_shows_no_secret(arguments: list[str], message: str) -> None:
    with endpoint() as (url, _):
        against = [] if "--against" in arguments else ["--against", url]
        done = CliRunner().invoke(command, ["compare", str(PETS), *against, *arguments])
    assert done.exit_code == 2
    assert message in " ".join(done.output.split())
    assert "secret" not in done.output.replace("security", "")
    assert "Traceback" not in done.output
