"""Forms: urlencoded and multipart bodies by schema and encoding."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.long_bodies import MAX_VALUES
from emulator.http.messages import Json, Violation
from emulator.openapi.document.model import Encodings
from emulator.openapi.validate.forms import FormPlan, compile_form, decode_form
from emulator.openapi.validate.parameter_style import MAX_ITEMS

URLENCODED = "application/x-www-form-urlencoded"
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
ADDRESS = {"type": "object", "properties": {"city": TEXT, "zip": INTEGER}}
SCHEMA: Json = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "age": INTEGER,
        "tags": {"type": "array", "items": TEXT},
        "address": ADDRESS,
        "addresses": {"type": "array", "items": ADDRESS},
        "file": {"type": "string", "format": "binary"},
        "photo": {},
    },
}


def plan(media_type: str, schema: Json = SCHEMA, **encoding: Json) -> FormPlan:
    return compile_form(media_type, schema, Encodings(encoding), {})


def urlencoded(body: str, form: FormPlan) -> tuple[Json, tuple[Violation, ...]]:
    return decode_form(body.encode(), URLENCODED, form)


def multipart(files: Any, form: FormPlan) -> tuple[Json, tuple[Violation, ...]]:
    request = httpx.Request("POST", "http://test", files=files)
    return decode_form(request.read(), request.headers["content-type"], form)


DEEP = {"style": "deepObject", "explode": True}
STRIPE: Json = {
    "type": "object",
    "properties": {
        "amount": INTEGER,
        "expand": {"type": "array", "items": TEXT},
        "metadata": {
            "anyOf": [
                {"type": "object", "additionalProperties": TEXT},
                {"type": "string", "enum": [""]},
            ]
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"price": TEXT, "quantity": INTEGER, "on": {"type": "boolean"}},
            },
        },
    },
}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("amount=12&expand[]=a&expand[]=b", {"amount": 12, "expand": ["a", "b"]}),
        ("expand[1]=b&expand[0]=a", {"expand": ["a", "b"]}),
        ("metadata[order]=67", {"metadata": {"order": "67"}}),
        ("metadata=", {"metadata": ""}),
        (
            "items[0][price]=p&items[0][quantity]=2&items%5B1%5D%5Bon%5D=true",
            {"items": [{"price": "p", "quantity": 2}, {"on": True}]},
        ),
        (
            "items[][price]=p&items[][quantity]=2&items[][price]=q",
            {"items": [{"price": "p", "quantity": 2}, {"price": "q"}]},
        ),
        ("undocumented[a][b]=1&amount=1", {"amount": 1, "undocumented": {"a": {"b": "1"}}}),
        ("", {}),
    ],
)
def test_brackets_as_stripe_sends_them(body: str, value: Json) -> None:
    form = plan(URLENCODED, STRIPE, expand=DEEP, metadata=DEEP, items=DEEP)
    assert urlencoded(body, form) == (value, ())


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("name=a+b&age=7", {"name": "a b", "age": 7}),
        ("tags=a&tags=b%26c", {"tags": ["a", "b&c"]}),
        ("city=Rome&zip=1", {"address": {"city": "Rome", "zip": 1}}),
        ("address[city]=Rome", {"address": {"city": "Rome"}}),
        ("address=%7B%22city%22:%22Rome%22%7D", {"address": {"city": "Rome"}}),
        ("addresses=%7B%22zip%22:1%7D", {"addresses": [{"zip": 1}]}),
        ("name=x&other=1&other=2", {"name": "x", "other": ["1", "2"]}),
        ("address=%7B", {"address": "{"}),
    ],
)
def test_urlencoded_by_default(body: str, value: Json) -> None:
    assert urlencoded(body, plan(URLENCODED)) == (value, ())


def test_urlencoded_with_a_style() -> None:
    form = plan(URLENCODED, tags={"style": "pipeDelimited", "explode": False})
    assert urlencoded("tags=a|b", form) == ({"tags": ["a", "b"]}, ())


def test_urlencoded_with_a_content_type() -> None:
    form = plan(URLENCODED, name={"contentType": "application/json"})
    assert urlencoded("name=%22a%22", form) == ({"name": "a"}, ())
    value, (violation,) = urlencoded("name=a&age=1", form)
    assert value == {"age": 1}
    assert (violation.pointer, violation.keyword) == ("/name", "content")


def test_brackets_that_do_not_match_are_part_of_an_undeclared_name() -> None:
    assert urlencoded("other[a=1&b]=2&c[d]=3", plan(URLENCODED))[0] == {
        "other[a": "1",
        "b]": "2",
        "c": {"d": "3"},
    }


@pytest.mark.parametrize(
    ("body", "pointer", "keyword"),
    [
        ("name=%ff", "/name", "encoding"),
        ("age=1&age=2", "/age", "style"),
        ("address[city=1", "/address", "style"),
    ],
)
def test_broken_urlencoded_is_a_violation(body: str, pointer: str, keyword: str) -> None:
    _, (violation,) = urlencoded(body, plan(URLENCODED))
    assert (violation.location, violation.pointer, violation.keyword) == ("body", pointer, keyword)


MANY = "[" + "[]," * MAX_VALUES + "[]]"


@pytest.mark.parametrize(
    ("name", "text", "fine"),
    [
        ("address", MANY, False),
        ("address", '["' + "[]," * MAX_VALUES + '"]', True),
        ("tags", "a," * MAX_ITEMS, False),
        ("tags", "a," * (MAX_ITEMS - 1), True),
        ("name", "a," * MAX_VALUES, True),
        ("name", MANY, True),
    ],
    ids=["JSON of many", "JSON", "many items", "items", "text with commas", "text like JSON"],
)
def test_fields_of_too_many_values_are_not_read(name: str, text: str, fine: bool) -> None:
    form = plan(URLENCODED, tags={"style": "form", "explode": False})
    _, violations = urlencoded(f"{name}={text}", form)
    expected = [] if fine else [("/" + name, "size")]
    assert [(each.pointer, each.keyword) for each in violations] == expected


def test_part_of_too_many_values_is_not_read() -> None:
    _, (violation,) = multipart([("address", (None, MANY))], plan("multipart/form-data"))
    assert (violation.pointer, violation.keyword) == ("/address", "size")


@pytest.mark.parametrize(
    ("files", "value"),
    [
        pytest.param(
            [("name", (None, "é")), ("age", (None, "7"))], {"name": "é", "age": 7}, id="text"
        ),
        pytest.param([("tags", (None, "a"))], {"tags": ["a"]}, id="one item"),
        pytest.param(
            [("tags", (None, "a")), ("tags", (None, "b"))], {"tags": ["a", "b"]}, id="items"
        ),
        pytest.param(
            [("tags", (None, '["a"]', "application/json"))], {"tags": ["a"]}, id="JSON array"
        ),
        pytest.param([("address", (None, '{"zip":1}'))], {"address": {"zip": 1}}, id="object"),
        pytest.param(
            [("addresses", (None, '{"zip":1}', "application/json"))] * 2,
            {"addresses": [{"zip": 1}, {"zip": 1}]},
            id="objects",
        ),
        pytest.param(
            [("address", (None, "<a><city>Rome</city></a>", "text/xml"))],
            {"address": {"city": "Rome"}},
            id="XML",
        ),
        pytest.param([("file", ("f", b"\xff\0\xc3\xa9"))], {"file": "\xff\0Ã©"}, id="octets"),
        pytest.param(
            [("photo", ("f.png", b"\xff", "image/png"))], {"photo": "\xff"}, id="no schema"
        ),
        pytest.param(
            [("name", ("f.json", "{}", "application/json"))], {"name": "{}"}, id="JSON file"
        ),
        pytest.param([("name", (None, '"x"', "application/json"))], {"name": "x"}, id="JSON text"),
        pytest.param(
            [("address[city]", (None, "Rome"))], {"address": {"city": "Rome"}}, id="brackets"
        ),
        pytest.param([("x", (None, "1")), ("x", (None, "2"))], {"x": ["1", "2"]}, id="undeclared"),
    ],
)
def test_multipart_by_default(files: Any, value: Json) -> None:
    assert multipart(files, plan("multipart/form-data")) == (value, ())


@pytest.mark.parametrize(
    ("files", "pointer", "keyword"),
    [
        ([("name", (None, b"\xff", "text/plain"))], "/name", "encoding"),
        ([("name", (None, "a"))] * 2, "/name", "multipart"),
        ([("address", (None, "{"))], "/address", "content"),
        ([("addresses", (None, "{}")), ("addresses", (None, "{"))], "/addresses/1", "content"),
        ([("photo", ("f", b"1", "text/plain"))], "/photo", "contentType"),
        ([("tags", (None, "a"))], "/tags", "required"),
    ],
)
def test_broken_part_is_a_violation(files: Any, pointer: str, keyword: str) -> None:
    encoding: dict[str, Json] = {
        "photo": {"contentType": "image/*, application/pdf"},
        "tags": {"headers": {"X-Id": {"required": True}, "X-No": {}}},
    }
    _, (violation,) = multipart(files, plan("multipart/form-data", **encoding))
    assert (violation.location, violation.pointer, violation.keyword) == ("body", pointer, keyword)


def test_part_with_a_style() -> None:
    form = plan("multipart/form-data", tags={"style": "form", "explode": False})
    assert multipart([("tags", (None, "a,b%"))], form) == ({"tags": ["a", "b%"]}, ())


def test_broken_multipart_is_a_violation() -> None:
    value, (violation,) = decode_form(b"", "multipart/form-data", plan("multipart/form-data"))
    assert value == {}
    assert violation.keyword == "multipart"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.fixed_dictionaries({}, optional={"name": TEXTS, "age": st.integers()}))
def test_forms_of_scalars_read_as_written(value: dict[str, Json]) -> None:
    assert urlencoded(urlencode(value), plan(URLENCODED)) == (value, ())


@given(st.text(st.sampled_from('address[]city&=%+{}"0é')) | st.text(), st.binary())
def test_no_body_makes_decoding_raise(text: str, octets: bytes) -> None:
    for media_type in (URLENCODED, "multipart/form-data; boundary=x"):
        for body in (text.encode(errors="replace"), octets):
            value, violations = decode_form(body, media_type, plan(media_type))
            assert isinstance(value, dict)
            assert all(violation.location == "body" for violation in violations)
