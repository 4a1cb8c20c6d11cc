"""Examples of a document take what the request says, where the document remembers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from emulator.server.app import create_app
from emulator.settings import Settings

NOTE: dict[str, Any] = {
    "type": "object",
    "required": ["subject"],
    "properties": {"subject": {"type": "string", "maxLength": 20}, "sent": {"type": "boolean"}},
}
EXAMPLE = {"subject": "The NDA", "sent": True}
ITEMS = [{"subject": each} for each in "abc"]
#: Answers to a GET that pages: whether the list in each is a page.
PAGED: dict[str, tuple[dict[str, Any], bool]] = {
    "total": ({"total": 3, "items": ITEMS}, True),
    "named": ({"of": "May", "notes": ITEMS}, True),
    "record": ({"id": 7, "notes": ITEMS}, False),
    "several": ({"notes": ITEMS, "drafts": ITEMS}, False),
}
PAGES: list[dict[str, Any]] = [
    {"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("page", "limit")
]


def _answer(schema: Any, example: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"200": {"description": "It.", "content": content}}


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes/send": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": _answer(NOTE, EXAMPLE),
            }
        },
        **{
            f"/{name}/{{id}}": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "get": {"parameters": PAGES, "responses": _answer({"type": "object"}, example)},
            }
            for name, (example, _) in PAGED.items()
        },
    },
}


@pytest.fixture(params=["lenient", "off"])
def client(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    (tmp_path / "notes.json").write_text(json.dumps(DOCUMENT))
    settings = Settings(specs=(str(tmp_path / "notes.json"),), remember=request.param)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        client.remembers = request.param != "off"  # type: ignore[attr-defined]
        yield client


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"subject": "Hello"}, {"subject": "Hello", "sent": True}),
        ({"subject": "Hello", "other": 1}, {"subject": "Hello", "sent": True}),
        ({"subject": "longer than is allowed here"}, EXAMPLE),
        ({}, EXAMPLE),
        (None, EXAMPLE),
    ],
)
def test_what_was_sent_is_in_the_example(client: TestClient, sent: Any, expected: Any) -> None:
    for _ in range(2):
        answer = client.post("/notes/send", json=sent)
        assert answer.json() == (expected if client.remembers else EXAMPLE)  # type: ignore[attr-defined]
        source = answer.headers["emulator-rule"], answer.headers["emulator-source"]
        assert source == ("example", "documented")


def test_an_example_that_is_asked_for_is_sent_as_it_is(client: TestClient) -> None:
    wish = {"prefer": "example=example"}
    assert client.post("/notes/send", json={"subject": "x"}, headers=wish).json() == EXAMPLE


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "abc"),
        ("?limit=2", "ab"),
        ("?limit=2&page=2", "c"),
        ("?page=2", ""),
        ("?page=1", "abc"),
    ],
)
@pytest.mark.parametrize("path", PAGED)
def test_a_list_is_on_pages(client: TestClient, path: str, query: str, names: str) -> None:
    is_page = PAGED[path][1] and client.remembers  # type: ignore[attr-defined]
    for _ in range(2):
        answer = client.get(f"/{path}/7{query}").json()
        items = next(each for each in answer.values() if isinstance(each, list))
        assert "".join(each["subject"] for each in items) == (names if is_page else "abc")
