"""The control plane's own document: whole, linted, and kept, as `emulator check` sees it."""

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from emulator.cli.lint import command as lint
from emulator.contract.check.findings import CheckOptions, Target
from emulator.contract.check.run import check
from emulator.server.admin.document import operations
from emulator.server.admin.routes import HANDLERS
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.paths import DOCS

#: What takes stubs and patterns has thousands of systematic cases each; matchers stay.
PATTERNS = (
    *("*Stub*", "addFault", "countRequests", "findRequests", "findNearRequests"),
    *("removeRequests", "removeRequestsByMetadata"),
)


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    return client.get("/__admin/openapi.json").json()


def test_routes_are_those_of_the_document(document: Any) -> None:
    assert set(HANDLERS) == {f"{method} {path}" for method, path, _ in operations(document)}


def test_nobody_doubts_the_document(document: Any, tmp_path: Path) -> None:
    file = tmp_path / "admin.json"
    file.write_text(json.dumps(document))
    result = CliRunner().invoke(lint, [str(file)])
    assert (result.exit_code, "0 notices" in result.output) == (0, True), result.output


def test_every_operation_is_described_for_people(document: Any, client: httpx.Client) -> None:
    page = unescape(client.get("/__admin/docs").text)
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for method, path, operation in operations(document):
        assert f"<code>{method} {path}</code><td>{operation['summary']}" in page


def test_page_lists_every_operation(document: Any) -> None:
    page = (DOCS / "control-plane.md").read_text()
    for tag in document["tags"]:
        rows = (
            f"| `{method} {path}` | {operation['summary']} |"
            for method, path, operation in operations(document)
            if operation["tags"] == [tag["name"]]
        )
        head = f"{tag['description']}\n\n| call | what it does |\n|---|---|\n"
        assert f"### {tag['name']}\n\n{head}" + "\n".join(rows) + "\n\n" in page + "\n"


def test_bodies_stand_once(document: Any) -> None:
    assert "$defs" not in json.dumps(document)
    asked = document["paths"]["/faults"]["post"]["requestBody"]["content"]["application/json"]
    assert asked["schema"] == {"$ref": "#/components/schemas/fault-rule"}


@pytest.mark.parametrize(("token", "security"), [(None, None), ("t", [{"bearer": []}])])
def test_document_asks_for_a_token_where_the_server_does(token: str | None, security: Any) -> None:
    with running(create_app(Settings(specs=("paragon",), admin_token=token))) as url:
        headers = {"authorization": f"Bearer {token}"}
        found = httpx.get(f"{url}/__admin/openapi.json", headers=headers, trust_env=False).json()
    assert found.get("security") == security


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """A server whose scopes nobody else uses."""
    with running(create_app(Settings(specs=("composio",)))) as url:
        yield url


def checked(document: Any, url: str, **options: Any) -> None:
    target = Target("admin", document, base_url=f"{url}/__admin")
    result = check(target, CheckOptions(allow_writes=True, **options), lambda _: None)
    assert (result.errors, result.findings) == ((), ())
    assert result.operations_tested == result.operations_total


def test_control_plane_keeps_its_document(document: Any, own_server: str) -> None:
    checked(document, own_server, max_examples=2, phases=("fuzzing",))


def test_control_plane_keeps_it_systematically(document: Any, own_server: str) -> None:
    checked(document, own_server, phases=("examples", "coverage"), exclude=PATTERNS)


def test_control_plane_keeps_it_along_its_links(document: Any, own_server: str) -> None:
    linked = ("addStub", "getStub", "editStub", "removeStub", "addFault", "deleteFault")
    checked(document, own_server, max_examples=5, phases=("stateful",), include=linked)
