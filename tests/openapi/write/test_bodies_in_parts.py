"""Bodies that are sequences, or in parts: events, lines, forms."""

import email
import json
from email.message import Message
from urllib.parse import parse_qs

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.model import Encodings
from emulator.openapi.validate.forms import compile_form, decode_form
from emulator.openapi.write.bodies import concrete
from emulator.schema.generate.words import SENTENCES
from tests.support.drawn_bodies import BINARY, PET, PETS, TEXT, body, stream

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
    value, violations = decode_form(
        octets, media_type, compile_form(media_type, FORM, Encodings(), {})
    )
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
