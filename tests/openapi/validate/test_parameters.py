"""Queries that are one value."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.validate.parameters import compile_querystring, decode_querystring

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("media_type", "raw", "value"),
    [
        ("application/json", "%7B%22n%22:1%7D", {"n": 1}),
        ("application/x-www-form-urlencoded", "n=1&o=a+b", {"n": 1, "o": "a b"}),
        ("text/plain", "a%20b", "a b"),
    ],
)
def test_query_is_one_value(media_type: str, raw: str, value: Json) -> None:
    content = {media_type: {"schema": SCHEMA}}
    plan = compile_querystring({"name": "q", "in": "querystring", "content": content}, {})
    assert decode_querystring(raw, plan) == (value, ())


@pytest.mark.parametrize(
    ("media_type", "raw", "pointer", "keyword"),
    [
        ("application/json", "%7B", "/q", "content"),
        ("application/json", "%ff", "/q", "encoding"),
        ("application/x-www-form-urlencoded", "n=%ff", "/q/n", "encoding"),
    ],
)
def test_broken_query_is_a_violation(media_type: str, raw: str, pointer: str, keyword: str) -> None:
    content = {media_type: {"schema": SCHEMA}}
    plan = compile_querystring({"name": "q", "in": "querystring", "content": content}, {})
    _, (violation,) = decode_querystring(raw, plan)
    assert (violation.location, violation.pointer, violation.keyword) == ("query", pointer, keyword)
