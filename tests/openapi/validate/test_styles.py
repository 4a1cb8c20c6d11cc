"""Parameters by style: the specification's own table, what it leaves open, and broken input."""

from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.openapi.validate.parameter_style import ParameterStyle, compile_style
from emulator.openapi.validate.style_encoding import encode
from emulator.openapi.validate.styles import (
    decode_cookie,
    decode_query,
    decode_single,
)

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
RGB = {
    "type": "object",
    "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}, "B": {"type": "integer"}},
}
BLUE = "blue"
COLORS = ["blue", "black", "brown"]
COLOR = {"R": 100, "G": 200, "B": 150}


def parameter(
    location: str, schema: Json = True, name: str = "color", **more: Any
) -> ParameterStyle:
    described = {"schema": schema} if "content" not in more else {}
    return compile_style({"name": name, "in": location, **described, **more}, {})


def decode(raw: str, style: ParameterStyle) -> Json:
    """The value of the one parameter, whatever its location; no violations allowed."""
    if style.location in ("path", "header"):
        value, violations = decode_single(raw, style)
        assert violations == ()
        return value
    decode_all = decode_query if style.location == "query" else decode_cookie
    decoded = decode_all(raw, [style])
    assert decoded.violations == []
    assert not decoded.unclaimed
    return decoded.values.get(style.name)


def keyword(raw: str, style: ParameterStyle) -> str:
    """The keyword of the one violation."""
    if style.location in ("path", "header"):
        _, violations = decode_single(raw, style)
    else:
        decode_all = decode_query if style.location == "query" else decode_cookie
        violations = tuple(decode_all(raw, [style]).violations)
    (violation,) = violations
    assert violation.location == style.location
    return violation.keyword


# OpenAPI 3.2, 4.12.2.3.4 Style Examples: location, style, explode, then the three columns.
TABLE = [
    ("path", "matrix", False, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
    (
        "path",
        "matrix",
        True,
        ";color=blue",
        ";color=blue;color=black;color=brown",
        ";R=100;G=200;B=150",
    ),
    ("path", "label", False, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
    ("path", "label", True, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
    ("path", "simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("path", "simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("header", "simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("header", "simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("query", "form", False, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    (
        "query",
        "form",
        True,
        "color=blue",
        "color=blue&color=black&color=brown",
        "R=100&G=200&B=150",
    ),
    (
        "query",
        "spaceDelimited",
        False,
        None,
        "color=blue%20black%20brown",
        "color=R%20100%20G%20200%20B%20150",
    ),
    (
        "query",
        "pipeDelimited",
        False,
        None,
        "color=blue%7Cblack%7Cbrown",
        "color=R%7C100%7CG%7C200%7CB%7C150",
    ),
    (
        "query",
        "deepObject",
        True,
        None,
        None,
        "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
    ),
    ("cookie", "form", False, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    (
        "cookie",
        "cookie",
        True,
        "color=blue",
        "color=blue; color=black; color=brown",
        "R=100; G=200; B=150",
    ),
]
CASES = [
    pytest.param(
        parameter(location, schema, style=style, explode=explode),
        raw,
        value,
        id=f"{location}-{style}-{'exploded' if explode else 'joined'}-{type(value).__name__}",
    )
    for location, style, explode, *columns in TABLE
    for raw, value, schema in zip(columns, (BLUE, COLORS, COLOR), (TEXT, TEXTS, RGB), strict=True)
    if raw is not None
]


@pytest.mark.parametrize(("style", "raw", "value"), CASES)
def test_table_of_the_specification_decodes(style: ParameterStyle, raw: str, value: Json) -> None:
    assert decode(raw, style) == value


@pytest.mark.parametrize(("style", "raw", "value"), CASES)
def test_table_of_the_specification_encodes(style: ParameterStyle, raw: str, value: Json) -> None:
    assert encode(value, style) == raw


@pytest.mark.parametrize(
    ("location", "style", "raw"),
    [
        ("path", "matrix", ";color="),
        ("path", "matrix", ";color"),
        ("path", "label", "."),
        ("query", "form", "color="),
        ("query", "form", "color"),
        ("path", "simple", ""),
        ("header", "simple", ""),
        ("cookie", "form", "color="),
    ],
)
def test_empty_string_of_the_table_decodes(location: str, style: str, raw: str) -> None:
    assert decode(raw, parameter(location, TEXT, style=style)) == ""


NUMBERS = {"type": "array", "items": {"type": "number"}}
NESTED = {
    "type": "object",
    "properties": {
        "price": {"type": "object", "properties": {"min": {"type": "integer"}}},
        "tags": TEXTS,
    },
}
AS_JSON: Json = {"application/json": {"schema": {}}}


@pytest.mark.parametrize(
    ("style", "raw", "value"),
    [
        pytest.param(parameter("query", TEXT), "color=a%26b%3Dc", "a&b=c", id="encoded &"),
        pytest.param(parameter("query", TEXT), "color=a+b%2Bc", "a b+c", id="plus is a space"),
        pytest.param(parameter("path", TEXT), "a+b%2Fc", "a+b/c", id="plus in a path is a plus"),
        pytest.param(parameter("query", TEXT), "color=%00", "\0", id="NUL is a character"),
        pytest.param(parameter("query", TEXT), "color=a=b", "a=b", id="second = is data"),
        pytest.param(parameter("query", TEXT, "a[b]"), "a%5Bb%5D=1", "1", id="name in brackets"),
        pytest.param(
            parameter("query", TEXTS, explode=False),
            "color=a%2Cb,c",
            ["a,b", "c"],
            id="encoded comma is data",
        ),
        pytest.param(
            parameter("query", NUMBERS, explode=False),
            "color=1%2C2.5",
            [1, 2.5],
            id="encoded comma between numbers delimits",
        ),
        pytest.param(
            parameter("query", RGB, explode=False),
            "color=R%2C1%2CG%2C2",
            {"R": 1, "G": 2},
            id="encoded comma in an object delimits",
        ),
        pytest.param(
            parameter("query", {"anyOf": [RGB, TEXTS]}, explode=False),
            "color=R,1",
            {"R": 1},
            id="object or texts: object",
        ),
        pytest.param(
            parameter("query", {"anyOf": [RGB, TEXTS]}, explode=False),
            "color=a,1",
            ["a", "1"],
            id="object or texts: texts",
        ),
        pytest.param(
            parameter("path", {"anyOf": [RGB, TEXT]}, explode=True),
            "a,b",
            "a,b",
            id="object or text: text",
        ),
        pytest.param(
            parameter("cookie", {"type": ["array", "null"]}), "color=", None, id="no array"
        ),
        pytest.param(
            parameter("query", {"type": ["array", "null"]}), "color=a", ["a"], id="array or null"
        ),
        pytest.param(
            parameter("query", {"type": ["array", "null"]}), "color=null", None, id="null"
        ),
        pytest.param(parameter("query", RGB), "color=", "", id="exploded object by its name"),
        pytest.param(
            parameter("query", {"type": "object"}),
            "a[x]=1&a[y]=2&b=3",
            {"a": {"x": "1", "y": "2"}, "b": "3"},
            id="free-form object nests",
        ),
        pytest.param(parameter("query", TEXTS, explode=False), "color=", [], id="empty array"),
        pytest.param(
            parameter("query", {**TEXTS, "minItems": 1}, explode=False),
            "color=",
            [""],
            id="empty text of an array that needs items",
        ),
        pytest.param(parameter("query", TEXTS), "color=", [""], id="one empty item"),
        pytest.param(parameter("query", TEXTS), "color=a", ["a"], id="array of one item"),
        pytest.param(
            parameter("query", TEXTS, style="spaceDelimited", explode=False),
            "color=a+b%20c",
            ["a", "b", "c"],
            id="plus delimits like a space",
        ),
        pytest.param(
            parameter("query", TEXTS, style="pipeDelimited", explode=False),
            "color=a%7Cb|c",
            ["a|b", "c"],
            id="where a literal pipe delimits an encoded one is data",
        ),
        pytest.param(
            parameter("query", TEXTS, explode=False, **{"x-collectionFormat": "tsv"}),
            "color=a%09b",
            ["a", "b"],
            id="tabs of Swagger",
        ),
        pytest.param(
            parameter("query", TEXTS, style="pipeDelimited", explode=True),
            "color=a&color=b",
            ["a", "b"],
            id="exploded pipes repeat",
        ),
        pytest.param(
            parameter("query", NESTED, style="deepObject"),
            "color[price][min]=1&color[tags][]=a&color[tags][]=b",
            {"price": {"min": 1}, "tags": ["a", "b"]},
            id="deepObject nests",
        ),
        pytest.param(
            parameter("query", NESTED, style="deepObject"),
            "color[tags][10]=b&color[tags][9]=a",
            {"tags": ["a", "b"]},
            id="indices order items",
        ),
        pytest.param(
            parameter("query", NESTED, style="deepObject"),
            "color[tags]=a&color[tags]=b",
            {"tags": ["a", "b"]},
            id="repeated name in brackets",
        ),
        pytest.param(
            parameter("query", NESTED),
            "price[min]=1&tags=a&tags=b",
            {"price": {"min": 1}, "tags": ["a", "b"]},
            id="exploded object nests in brackets",
        ),
        pytest.param(
            parameter("query", {"type": "object", "additionalProperties": {"type": "integer"}}),
            "a=1&b=2",
            {"a": 1, "b": 2},
            id="free-form object takes every name",
        ),
        pytest.param(
            parameter("query", content=AS_JSON), "color=%7B%22a%22:1%7D", {"a": 1}, id="JSON"
        ),
        pytest.param(parameter("query"), "color=12", "12", id="no type keeps text"),
        pytest.param(parameter("query"), "color=a&color=b", ["a", "b"], id="no type repeated"),
        pytest.param(
            parameter("query", {"anyOf": [TEXT, TEXTS]}, explode=False),
            "color=a,b",
            ["a", "b"],
            id="text or texts: several",
        ),
        pytest.param(
            parameter("query", {"anyOf": [TEXT, TEXTS]}), "color=a", "a", id="text or texts: one"
        ),
        pytest.param(
            parameter("query", {"anyOf": [{"type": "integer"}, RGB]}, style="deepObject"),
            "color=5",
            5,
            id="deepObject or number",
        ),
        pytest.param(parameter("header", NUMBERS), " 1 ,\t2e1 ", [1, 20.0], id="white space"),
        pytest.param(parameter("header", TEXT), "50%", "50%", id="headers are not encoded"),
        pytest.param(parameter("cookie", TEXT), "color=50%", "50%", id="raw cookie"),
        pytest.param(parameter("cookie", TEXT, style="cookie"), "color=%20", "%20", id="cookie"),
        pytest.param(parameter("cookie", TEXTS), "color=a,b", ["a", "b"], id="one cookie"),
        pytest.param(parameter("cookie", TEXTS), "color=a&color=b", ["a", "b"], id="as RFC 6570"),
        pytest.param(parameter("cookie", RGB), "color=R=1,G=2", {"R": 1, "G": 2}, id="in a cookie"),
        pytest.param(parameter("path", NUMBERS), "1,-2.5e3", [1, -2500.0], id="path numbers"),
        pytest.param(parameter("path", TEXTS), "a%2Cb,c", ["a,b", "c"], id="path comma"),
    ],
)
def test_decodes(style: ParameterStyle, raw: str, value: Json) -> None:
    assert decode(raw, style) == value


@pytest.mark.parametrize(
    ("style", "raw", "expected"),
    [
        pytest.param(parameter("query", TEXT), "color=%ff", "encoding", id="not UTF-8"),
        pytest.param(parameter("query", TEXT), "color=5%", "encoding", id="stray percent"),
        pytest.param(parameter("query", TEXT), "color=\xe9", "encoding", id="raw Latin-1"),
        pytest.param(parameter("query", TEXT), "%ff=1", "encoding", id="name not UTF-8"),
        pytest.param(parameter("path", TEXT), "%c3%28", "encoding", id="path not UTF-8"),
        pytest.param(parameter("header", TEXT), "\ud800", "encoding", id="lone surrogate"),
        pytest.param(parameter("query", TEXT), "color=1&color=2", "style", id="scalar twice"),
        pytest.param(
            parameter("query", TEXTS, explode=False), "color=1&color=2", "style", id="joined twice"
        ),
        pytest.param(parameter("path", TEXT, style="label"), "blue", "style", id="no dot"),
        pytest.param(parameter("path", TEXT, style="matrix"), "blue", "style", id="no semicolon"),
        pytest.param(parameter("path", TEXT, style="matrix"), ";c=1", "style", id="other name"),
        pytest.param(
            parameter("path", TEXTS, style="matrix"), ";color=1;color=2", "style", id="matrix twice"
        ),
        pytest.param(
            parameter("query", NESTED, style="deepObject"),
            "color[price][min]=1&color[price]=1",
            "style",
            id="object and value",
        ),
        pytest.param(parameter("path", RGB), "R,1,G", "style", id="odd number of parts"),
        pytest.param(parameter("path", RGB, explode=True), "R,1", "style", id="no name=value"),
        pytest.param(parameter("path", RGB), "R,1,R,2", "style", id="property twice"),
        pytest.param(parameter("query", content=AS_JSON), "color={", "content", id="not JSON"),
        pytest.param(
            parameter("query", RGB, style="deepObject"), "color[R=1", "style", id="open bracket"
        ),
        pytest.param(
            parameter("query", RGB, style="deepObject"),
            "color" + "[a]" * 33 + "=1",
            "style",
            id="too deep",
        ),
        pytest.param(
            parameter("query", NESTED, style="deepObject"),
            "color[price]=1&color[price][min]=1",
            "style",
            id="value and object",
        ),
        pytest.param(parameter("query", TEXT), "a&" * 10_001, "style", id="too many pairs"),
    ],
)
def test_broken_input_is_a_violation(style: ParameterStyle, raw: str, expected: str) -> None:
    assert keyword(raw, style) == expected


def test_violation_points_into_the_value() -> None:
    style = parameter("query", RGB, "a/b", style="deepObject")
    (violation,) = decode_query("a/b[R]=1&a/b[R]=2", [style]).violations
    assert violation.pointer == "/a~1b/R"
    assert "2 times" in violation.message


def test_unclaimed_names_are_told() -> None:
    decoded = decode_query("color=1&x=2&y[a]=3", [parameter("query", TEXT)])
    assert decoded.values == {"color": "1"}
    assert list(decoded.unclaimed) == ["x", "y[a]"]


def test_declared_parameter_wins_over_the_property_of_an_exploded_object() -> None:
    open_object = parameter("query", {"type": "object"}, "rest")
    decoded = decode_query("R=1&other=2", [open_object, parameter("query", TEXT, "R")])
    assert decoded.values == {"R": "1", "rest": {"other": "2"}}


@pytest.mark.parametrize("raw", ["color=", "color"])
def test_empty_value_that_is_allowed_means_unused(raw: str) -> None:
    style = parameter("query", {"type": "integer"}, allowEmptyValue=True)
    decoded = decode_query(raw, [style])
    assert decoded.unused == ["color"]
    assert decoded.values == {}


def test_absent_parameters_have_no_value() -> None:
    decoded = decode_query("", [parameter("query", TEXT), parameter("query", RGB, "rgb")])
    assert decoded.values == {}


def test_style_unknown_to_a_location_is_its_default() -> None:
    assert parameter("header", TEXT, style="form").style == "simple"
    assert parameter("query", TEXT, style="matrix").explode is True


def test_objects_that_share_a_name_take_a_value_each() -> None:
    shared = {"type": "object", "properties": {"same": {"type": "string"}}}
    styles = [
        compile_style({"name": name, "in": "query", "schema": shared}, {}) for name in ("a", "b")
    ]
    decoded = decode_query("same=1&same=2", styles)
    assert decoded.values == {"a": {"same": "1"}, "b": {"same": "2"}}
    assert decoded.violations == []
