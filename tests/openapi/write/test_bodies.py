"""Generated bodies, judged by the readers of the standard library."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.media_types import matches, parse
from emulator.http.messages import Json
from emulator.openapi.document.yaml12 import parse_yaml
from emulator.openapi.write.bodies import concrete, generate_body
from emulator.schema.generate.generator import Ungeneratable
from emulator.schema.generate.words import SENTENCES
from tests.support.drawn_bodies import BINARY, PET, PETS, TEXT, body, generated


@pytest.mark.parametrize(
    ("key", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/plain"),
        ("text/*; charset=utf-8", "text/plain; charset=utf-8"),
        ("image/*", "image/png"),
        ("model/*", "model/example"),
        ("application/*+json", "application/example+json"),
        ("*/*+xml", "application/example+xml"),
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("application/json;version=1", "application/json;version=1"),
        ("multipart/form-data", "multipart/form-data; boundary=emulator-part-4f1c9a7e2b6d"),
        ("multipart/mixed; boundary=x", "multipart/mixed; boundary=x"),
        ("openapi/python/client", "openapi/python/client"),
        ("two\nlines", "application/octet-stream"),
        ("text/plain; a=b\r\nx: y", "text/plain"),
    ],
)
def test_concrete(key: str, media_type: str) -> None:
    assert concrete(key) == media_type


@given(
    st.sampled_from(("*", "application", "text", "image", "video", "multipart", "model")),
    st.sampled_from(("*", "*+json", "json", "vnd.a", "event-stream", "form-data")),
    st.sampled_from(("", ";", "; charset=utf-8", ';profile="a;b"')),
)
def test_a_concrete_type_is_one_that_its_key_covers(kind: str, subtype: str, rest: str) -> None:
    key = f"{kind}/{subtype}{rest}"
    sent = parse(concrete(key))
    assert sent is None or "*" not in sent.type + sent.subtype
    assert parse(key) is None or matches(key, concrete(key))


@pytest.mark.parametrize(
    ("media_type", "schema", "expected"),
    [
        pytest.param("application/json", {"const": {"a": [1]}}, b'{"a":[1]}', id="JSON"),
        pytest.param("application/hal+json", {"const": "x"}, b'"x"', id="JSON text"),
        pytest.param("text/plain", {"const": "x"}, b"x", id="text"),
        pytest.param("text/plain", {"const": 1.5}, b"1.5", id="number"),
        pytest.param("text/plain", {"const": True}, b"true", id="boolean"),
        pytest.param("text/plain", {"const": [1]}, b"[1]", id="array as text"),
        pytest.param("text/html", {"const": "<p>"}, b"<p>", id="described HTML"),
        pytest.param("text/plain; charset=iso-8859-1", {"const": "\u00e9\u20ac"}, b"\xe9?",
                     id="Latin-1"),
        pytest.param("text/plain; charset=punycode", {"const": "\u00e9"}, b"\xc3\xa9",
                     id="unknown charset"),
        pytest.param("text/plain", {"const": "\ud800"}, b"?", id="lone surrogate"),
        pytest.param("text/csv", {"const": "a;b"}, b"a;b", id="described table"),
        pytest.param("application/vnd.msgpack", {"const": {"a": 1}}, b"\x81\xa1a\x01",
                     id="MessagePack"),
        pytest.param("application/msgpack", {"const": [2**64]}, b"\x91\xcb\x43\xf0" + b"\0" * 6,
                     id="MessagePack of a large integer"),
        pytest.param("application/x+msgpack", {"const": [None]}, b"\x91\xc0", id="+msgpack"),
        pytest.param("application/vnd.x", {"enum": ["x"]}, b"x", id="described text"),
        pytest.param("application/vnd.x", {"const": {"a": 1}}, b'{"a":1}', id="described value"),
        pytest.param("application/xml", {"const": "<a><b/></a>"}, b"<a><b/></a>",
                     id="XML as a string"),
        pytest.param("application/x-www-form-urlencoded",
                     {"const": {"a b": [1, 2], "c": {"d": "&"}, "e": None}},
                     b"a+b=1&a+b=2&c=%7B%22d%22%3A%22%26%22%7D&e=null", id="form"),
        pytest.param("application/x-www-form-urlencoded", {"const": "a=1"}, b"a=1",
                     id="form as a string"),
    ],
)  # fmt: skip
def test_body_is(media_type: str, schema: Json, expected: bytes) -> None:
    assert body(media_type, schema) == expected


@pytest.mark.parametrize("schema", [None, True, {}], ids=repr)
def test_json_without_schema_is_a_plausible_object(schema: Json) -> None:
    assert json.loads(body("application/json", schema)).keys() == {"id", "name", "created_at"}


@pytest.mark.parametrize("schema", [None, TEXT, {"$ref": "#/$defs/Text"}, BINARY], ids=repr)
def test_free_text_is_a_sentence(schema: Json) -> None:
    assert body("text/plain", schema).decode() in SENTENCES


@pytest.mark.parametrize(
    ("media_type", "tag"),
    [
        ("text/html", "{http://www.w3.org/1999/xhtml}html"),
        ("application/xhtml+xml", "{http://www.w3.org/1999/xhtml}html"),
        ("image/svg+xml", "{http://www.w3.org/2000/svg}svg"),
    ],
)
def test_free_documents_are_documents(media_type: str, tag: str) -> None:
    document = body(media_type, BINARY).decode()
    assert ElementTree.fromstring(document.removeprefix("<!DOCTYPE html>\n")).tag == tag


@pytest.mark.parametrize(
    "media_type", ["text/markdown", "text/css", "text/javascript", "application/javascript"]
)
def test_free_source_holds_a_sentence(media_type: str) -> None:
    written = body(media_type, TEXT).decode()
    assert any(sentence in written for sentence in SENTENCES)
    assert written not in SENTENCES


@pytest.mark.parametrize(
    ("schema", "header"),
    [
        pytest.param(PETS, ["id", "name", "tags"], id="array of objects"),
        pytest.param(PET, ["id", "name", "tags"], id="object"),
        pytest.param(TEXT, ["id", "name", "created_at"], id="text"),
        pytest.param(None, ["id", "name", "created_at"], id="nothing"),
        pytest.param({"type": "array", "items": {"type": "integer"}}, ["value"], id="numbers"),
    ],
)
def test_table_has_a_header_and_three_rows(schema: Json, header: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(body("text/csv", schema).decode())))
    assert rows[0] == header
    assert [len(row) for row in rows] == [len(header)] * 4


def test_cells_hold_commas_and_nested_values() -> None:
    schema = {"const": [{"a": 'x,"y"', "b": [1]}, {"a": None}]}
    rows = list(csv.reader(io.StringIO(body("text/csv", {"type": "array", **schema}).decode())))
    assert rows == [["a", "b"], ['x,"y"', "[1]"], ["", ""]]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["1e3", "0o7", "yes", "n", "~", ".5", "null", "2024-01-01", "- a", "a: b", "\x85"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(json_values)
def test_yaml_is_read_alike_by_both_versions(value: Json) -> None:
    written = generate_body("application/yaml", {"const": 0}, None, lambda _: value, {})
    assert isinstance(written, bytes)
    assert yaml.safe_load(written) == value
    assert parse_yaml(written.decode(), "body") == value


@pytest.mark.parametrize(
    ("schema", "tags"),
    [
        pytest.param({"$ref": "#/$defs/Pet"}, ["Pet", "id", "name", "tags"], id="reference"),
        pytest.param(
            {**PETS, "minItems": 2, "maxItems": 2},
            ["root", *["Pet", "id", "name", "tags"] * 2],
            id="array of references",
        ),
        pytest.param({"type": "object", "xml": {"name": "pet"}}, ["pet"], id="named"),
        pytest.param(TEXT, ["root"], id="text"),
        pytest.param(None, ["root", "id", "name", "created_at"], id="nothing"),
    ],
)
def test_xml_root_is_named(schema: Json, tags: list[str]) -> None:
    document = ElementTree.fromstring(body("application/xml", schema))
    assert [element.tag for element in document.iter()] == tags


MEDIA_TYPES = (
    *("application/json", "text/plain", "text/html", "text/csv", "application/yaml"),
    *("application/xml", "image/svg+xml", "text/event-stream", "application/jsonl"),
    *("application/json-seq", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x"),
    *("multipart/form-data; boundary=x", "application/octet-stream", "application/zip", "a/b"),
)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@pytest.mark.parametrize("schema", [None, TEXT, PET, PETS], ids=["none", "text", "object", "array"])
def test_same_chance_gives_the_same_body(media_type: str, schema: Json) -> None:
    assert generated(media_type, schema) == generated(media_type, schema)


def test_what_has_no_value_is_said() -> None:
    with pytest.raises(Ungeneratable):
        body("application/xml", False)
