"""`emulator coverage` as a user calls it."""

import json
import sys
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from emulator.cli.main import command
from emulator.contract.coverage.report import NOTE
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings

DOCUMENT = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, required: [name], properties: {name: {type: string}}}
              examples: {right: {value: {name: Rex}}}
            text/csv: {}
        4XX: {description: no}
        default: {description: anything}
"""
#: The author's example breaks the schema: a reason, and no traceback.
BROKEN = DOCUMENT.replace("{right: {value: {name: Rex}}}", "{'<b>': {value: {name: 3}}}")


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    file = tmp_path / "pets.yaml"
    file.write_text(DOCUMENT)
    return file


def coverage(*arguments: str | Path) -> Result:
    line = ["coverage", *map(str, arguments)]
    return CliRunner().invoke(command, line, prog_name="emulator", catch_exceptions=False)


def test_three_services_have_every_documented_answer(tmp_path: Path) -> None:
    result = coverage("--fail-under", "100", "--json", tmp_path / "all.json")
    assert result.exit_code == 0
    said = json.loads((tmp_path / "all.json").read_text())
    for api in said["apis"]:
        figures = api["figures"]
        assert {name: share["percent"] for name, share in figures.items()} == {
            "statuses": 100, "answers": 100, "examples": 100, "triggers": 100,
        }  # fmt: skip
    statuses = [api["figures"]["statuses"]["of"] for api in said["apis"]]
    assert statuses == [66, 509, 133]


def test_own_document(pets: Path) -> None:
    result = coverage(pets, "--fail-under", "100")
    assert result.exit_code == 0
    assert "  all                                                     4/4      1/1" in result.output
    assert "3/3 documented statuses, 100.0 %" in result.output
    assert "proves" not in result.output
    assert " ".join(NOTE.split()) in " ".join(result.output.split())
    assert max(map(len, result.output.splitlines())) <= 80


def test_what_is_not_valid_is_said_with_its_reason(pets: Path, tmp_path: Path) -> None:
    pets.write_text(BROKEN)
    result = coverage(pets, "--html", tmp_path / "page.html")
    assert result.exit_code == 0
    assert "200 application/json example <b>: $.name: 3 is not of type 'string'" in result.output
    page = (tmp_path / "page.html").read_text()
    assert "200.&lt;b&gt;" in page
    assert "<b>" not in page


def test_the_page_needs_nothing_else(pets: Path, tmp_path: Path) -> None:
    loaded: list[str | None] = []

    class Reader(HTMLParser):
        def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
            loaded.extend(value for name, value in attrs if name in ("src", "href"))

    coverage(pets, "--html", tmp_path / "page.html")
    Reader().feed((tmp_path / "page.html").read_text())
    assert loaded == []


def test_what_tests_met(pets: Path, tmp_path: Path) -> None:
    with running(create_app(Settings(specs=(str(pets),), remember="off"))) as url:
        client = httpx.Client(base_url=url, trust_env=False)
        with client:
            client.get("/pets/1").raise_for_status()
            assert client.get("/pets/1", headers={"prefer": "code=418"}).status_code == 418
            (tmp_path / "run.har").write_text(client.get("/__admin/requests.har").text)
        running_one = coverage(pets, "--url", url)
        other_scope = coverage(pets, "--url", url, "--scope", "other")
    result = coverage(pets, "--journal", tmp_path / "run.har", "--json", tmp_path / "met.json")
    assert result.output == running_one.output
    assert "1/4 documented answers met, 25.0 %" in result.output
    assert "only forced: 4XX" in result.output
    assert other_scope.exit_code == 2
    (api,) = json.loads((tmp_path / "met.json").read_text())["apis"]
    assert api["figures"]["answers_met"] == {"covered": 1, "of": 4, "percent": 25.0}
    assert api["figures"]["examples_met"]["covered"] == 1
    assert coverage(pets, "--journal", tmp_path / "run.har", "--fail-under", "30").exit_code == 1


def test_nothing_to_count_is_no_success(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n")
    assert coverage(file).exit_code == 2


def test_what_can_not_be_read_is_said(pets: Path, tmp_path: Path) -> None:
    (tmp_path / "no.har").write_text("{}")
    result = coverage(pets, "--journal", tmp_path / "no.har")
    assert (result.exit_code, "is no journal" in result.output) == (2, True)
    result = coverage(pets, "--url", "http://127.0.0.1:1")
    assert (result.exit_code, "no journal at" in result.output) == (2, True)


def test_without_the_extra_it_says_what_to_install(
    pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    for name in ("second_validator", "run"):
        monkeypatch.delitem(sys.modules, f"emulator.contract.coverage.{name}", raising=False)
    result = coverage(pets)
    assert result.exit_code == 2
    assert "pip install 'openapi-emulator[check]'" in result.output
