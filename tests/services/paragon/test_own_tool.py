"""A tool is one file: those of the documentation, dropped into a copy of Paragon's folder."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.apis import write
from tests.support.clock import NOW
from tests.support.paths import ROOT

TOOL, EXTENDING = re.finditer(
    r"```yaml\n(slug: .*?)```", (ROOT / "docs/fixtures.md").read_text(), re.DOTALL
)
HEADERS = {"authorization": "Bearer t"}
#: A provider that the emulator doesn't know, one of its tools in other words, and a tool for each.
OWN_PROVIDERS = {
    "_providers/oven/state.yaml": "collections: {cakes: {c1: {id: c1, name: Plum}}}",
    "_providers/oven/list.yaml": """
        input: {type: object, properties: {word: {type: string, default: ""}}}
        outcomes: [{name: listed, result: "{{ search(stored('cakes'), arguments.word, 'name') }}"}]
        """,
    "_providers/slack/list-members.yaml": """
        input: {type: object, properties: {}}
        outcomes: [{name: listed, result: {ok: true, members: []}}]
        """,
    "paragon/tools/OVEN_LIST.yaml": "{slug: OVEN_LIST, extends: oven/list}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Paragon's fixtures with the documentation's tools, and a provider of its own."""
    folder = tmp_path_factory.mktemp("fixtures")
    shutil.copytree(ROOT / "fixtures" / "paragon", folder / "paragon")
    (folder / "paragon" / "tools" / "NOTE_CREATE.yaml").write_text(TOOL[1])
    (folder / "paragon" / "tools" / "TEAM_TELL.yaml").write_text(EXTENDING[1])
    return write(folder, OWN_PROVIDERS)


@pytest.fixture(scope="module")
def own(folder: Path) -> Iterator[httpx.Client]:
    app = create_app(Settings(specs=("paragon",), fixtures=folder, now=NOW))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def run(client: httpx.Client, text: str, **headers: str) -> httpx.Response:
    return execute(client, "NOTE_CREATE", {"text": text}, **headers)


def execute(client: httpx.Client, tool: str, parameters: Any, **headers: str) -> httpx.Response:
    body = {"tool": tool, "parameters": parameters}
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


def test_tool_that_extends_a_built_in_one_runs(own: httpx.Client) -> None:
    scope = {"emulator-scope": "telling"}
    told = execute(own, "TEAM_TELL", {"news": "Dinner is ready"}, **scope).json()
    found = execute(own, "SLACK_SEARCH_MESSAGES", {"query": "dinner"}, **scope).json()["messages"]
    lines = own.get("/__admin/executions", headers=scope).json()["executions"]
    assert told["told"] == "Dinner is ready"
    assert [match["ts"] for match in found["matches"]] == [told["at"]]
    assert [(line["tool"], line["arguments"]) for line in lines] == [
        ("TEAM_TELL", {"news": "Dinner is ready"})
    ]


def test_own_provider_is_extended_and_brings_its_records(own: httpx.Client) -> None:
    assert execute(own, "OVEN_LIST", {"word": "plum"}).json() == [{"id": "c1", "name": "Plum"}]
    assert execute(own, "OVEN_LIST", {"word": "apple"}).json() == []


def test_own_file_stands_in_for_the_built_in_one_of_its_name(own: httpx.Client) -> None:
    assert execute(own, "SLACK_LIST_MEMBERS", {}).json() == {"ok": True, "members": []}


def test_it_has_no_doubts_and_a_latency(folder: Path) -> None:
    assembly = assemble(Settings(specs=("paragon",), fixtures=folder))
    registry = assembly.services[0].fixtures.tools
    assert assembly.notices == ()
    assert registry is not None
    assert registry.by_slug["NOTE_CREATE"].latency_ms == 200


def test_documentation_says_what_yaml_means() -> None:
    assert yaml.safe_load(TOOL[1])["side_effect"] == "write"
