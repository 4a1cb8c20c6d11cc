"""A tool is one file: the one of the documentation, dropped into a copy of Paragon's folder."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from emulator.app import create_app
from emulator.server import running
from emulator.settings import Settings
from emulator.site import assemble
from tests.conftest import NOW

ROOT = Path(__file__).parents[2]
TOOL = re.search(r"```yaml\n(slug: .*?)```", (ROOT / "docs/fixtures.md").read_text(), re.DOTALL)
HEADERS = {"authorization": "Bearer t"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Paragon's fixtures with the documentation's tool."""
    assert TOOL is not None
    folder = tmp_path_factory.mktemp("fixtures")
    shutil.copytree(ROOT / "fixtures" / "paragon", folder / "paragon")
    (folder / "paragon" / "tools" / "NOTE_CREATE.yaml").write_text(TOOL[1])
    return folder


@pytest.fixture(scope="module")
def own(folder: Path) -> Iterator[httpx.Client]:
    app = create_app(Settings(specs=("paragon",), fixtures=folder, now=NOW))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def run(client: httpx.Client, text: str, **headers: str) -> httpx.Response:
    body = {"tool": "NOTE_CREATE", "parameters": {"text": text}}
    return client.post("/projects/p/tools", json=body, headers=HEADERS | headers)


def test_it_is_listed(own: httpx.Client) -> None:
    listed = own.get("/projects/p/tools?integrations=notes", headers=HEADERS).json()["tools"]
    assert [tool["function"]["name"] for tool in listed["notes"]] == ["NOTE_CREATE"]


def test_it_runs_and_is_written_down(own: httpx.Client) -> None:
    answer = run(own, "Buy milk")
    lines = own.get("/__admin/executions").json()["executions"]
    assert re.fullmatch(r"note_[0-9a-f]{12}", answer.json()["id"])
    assert answer.json()["text"] == "Buy milk"
    assert [line["tool"] for line in lines] == ["NOTE_CREATE"]


def test_its_failure_is_the_services(own: httpx.Client) -> None:
    scope = {"emulator-scope": "failure"}
    answer = run(own, "x" * 1001, **scope)
    assert answer.status_code == 500
    assert answer.json()["message"] == '{"message":"the text is too long"}'
    assert own.get("/__admin/executions", headers=scope).json()["executions"] == []


def test_it_has_no_doubts_and_a_latency(folder: Path) -> None:
    assembly = assemble(Settings(specs=("paragon",), fixtures=folder))
    toolbox = assembly.services[0].catalogue.toolbox
    assert assembly.notices == ()
    assert toolbox is not None
    assert toolbox.tools["NOTE_CREATE"].latency_ms == 200


def test_documentation_says_what_yaml_means() -> None:
    assert TOOL is not None
    assert yaml.safe_load(TOOL[1])["side_effect"] == "write"
