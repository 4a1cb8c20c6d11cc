"""Documents become APIs: operations, parameters, bodies, responses, security, base paths."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.model import Operation
from tests.support.apis import api_of, operation


def only(item: Json, **more: Json) -> Operation:
    """The one operation of a document with one path."""
    (found,) = api_of({"/a/{id}": item}, **more).operations
    return found


def test_operations_in_order_with_their_keys() -> None:
    api = api_of({"/b": {"post": operation(), "get": operation()}, "/a": {"query": operation()}})
    assert [each.key for each in api.operations] == ["GET /b", "POST /b", "QUERY /a"]
    assert [each.id for each in api.operations] == ["get-b", "post-b", "query-a"]


@pytest.mark.parametrize("method", ["COPY", "x-Touch"])
def test_additional_operations_are_spelt_as_they_are_written(method: str) -> None:
    found = only({"additionalOperations": {method: operation()}})
    assert (found.method, found.key) == (method, f"{method} /a/{{id}}")


def test_repeated_operation_id_is_a_notice() -> None:
    api = api_of({"/a": {"get": operation(operationId="x"), "put": operation(operationId="x")}})
    assert [each.id for each in api.operations] == ["x", "put-a"]
    assert [(n.code, n.pointer) for n in api.notices] == [
        ("operation-id-repeated", "/paths/~1a/put/operationId")
    ]


def parameter(name: str, location: str, **more: Json) -> dict[str, Json]:
    return {"name": name, "in": location, "schema": {"type": "string"}, **more}


def test_parameters_of_the_operation_win_over_those_of_the_path() -> None:
    item = {
        "parameters": [parameter("id", "path"), parameter("q", "query")],
        "get": operation(parameters=[parameter("q", "query", required=True)]),
    }
    assert [(p.name, p.required) for p in only(item).parameters] == [("id", True), ("q", True)]


def test_what_stands_beside_the_reference_of_a_path_counts() -> None:
    shared = {
        "parameters": [parameter("id", "path"), parameter("q", "query")],
        "get": operation(operationId="shared"),
        "put": operation(operationId="replaced"),
    }
    item = {
        "$ref": "#/components/pathItems/Shared",
        "parameters": [parameter("q", "query", required=True)],
        "put": operation(operationId="own"),
    }
    api = api_of({"/a/{id}": item}, components={"pathItems": {"Shared": shared}})
    assert {each.id for each in api.operations} == {"shared", "own"}
    assert [(p.name, p.required) for p in api.operations[0].parameters] == [
        ("id", True),
        ("q", True),
    ]


def test_headers_that_belong_elsewhere_are_no_parameters() -> None:
    names = ["Accept", "content-type", "Authorization", "X-Own"]
    item = {"get": operation(parameters=[parameter(name, "header") for name in names])}
    assert [p.name for p in only(item).parameters if p.location == "header"] == ["X-Own"]


def test_a_path_parameter_that_nobody_describes_is_one() -> None:
    item = {"get": operation(parameters=[parameter("q", "query")])}
    found = [(p.name, p.location, p.required, p.schema_key) for p in only(item).parameters]
    assert found[1:] == [("id", "path", True, None)]


@pytest.mark.parametrize(
    ("more", "has_schema"),
    [
        ({"schema": {"type": "string"}}, True),
        ({"schema": {}}, False),
        ({"schema": True}, False),
        ({"schema": False}, True),
        ({"schema": None, "content": {"application/json": {"schema": {"type": "object"}}}}, True),
        ({"schema": None, "content": {}}, False),
    ],
)
def test_parameter_has_a_key_where_its_schema_can_refuse(more: Json, has_schema: bool) -> None:
    item = {"get": operation(parameters=[{**parameter("q", "query"), **more}])}
    (found,) = (each for each in only(item).parameters if each.name == "q")
    assert (found.schema_key is not None) is has_schema


def test_references_are_followed() -> None:
    components = {
        "parameters": {"Q": parameter("q", "query")},
        "requestBodies": {"B": {"required": True, "content": {"text/plain": {}}}},
        "responses": {"R": {"$ref": "#/components/responses/S"}, "S": {"description": "s"}},
        "examples": {"E": {"value": 7}},
        "headers": {"H": {"required": True, "schema": {"type": "integer"}}},
    }
    item = {
        "post": operation(
            {
                "200": {
                    "description": "",
                    "headers": {"X-H": {"$ref": "#/components/headers/H"}},
                    "content": {"a/b": {"examples": {"e": {"$ref": "#/components/examples/E"}}}},
                },
                "404": {"$ref": "#/components/responses/R"},
            },
            parameters=[{"$ref": "#/components/parameters/Q"}],
            requestBody={"$ref": "#/components/requestBodies/B"},
        )
    }
    found = only(item, components=components)
    ok = found.responses["200"]
    assert found.parameters[0].name == "q"
    assert found.request_body is not None
    assert found.request_body.required
    assert found.responses["404"].description == "s"
    assert [example.value for example in ok.content[0].examples] == [7]
    assert [(header.name, header.required) for header in ok.headers] == [("X-H", True)]


@pytest.mark.parametrize(
    ("media_type", "examples"),
    [
        ({"example": None}, [("example", None)]),
        ({"examples": {"a": {"value": 1}, "b": {"summary": "none"}}}, [("a", 1)]),
        ({"examples": {"a": {"dataValue": 1, "value": 2}}}, [("a", 1)]),
        ({"examples": {"a": {"externalValue": "http://x.example/"}}}, []),
        ({"examples": ["x"]}, []),
        ({}, []),
    ],
)
def test_examples(media_type: Json, examples: list[tuple[str, Json]]) -> None:
    responses = {"200": {"description": "", "content": {"a/b": media_type}}}
    content = only({"get": operation(responses)}).responses["200"].content
    assert [(example.name, example.value) for example in content[0].examples] == examples


def test_responses_by_status_range_and_default() -> None:
    keys = ("default", "4xx", "200", "204")
    found = only({"get": operation({key: {"description": key} for key in keys} | {"x-a": {}})})
    assert list(found.responses) == ["default", "4XX", "200", "204"]
    assert found.statuses == (200, 204)
    assert [found.response_for(s).key for s in (200, 404, 500)] == ["200", "4XX", "default"]  # type: ignore[union-attr]


SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "bearer": {"$ref": "#/components/securitySchemes/jwt"},
    "jwt": {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT"},
}


@pytest.mark.parametrize(
    ("own", "alternatives"),
    [
        ({}, [["key"]]),
        ({"security": []}, []),
        ({"security": [{}]}, [[]]),
        ({"security": [{"bearer": []}, {"key": [], "jwt": []}]}, [["bearer"], ["key", "jwt"]]),
        ({"security": [{"unknown": []}, {"key": []}]}, [["key"]]),
    ],
)
def test_security(own: Json, alternatives: list[list[str]]) -> None:
    found = only(
        {"get": operation(**own)},
        components={"securitySchemes": SCHEMES},
        security=[{"key": []}],
    )
    assert [[scheme.name for scheme in each] for each in found.security] == alternatives


def test_security_scheme_behind_a_reference() -> None:
    api = api_of({}, components={"securitySchemes": SCHEMES})
    assert (api.schemes["bearer"].http_scheme, api.schemes["key"].parameter) == ("bearer", "X-Key")


def test_schemas_of_two_directions_are_kept_apart() -> None:
    schema = {"properties": {"id": {"readOnly": True}}, "required": ["id"]}
    content = {"application/json": {"schema": schema}}
    item = {
        "post": operation(
            {"200": {"description": "", "content": content}}, requestBody={"content": content}
        )
    }
    api = api_of({"/a": item})
    assert api.requests.is_valid("POST /a body application/json", {})
    assert not api.responses.is_valid("POST /a 200 application/json", {})


@pytest.mark.parametrize(
    "paths", [None, {}, {"/a": None}, {"/a": {"get": None}}, {"/a": {"$ref": "#/x"}}]
)
def test_document_with_nothing_in_it(paths: Json) -> None:
    assert compile_api("n", "f", {"paths": paths}).operations == ()


def test_header_that_is_not_ascii_is_a_notice() -> None:
    headers = {
        "X-A": {"schema": {"type": "string"}, "example": "é"},
        "X-B": {"schema": {"enum": ["東"]}},
        "X-C": {"content": {"application/json": {"example": ["é"]}}},
        "X-D": {"schema": {"const": "a"}, "example": "a"},
    }
    item = {"get": {"responses": {"200": {"description": "", "headers": headers}}}}
    found = [n for n in api_of({"/a": item}).notices if n.code == "header-not-ascii"]
    assert [n.message.split(" with ")[0] for n in found] == [
        "GET /a 200 has header X-A",
        "GET /a 200 has header X-B",
    ]
