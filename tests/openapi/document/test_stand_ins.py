"""Objects of one kind read as another: where they have what is needed, and nowhere else."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.stand_ins import fits, stand_in

SCHEMA: Json = {"type": "integer"}
PARAMETER: Json = {"name": "a", "in": "query", "schema": SCHEMA}
CONTENT: Json = {"text/plain": {}, "application/json": {"schema": SCHEMA}}
REF: Json = {"$ref": "#/x"}


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("response", {"content": CONTENT}, {"content": CONTENT}),
        ("response", {"headers": {}}, {"headers": {}}),
        (
            "response",
            SCHEMA,
            {"description": "", "content": {"application/json": {"schema": REF}}},
        ),
        ("response", {"description": "Of a tag"}, None),
        ("response", PARAMETER, None),
        ("requestBody", {"content": CONTENT}, {"content": CONTENT}),
        ("requestBody", {"headers": {}}, None),
        ("mediaType", SCHEMA, {"schema": REF}),
        ("mediaType", {"schema": SCHEMA}, {"schema": SCHEMA}),
        ("header", PARAMETER, PARAMETER),
        ("header", SCHEMA, {"schema": REF}),
        ("parameter", {"name": "a", "in": "path"}, {"name": "a", "in": "path"}),
        ("parameter", {"schema": SCHEMA}, None),
        ("schema", PARAMETER, SCHEMA),
        ("schema", {"content": CONTENT}, SCHEMA),
        ("schema", {"content": {}}, None),
        ("schema", {"description": "Of a tag"}, None),
        ("example", [1], {"value": [1]}),
        ("link", SCHEMA, None),
        ("response", REF, REF),
        ("response", "text", None),
    ],
)  # fmt: skip
def test_stand_in(kind: str, value: Json, read: Json) -> None:
    found = stand_in(kind, value, ("f", "x"))
    assert (found[0] if found else None) == read


def test_place_of_a_schema_within_another_object() -> None:
    found = stand_in("schema", {"content": CONTENT}, "f")
    assert found == (SCHEMA, ((("f", "content"), "application/json"), "schema"))


@pytest.mark.parametrize(
    ("kind", "value", "fitting"),
    [
        ("schema", SCHEMA, True),
        ("schema", {}, True),
        ("schema", {"properties": {"schema": {}}, "schema": SCHEMA}, False),
        ("schema", {"content": CONTENT}, False),
        ("response", SCHEMA, False),
        ("response", {"description": ""}, True),
        ("example", {"value": 1}, True),
        ("example", {"summary": "no value"}, True),
        ("example", {"name": "Rex"}, False),
        ("example", "text", False),
        ("parameter", SCHEMA, True),
        ("header", REF, True),
    ],
)
def test_fits(kind: str, value: Json, fitting: bool) -> None:
    assert fits(kind, value) is fitting
