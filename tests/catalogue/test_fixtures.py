"""Fixture files: what they say, and what is wrong with them, to the pointer."""

import pytest

from emulator.catalogue.fixtures import Fixture, parse_file_name, parse_fixture, verbatim_fixture
from emulator.errors import FixtureError
from emulator.messages import Json


def parse(raw: Json, key: str = "200") -> Fixture:
    return parse_fixture(key, "default", "200.default.yaml", raw)


@pytest.mark.parametrize(
    ("file_name", "parsed"),
    [
        ("200.default.yaml", ("200", "default")),
        ("4XX.any-error.yml", ("4XX", "any-error")),
        ("default.x.json", ("default", "x")),
        ("200.yaml", None),
        ("200.a.b.yaml", None),
        ("600.x.txt", None),
        ("2XY.x.json", None),
        ("README.md", None),
    ],
)
def test_file_name(file_name: str, parsed: tuple[str, str] | None) -> None:
    assert parse_file_name(file_name) == parsed


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ([], ""),
        (None, ""),
        ("text", ""),
        ({"bodi": {}}, "/bodi"),
        ({"body": 1, "body_text": "1"}, "/body_text"),
        ({"body_base64": "", "events": {"items": []}}, "/events"),
        ({"source": "rumour"}, "/source"),
        ({"source": ["guess"]}, "/source"),
        ({"status": 99}, "/status"),
        ({"status": 600}, "/status"),
        ({"status": "200"}, "/status"),
        ({"status": True}, "/status"),
        ({"status": 200.5}, "/status"),
        ({"headers": []}, "/headers"),
        ({"headers": {"a b": "1"}}, "/headers"),
        ({"headers": {"": "1"}}, "/headers"),
        ({"headers": {"a": ["1"]}}, "/headers/a"),
        ({"headers": {"a": "1\r\nb: 2"}}, "/headers/a"),
        ({"headers": {"a": "{{ x"}}, "/headers/a"),
        ({"body_text": 1}, "/body_text"),
        ({"body_text": "{% for %}"}, "/body_text"),
        ({"body_base64": 1}, "/body_base64"),
        ({"body_base64": "%%"}, "/body_base64"),
        ({"body_base64": "ü"}, "/body_base64"),
        ({"body": {"a/b": ["{{ 1 + }}"]}}, "/body/a~1b/0"),
        ({"events": []}, "/events"),
        ({"events": {}}, "/events"),
        ({"events": {"items": {}}}, "/events"),
        ({"events": {"items": [{"data": 1}, {"id": "1"}]}}, "/events/items/1"),
        ({"events": {"items": ["x"]}}, "/events/items/0"),
        ({"events": {"items": [], "retry_ms": "5"}}, "/events/retry_ms"),
        ({"events": {"items": [{"data": "{{ ("}]}}, "/events/items/0/data"),
        ({"media_type": 1}, "/media_type"),
        ({"media_type": "no type"}, "/media_type"),
        ({"media_type": "text/plain\r\nx: y"}, "/media_type"),
        ({"events": {"items": [], "retry_ms": True}}, "/events/retry_ms"),
        ({"events": {"items": [], "retry_ms": -1}}, "/events/retry_ms"),
    ],
)
def test_bad_fixture_is_refused_with_its_pointer(raw: Json, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        parse(raw)
    assert (refused.value.file, refused.value.pointer) == ("200.default.yaml", pointer)


def test_fields_are_read() -> None:
    fixture = parse(
        {
            "description": "A page.",
            "source": "guess",
            "media_type": "text/html",
            "headers": {"X-Count": 3},
            "body_text": "<p>{{ request.path.id }}",
        }
    )
    assert (fixture.id, fixture.status, fixture.source) == ("200.default", 200, "guess")
    assert [(name, value({})) for name, value in fixture.headers] == [("x-count", "3")]
    assert fixture.text is not None
    assert fixture.text({"request": {"path": {"id": "7"}}}) == "<p>7"


@pytest.mark.parametrize(
    ("key", "raw", "status"),
    [
        ("404", {}, 404),
        ("4XX", {}, None),
        ("default", {"status": 503}, 503),
        ("200", {"status": 201}, 201),
    ],
)
def test_status_comes_from_the_file_or_its_name(key: str, raw: Json, status: int | None) -> None:
    assert parse(raw, key).status == status


@pytest.mark.parametrize(
    ("raw", "constant"),
    [
        ({}, True),
        ({"body": {"a": ["{ }"]}}, True),
        ({"body": {"a": ["{{ now }}"]}}, False),
        ({"body_text": "{% if x %}y{% endif %}"}, False),
        ({"headers": {"a": "{{ now }}"}}, False),
        ({"events": {"items": [{"data": "{{ now }}"}]}}, False),
    ],
)
def test_constant_says_whether_every_request_gets_the_same(raw: Json, constant: bool) -> None:
    assert parse(raw).constant is constant


def test_json_files_are_taken_as_they_are() -> None:
    fixture = verbatim_fixture("200", "default", "f.json", {"a": "{{ now }}"})
    assert fixture.body is not None
    assert fixture.body({}) == {"a": "{{ now }}"}
    assert fixture.constant
