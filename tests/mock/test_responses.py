"""What an operation can be answered with, in order."""

from pathlib import Path

import pytest

from emulator.fixtures.load import Fixtures, load_fixtures
from emulator.http.messages import Json
from emulator.mock.responses import compile_responses, default_status
from tests.support.apis import api_of, operation, write


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        (("404", "201", "200"), 200),
        (("404", "204"), 204),
        (("404", "2XX"), 200),
        (("404", "default"), 200),
        (("404", "302"), 302),
        (("404", "400"), 400),
        ((), 200),
        (("4XX",), 200),
    ],
    ids=str,
)
def test_default_status(responses: tuple[str, ...], status: int) -> None:
    documented = {key: {"description": ""} for key in responses}
    api = api_of({"/": {"get": {"responses": documented}}})
    assert default_status(api.operations[0]) == status


@pytest.mark.parametrize(
    ("content", "file", "media_type"),
    [
        ({"text/html": {}, "application/json": {}}, "body: {}", "application/json"),
        ({"application/hal+json": {}}, "body: {}", "application/hal+json"),
        ({"text/html": {}}, "body: {}", "application/json"),
        ({"application/json": {}, "text/html": {}}, "body_text: x", "text/html"),
        ({"application/json": {}}, "body_text: x", "text/plain"),
        ({"image/png": {}}, "body_base64: eA==", "image/png"),
        ({}, "body_base64: eA==", "application/octet-stream"),
        ({"application/json": {}}, "events: {items: []}", "text/event-stream"),
        ({"application/json": {}}, "{media_type: text/csv, body_text: x}", "text/csv"),
        ({"application/json": {}}, "description: empty", None),
    ],
)
def test_fixture_is_served_as_what_suits_it(
    tmp_path: Path, content: Json, file: str, media_type: str | None
) -> None:
    responses = {"200": {"description": "", "content": content}}
    api = api_of({"/": {"get": operation(responses, operationId="a")}})
    fixtures = load_fixtures(write(tmp_path, {"a/200.default.yaml": file}), api)
    compiled = compile_responses(api, api.operations[0], fixtures)
    assert compiled.by_id["200.default"].media_type == media_type


def test_default_fixture_comes_first_then_the_others_by_name_then_examples(tmp_path: Path) -> None:
    content = {"application/json": {"example": 1}}
    responses = {"200": {"description": "", "content": content}}
    api = api_of({"/": {"get": operation(responses, operationId="a")}})
    files = {f"a/200.{name}.yaml": "body: 1" for name in ("zebra", "default", "ant")}
    fixtures = load_fixtures(write(tmp_path, files), api)
    compiled = compile_responses(api, api.operations[0], fixtures)
    stored = compiled.by_key["200"].stored["application/json"]
    assert [each.fixture.name for each in stored] == ["default", "ant", "zebra", "example"]


def test_fixture_that_yields_comes_after_the_examples(tmp_path: Path) -> None:
    content = {"application/json": {"example": 1}}
    responses = {"200": {"description": "", "content": content}}
    api = api_of({"/": {"get": operation(responses, operationId="a")}})
    files = {"a/200.own.yaml": "{yields: true, body: 2}", "_any/200.shared.yaml": "body: 3"}
    fixtures = load_fixtures(write(tmp_path, files), api)
    compiled = compile_responses(api, api.operations[0], fixtures)
    stored = compiled.by_key["200"].stored["application/json"]
    assert [each.fixture.name for each in stored] == ["example", "own", "shared"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("body: {a: 1}", b'{"a":1}'),
        ("body_text: ü", "ü".encode()),
        ("body_base64: AP8=", b"\x00\xff"),
        ("body: {a: '{{ now }}'}", None),
    ],
)
def test_what_is_constant_is_encoded_at_start(
    tmp_path: Path, file: str, content: bytes | None
) -> None:
    api = api_of({"/": {"get": operation(operationId="a")}})
    fixtures = load_fixtures(write(tmp_path, {"a/200.default.yaml": file}), api)
    assert (
        compile_responses(api, api.operations[0], fixtures).by_id["200.default"].content == content
    )


@pytest.mark.parametrize(("status", "key"), [(404, "404"), (410, "4XX"), (500, "default")])
def test_status_finds_its_response(status: int, key: str) -> None:
    documented = {name: {"description": ""} for name in ("404", "4XX", "default")}
    api = api_of({"/": {"get": operation(documented)}})
    found = compile_responses(api, api.operations[0], Fixtures()).for_status(status)
    assert found is not None
    assert found.response.key == key
