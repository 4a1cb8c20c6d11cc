import pytest

from emulator.errors import DocumentError
from emulator.openapi.document import parsing
from emulator.openapi.document.parsing import parse_text
from tests.support.paths import DATA


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": [1]}',
        b'\xef\xbb\xbf{"a": [1]}',
        b"a: [1]",
        b"{a: [1],}",
        b"> x\n```\na: [1]\nopenapi: 3\n```",
    ],
    ids=["JSON", "JSON after a byte order mark", "YAML", "YAML in braces", "fenced"],
)
def test_format_is_found_without_a_hint(data: bytes) -> None:
    assert parse_text(data, "file")["a"] == [1]


def test_markdown_page_gives_its_document() -> None:
    page = parse_text((DATA / "page.md").read_bytes(), "page.md")
    assert page["paths"]["/tools"]["post"]["responses"]["200"]["description"].startswith("Done")


REFUSED = {
    "UTF-16": (b"\xff\xfea\x00", "a.json", "is not UTF-8: byte 0"),
    "Latin-1": (b"a: caf\xe9", "a.yaml", "is not UTF-8: byte 6"),
    "bad JSON": (b'{"a": 1', "a.json", "not valid JSON"),
    "bad YAML": (b"a: b: c", "a.yaml", "line 1, column 5"),
    "deep JSON": (b"[" * 100_000 + b"]" * 100_000, "a.json", "depth limit"),
    "JSON of 500 levels": (b"[" * 500 + b"]" * 500, "a.json", "nested more than 100 levels"),
    "lone surrogate": (b'"\\ud800"', "a.json", "not valid JSON"),
    "page without document": (b"# Title", "a.md", "holds no fenced"),
    "page with two documents": (b"```\nopenapi: 3\n```\n" * 2, "a.md", "blocks (lines 1, 4)"),
    "bad YAML in a page": (b"\n\n```\nopenapi: 3\nopenapi: 3\n```", "a.md", "line 5, column 1"),
}


@pytest.mark.parametrize(("data", "file", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, file: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_text(data, file)
    assert message in caught.value.message


TWICE = {
    "at the top": (b'{"a": 1, "b": 2, "a": 3}', "/a"),
    "within": (b'{"paths": {"/x": [{}, {"b": {"get": 1, "get": 1}}]}}', "/paths/~1x/1/b/get"),
    "the first": (b'[{"c": {"a": 1, "a": 2}}, {"b": 1, "b": 2}]', "/0/c/a"),
    "in what a later one replaces": (b'{"a": {"b": 1, "b": 2}, "a": 3}', "/a"),
    "beside an escaped quote": (rb'{"a\u0022": 1, "b": 1, "b\u0022": 1, "b": 2}', "/b"),
    "spelled in two ways": (rb'{"a": 1, "\u0061": 2}', "/a"),
    "beside a long number": (b'{"a": 123456789012345678901234567890, "b": 1, "b": 2}', "/b"),
    "in a page": (b'```\n{"openapi": 3, "openapi": 4}\n```', "/openapi"),
}


@pytest.mark.parametrize(("data", "pointer"), TWICE.values(), ids=TWICE)
def test_key_of_json_stands_once(data: bytes, pointer: str) -> None:
    with pytest.raises(DocumentError, match="stands twice") as caught:
        parse_text(data, "a.md" if data.startswith(b"`") else "a.json")
    assert caught.value.pointer == pointer


def test_quotes_in_keys_and_values_are_no_keys_twice() -> None:
    assert parse_text(rb'{"a\u0022": "\"", "b": "\u0022b"}', "a.json") == {'a"': '"', "b": '"b'}


def test_number_of_values_is_limited_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_NODES", 100)
    with pytest.raises(DocumentError, match="more than 100 values"):
        parse_text(b"[" + b"0," * 100 + b"0]", "a.json")
