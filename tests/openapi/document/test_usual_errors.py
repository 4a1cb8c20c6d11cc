"""The error that most of a document's responses describe is the usual one."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.usual_errors import usual_error
from tests.support.apis import api_of, operation

FINE = {"description": "Fine."}
MESSAGE = {"type": "object", "properties": {"message": {"type": "string"}}}
REASON = {"type": "object", "properties": {"reason": {"type": "string"}}}


def having(schema: Json, name: str = "application/json", **more: Json) -> Json:
    return {"description": "Wrong.", "content": {name: {"schema": schema, **more}}}


def usual(*operations: Json, **more: Json) -> Json:
    """The first schema of the usual error, by the responses of these operations."""
    paths = {f"/{number}": {"get": operation(each)} for number, each in enumerate(operations)}
    found = usual_error({"paths": paths, **more})
    return found and next(iter(found.content.values())).get("schema")


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"200": FINE}], None),
        ([{"200": FINE, "400": {"description": "No content."}}], None),
        ([{"400": having(MESSAGE), "4XX": having(REASON), "500": having(REASON)}], REASON),
        ([{"400": having(MESSAGE)}, {"400": having(REASON)}], MESSAGE),
        ([{"200": FINE, "default": having(MESSAGE)}], MESSAGE),
        ([{"default": having(MESSAGE)}], None),
        ([{"400": having(MESSAGE, "text/event-stream")}], None),
        ([{"400": having(REASON, "application/xml")}, {"400": having(MESSAGE)}], MESSAGE),
    ],
)
def test_most_used(operations: list[Json], expected: Json) -> None:
    assert usual(*operations) == expected


def test_errors_that_look_like_successes_count_where_there_are_no_others() -> None:
    health = {"200": having(REASON), "503": having(REASON)}
    assert usual(health, health, {"400": having(MESSAGE)}) == MESSAGE
    assert usual(health) == REASON


def test_what_is_only_said_of_a_schema_makes_no_other() -> None:
    told = {"type": "object", "properties": {"message": {"type": "string", "example": "Gone."}}}
    named = {"type": "object", "properties": {"example": {"type": "string"}}}
    one, other = {"400": having(MESSAGE)}, {"410": having(told)}
    assert usual({"400": having(REASON)}, one, other) in (MESSAGE, told)
    assert usual({"400": having(named)}, {"400": having(REASON), "404": having(REASON)}) == REASON


def test_references_lead_to_one_error() -> None:
    components = {"responses": {"Wrong": having(MESSAGE)}}
    reference = {"$ref": "#/components/responses/Wrong"}
    found = usual(
        {"404": having(REASON)},
        {"400": reference},
        {"4XX": reference},
        components=components,
    )
    assert found == MESSAGE


def test_places_prefer_what_the_author_showed() -> None:
    paths = {
        "/a": {"get": operation({"404": having(MESSAGE), "409": having(MESSAGE)})},
        "/b": {"put": operation({"404": having(MESSAGE, example={"message": "Gone."})})},
        "/c": {"put": operation({"200": FINE, "default": having(MESSAGE)})},
    }
    assert api_of(paths).usual_errors == {
        "404": ("PUT /b", "404"),
        "409": ("GET /a", "409"),
        "default": ("PUT /b", "404"),
    }


def test_what_is_added_to_a_document_has_the_usual_shape() -> None:
    parameter = {"name": "q", "in": "query", "schema": {"type": "integer"}}
    paths = {
        "/a": {"get": operation({"200": FINE, "404": having(MESSAGE, example={"message": "No."})})},
        "/b": {"get": operation({"200": FINE}, parameters=[parameter])},
    }
    api = api_of(paths)
    added = api.operations[1].responses["default"]
    assert added.augmented
    assert [each.name for each in added.content] == ["application/json"]
    assert added.content[0].examples == ()
    assert api.responses.roots[added.content[0].schema_key or ""] == MESSAGE
    assert "usual error" in next(n.message for n in api.notices if n.code == "refusal-undocumented")


def test_a_schema_without_end_is_no_usual_error() -> None:
    deep: Json = {"type": "object"}
    for _ in range(5_000):
        deep = {"items": deep}
    assert usual({"400": having(deep)}) is None
