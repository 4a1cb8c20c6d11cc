"""Properties of the styles: what is encoded decodes to itself, and nothing makes them raise."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json, Violation
from emulator.openapi.validate.parameter_style import STYLES, ParameterStyle, compile_style
from emulator.openapi.validate.style_encoding import encode
from emulator.openapi.validate.styles import (
    decode_cookie,
    decode_query,
    decode_single,
)

TYPES: dict[str, Json] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "array": {"type": "array", "items": {"type": "string"}},
    "numbers": {"type": "array", "items": {"type": "number"}},
    "object": {"type": "object", "additionalProperties": {"type": "string"}},
}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = {
    "string": TEXTS,
    "number": NUMBERS,
    "integer": st.integers(),
    "boolean": st.booleans(),
    "array": st.lists(TEXTS, min_size=1),
    "numbers": st.lists(NUMBERS, min_size=1),
    "object": st.dictionaries(TEXTS.filter(len), TEXTS, min_size=1),
}
#: Written without percent-encoding, so that these can't be data.
FORBIDDEN = {"header": ",= \t\n\r", "cookie": ";,&= \t\n\r"}
DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


def style_of(location: str, style: str, explode: bool, kind: str, **more: Any) -> ParameterStyle:
    described = {"schema": TYPES[kind], "style": style, "explode": explode, **more}
    if style == "tabDelimited":
        described["x-collectionFormat"] = "tsv"
    return compile_style({"name": "color", "in": location, **described}, {})


def decode(raw: str, style: ParameterStyle) -> tuple[Json, tuple[Violation, ...]]:
    if style.location in ("path", "header"):
        return decode_single(raw, style)
    decode_all = decode_query if style.location in ("query", "body") else decode_cookie
    decoded = decode_all(raw, [style])
    return decoded.values.get(style.name), tuple(decoded.violations)


def strings(value: Json) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for text in pair]
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def is_defined(value: Json, style: ParameterStyle) -> bool:
    """The domain that `style_encoding` documents."""
    forbidden = DELIMITERS.get(style.style, "")
    if style.location == "header" or style.style == "cookie":
        forbidden += FORBIDDEN[style.location]
    names = list(value) if isinstance(value, dict) and style.spread else []
    if any(set(name) & set("[]" + FORBIDDEN.get(style.location, "")) for name in names):
        return False
    if any(set(text) & set(forbidden) for text in strings(value)):
        return False
    in_one_piece = not style.explode or style.location != "query"
    return not (value == [""] and in_one_piece)


COMBINATIONS = [
    pytest.param(
        style_of(location, style, explode, kind), kind, id=f"{location}-{style}-{explode}-{kind}"
    )
    for location in ("path", "query", "header", "cookie")
    for style in STYLES[location]
    for explode in (False, True)
    for kind in TYPES
    if style != "deepObject" or kind == "object"
    if style not in DELIMITERS or (kind in ("array", "numbers", "object") and not explode)
]


@pytest.mark.parametrize(("style", "kind"), COMBINATIONS)
@given(data=st.data())
@settings(max_examples=12)
def test_what_is_encoded_decodes_to_itself(
    style: ParameterStyle, kind: str, data: st.DataObject
) -> None:
    value = data.draw(VALUES[kind].filter(lambda value: is_defined(value, style)))
    assert decode(encode(value, style), style) == (value, ())


NESTED = {
    "type": "object",
    "properties": {
        "a": {"type": "object", "additionalProperties": {"type": "integer"}},
        "b": {"type": "array", "items": {"type": "array", "items": {"type": "boolean"}}},
    },
}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "a": st.dictionaries(st.sampled_from(["x", "0", "é&="]), st.integers(), min_size=1),
            "b": st.lists(st.lists(st.booleans(), min_size=1), min_size=1),
        },
    ).filter(len)
)
def test_deep_objects_nest(value: Json) -> None:
    described = {"name": "f", "in": "query", "style": "deepObject", "schema": NESTED}
    style = compile_style(described, {})
    assert decode(encode(value, style), style) == (value, ())


JSON_VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
@given(value=JSON_VALUES)
def test_json_content_decodes_to_itself(location: str, value: Json) -> None:
    content: Json = {"application/json": {"schema": {}}}
    style = compile_style({"name": "color", "in": location, "content": content}, {})
    assert decode(encode(value, style), style) == (value, ())


@given(TEXTS)
def test_reserved_characters_survive_unencoded(text: str) -> None:
    style = style_of("query", "form", True, "string", allowReserved=True)
    assert decode(encode(text, style), style) == (text, ())
    assert encode("a/b?c", style) == "color=a/b?c"


ROUGH = st.text(st.sampled_from('color[]=&;,.|% +\té\ud800\0{}"0')) | st.text()


@pytest.mark.parametrize(("style", "kind"), COMBINATIONS)
@given(raw=ROUGH)
@settings(max_examples=12)
def test_no_text_makes_decoding_raise(style: ParameterStyle, kind: str, raw: str) -> None:
    value, violations = decode(raw, style)
    # Lone surrogates, which a validator would choke on, don't get in.
    assert json.dumps([value, *map(str, violations)], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("formats", "raw"),
    [
        (["pipes", "csv"], "color=1,2%7C3"),
        (["csv", "ssv"], "color=1%202,3"),
        (["tsv", "pipes"], "color=1%7C2%093"),
    ],
    ids=["pipes of csv", "csv of ssv", "tsv of pipes"],
)
def test_arrays_in_arrays_of_swagger(formats: list[str], raw: str) -> None:
    schema = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    described = {"name": "color", "in": "query", "schema": schema, "explode": False}
    style = compile_style({**described, "x-collectionFormat": formats}, {})
    assert encode([[1, 2], [3]], style) == raw
    assert decode(raw, style) == ([[1, 2], [3]], ())
