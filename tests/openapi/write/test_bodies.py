"""Generated bodies, judged by the readers of the standard library."""

import csv
import email
import gzip
import io
import json
import struct
import tarfile
import wave
import zipfile
import zlib
from email.message import Message
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.media_types import matches, parse
from emulator.http.messages import Event, Json
from emulator.openapi.document.yaml12 import parse_yaml
from emulator.openapi.validate.forms import compile_form, decode_form
from emulator.openapi.write.bodies import concrete, generate_body
from emulator.schema.generate.generator import Generator, Ungeneratable
from emulator.schema.generate.words import SENTENCES
from tests.support.chance import words_of

TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}
PET = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"enum": ["Rex"]}, "tags": {"const": ["a"]}},
    "required": ["id", "name", "tags"],
}
PETS = {"type": "array", "items": {"$ref": "#/$defs/Pet"}}
DEFINITIONS = {"Pet": PET, "Text": TEXT}


def generated(
    media_type: str, schema: Json | None = None, items: Json | None = None
) -> bytes | tuple[Event, ...]:
    generator, word = Generator(DEFINITIONS), words_of(7)
    return generate_body(
        media_type, schema, items, lambda each: generator.generate(each, word), DEFINITIONS
    )


def body(media_type: str, schema: Json | None = None, items: Json | None = None) -> bytes:
    octets = generated(media_type, schema, items)
    assert isinstance(octets, bytes)
    return octets


def stream(schema: Json | None = None, items: Json | None = None) -> tuple[Event, ...]:
    events = generated("text/event-stream", schema, items)
    assert isinstance(events, tuple)
    return events


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


EVENT = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "event": {"const": "added"},
        "data": {**TEXT, "contentMediaType": "application/json", "contentSchema": PET},
        "retry": {"const": 5},
    },
    "required": ["id", "event", "data", "retry"],
}


@pytest.mark.parametrize(
    ("schema", "items"),
    [
        pytest.param(None, EVENT, id="items"),
        pytest.param(EVENT, None, id="schema of an event"),
        pytest.param({"type": "array", "items": EVENT}, None, id="array"),
    ],
)
def test_events_as_described(schema: Json, items: Json) -> None:
    events = stream(schema, items)
    assert [(e.id, e.event, e.retry_ms) for e in events] == [(n, "added", 5) for n in "012"]
    assert {json.loads(event.data)["name"] for event in events} == {"Rex"}


@pytest.mark.parametrize(
    ("schema", "items"),
    [
        pytest.param(PET, None, id="schema"),
        pytest.param(PETS, None, id="array"),
        pytest.param(None, {"$ref": "#/$defs/Pet"}, id="items"),
        pytest.param({"type": "object", "properties": {"data": PET}, "required": ["data"]}, None,
                     id="data"),
    ],
)  # fmt: skip
def test_values_become_the_data_of_events(schema: Json, items: Json) -> None:
    events = stream(schema, items)
    assert [event.id for event in events] == ["0", "1", "2"]
    assert {json.loads(event.data)["name"] for event in events} == {"Rex"}


def test_text_becomes_data_as_it_is() -> None:
    assert all(event.data in SENTENCES for event in stream(TEXT))


def alternative(name: str, **content: Json) -> Json:
    data = {**TEXT, "contentMediaType": "application/json", **content}
    return {"properties": {"event": {"const": name}, "data": data}}


def test_data_is_that_of_the_event_drawn() -> None:
    items = {
        "type": "object",
        "required": ["event", "data"],
        "properties": {"event": {"const": "b"}, "data": TEXT},
        "oneOf": [
            alternative("a", contentSchema={"const": 1}),
            alternative("b", contentSchema={"const": 2}),
        ],
    }
    assert {event.data for event in stream(None, items)} == {"2"}


@pytest.mark.parametrize(
    ("id_schema", "ids"),
    [
        pytest.param({"const": "x"}, ["x", "x", "x"], id="constant"),
        pytest.param({"const": 7}, ["7", "7", "7"], id="number"),
        pytest.param(TEXT, ["0", "1", "2"], id="free"),
        pytest.param(False, [None, None, None], id="forbidden"),
    ],
)
def test_ids_ascend_where_they_are_free(id_schema: Json, ids: list[str | None]) -> None:
    items: Json = {"type": "object", "properties": {"data": TEXT}, "required": ["data"]}
    if id_schema is False:
        items["additionalProperties"] = False
    else:
        items = {**items, "properties": {"data": TEXT, "id": id_schema}, "required": ["data", "id"]}
    assert [event.id for event in stream(None, items)] == ids


@pytest.mark.parametrize(
    "media_type", ["application/jsonl", "application/x-ndjson", "application/json-seq"]
)
@pytest.mark.parametrize(
    ("schema", "items"),
    [
        pytest.param(PET, None, id="schema"),
        pytest.param(PETS, None, id="array"),
        pytest.param(None, PET, id="items"),
    ],
)
def test_sequences_have_three_lines(media_type: str, schema: Json, items: Json) -> None:
    lines = body(media_type, schema, items).splitlines()
    separator = b"\x1e" if media_type.endswith("seq") else b""
    assert [line[: len(separator)] for line in lines] == [separator] * 3
    assert {json.loads(line.removeprefix(b"\x1e"))["name"] for line in lines} == {"Rex"}


def test_short_arrays_stay_short() -> None:
    assert body("application/jsonl", {**PETS, "maxItems": 1}).count(b"\n") == 1


def parts(media_type: str, schema: Json, items: Json | None = None) -> list[Message]:
    octets = body(media_type, schema, items)
    message = email.message_from_bytes(f"Content-Type: {media_type}\r\n\r\n".encode() + octets)
    assert not message.defects
    return message.get_payload()  # type: ignore[return-value]


FORM = {
    "type": "object",
    "properties": {
        "note": {"const": "h\u00e9"},
        'a"b': {"const": 1},
        "pet": {"const": {"n": 1}},
        "tags": {"const": ["x", "y"]},
        "file": BINARY,
    },
    "required": ["note", 'a"b', "pet", "tags", "file"],
}


def test_form_is_read_back() -> None:
    media_type = concrete("multipart/form-data")
    octets = body(media_type, FORM)
    value, violations = decode_form(octets, media_type, compile_form(media_type, FORM, {}, {}))
    assert violations == ()
    assert value.pop("file").encode("latin-1") == bytes(range(256))
    assert value == {"note": "h\u00e9", 'a"b': 1, "pet": {"n": 1}, "tags": ["x", "y"]}


def test_parts_are_typed() -> None:
    by_type = [p.get_content_type() for p in parts(concrete("multipart/form-data"), FORM)]
    assert sorted(by_type) == ["application/json", "application/octet-stream", *["text/plain"] * 4]


@pytest.mark.parametrize(
    ("schema", "items"),
    [pytest.param(PETS, None, id="array"), pytest.param(None, PET, id="items")],
)
def test_mixed_parts_are_values(schema: Json, items: Json) -> None:
    bodies = [part.get_payload() for part in parts("multipart/mixed; boundary=x", schema, items)]
    assert [json.loads(str(each))["name"] for each in bodies] == ["Rex"] * 3


def test_urlencoded_pairs() -> None:
    pairs = parse_qs(body("application/x-www-form-urlencoded", PET).decode())
    assert (pairs["name"], pairs["tags"]) == (["Rex"], ["a"])


@pytest.mark.parametrize("schema", [None, BINARY, {"type": "string", "format": "byte"}, TEXT])
@pytest.mark.parametrize(
    "media_type",
    ["application/octet-stream", "image/png", "image/x-any", "audio/ogg", "font/woff2", "a/b"],
)
def test_binary_is_never_text(media_type: str, schema: Json) -> None:
    with pytest.raises(UnicodeDecodeError):
        body(media_type, schema).decode()


def test_png_is_one_pixel() -> None:
    image = body("image/png")
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (1, 1)
    size, kind = struct.unpack(">I4s", image[33:41])
    assert (kind, zlib.decompress(image[41 : 41 + size])) == (b"IDAT", b"\0\xff")


@pytest.mark.parametrize(
    ("media_type", "start", "end"),
    [
        ("image/gif", b"GIF89a\1\0\1\0", b";"),
        ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
        ("image/bmp", b"BM\x3a\0", b"\0"),
        ("application/pdf", b"%PDF-1.4", b"%%EOF\n"),
        ("audio/mpeg", b"\xff\xfb", b"\0"),
        ("video/mp4", b"\0\0\0\x18ftyp", b"free"),
    ],
)
def test_files_start_and_end_as_they_must(media_type: str, start: bytes, end: bytes) -> None:
    assert body(media_type).startswith(start)
    assert body(media_type).endswith(end)


def test_pdf_table_points_at_its_objects() -> None:
    file = body("application/pdf")
    at = int(file.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    lines = file[at:].split(b"\n")
    assert lines[:2] == [b"xref", b"0 4"]
    offsets = [int(line[:10]) for line in lines[3:6]]
    assert [file[n : n + 7] for n in offsets] == [b"1 0 obj", b"2 0 obj", b"3 0 obj"]


def test_archives_open() -> None:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for media_type in ("application/zip", "application/x+zip", office):
        assert zipfile.ZipFile(io.BytesIO(body(media_type))).testzip() is None
    assert gzip.decompress(body("application/gzip")) == b"A small sample file.\n"
    with tarfile.open(fileobj=io.BytesIO(body("application/x-tar"))) as archive:
        assert archive.getnames() == []


def test_sound_plays() -> None:
    with wave.open(io.BytesIO(body("audio/wav"))) as sound:
        assert (sound.getframerate(), sound.readframes(8)) == (8000, b"\x80" * 8)


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
