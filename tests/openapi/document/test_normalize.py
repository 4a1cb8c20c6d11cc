from typing import Any

import pytest

from emulator.http.messages import Json
from tests.support.load_document import LoadDocument

FULL: Json = {
    "openapi": "3.0.3",
    "info": {"title": "All", "version": "1"},
    "servers": [{"url": "/v1", "variables": {"a": {"default": "b", "enum": ["b"]}}}],
    "security": [{"key": []}],
    "tags": [{"name": "t"}],
    "paths": {
        "/a/{id}": {
            "summary": "A",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
            "get": {
                "operationId": "getA",
                "tags": ["t"],
                "deprecated": True,
                "responses": {"200": {"description": "", "links": {"l": {"operationId": "getA"}}}},
                "callbacks": {"c": {"{$request.body#/url}": {"post": {"responses": {}}}}},
                "x-extra": 1,
            },
        },
        "x-paths": 1,
    },
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k"}}},
    "externalDocs": {"url": "u"},
    "x-top": [1],
}


def test_whole_document_passes_unchanged_but_for_its_version(load_document: LoadDocument) -> None:
    loaded = load_document(FULL)
    assert loaded.document == FULL | {"openapi": "3.1.0"}
    assert loaded.notices == ()
    assert loaded.original_version == "3.0.3"


SCHEMA = {"type": "string", "nullable": True}
CONVERTED = {"type": ["string", "null"]}
BODY = {"content": {"a/b": {"schema": SCHEMA}}}
RESPONSE = {"description": "", **BODY, "headers": {"h": {"schema": SCHEMA}}}
ENCODING = {"headers": {"h": {"schema": SCHEMA}}}
OPERATION = {
    "parameters": [{"name": "q", "in": "query", "schema": SCHEMA}],
    "requestBody": {
        "content": {"a/b": {"encoding": {"e": {"headers": {"h": {"schema": SCHEMA}}}}}}
    },
    "responses": {"200": RESPONSE},
}
PATH_ITEM = {"post": OPERATION, "additionalOperations": {"COPY": OPERATION}}
PLACES: dict[str, Json] = {
    "schemas": {"components": {"schemas": {"A": {"items": {"not": {"anyOf": [SCHEMA]}}}}}},
    "definitions in schemas": {"components": {"schemas": {"A": {"$defs": {"B": SCHEMA}}}}},
    "parameters": {"components": {"parameters": {"A": {"name": "q", "in": "query", **BODY}}}},
    "headers": {"components": {"headers": {"A": {"schema": SCHEMA}}}},
    "request bodies": {"components": {"requestBodies": {"A": BODY}}},
    "responses": {"components": {"responses": {"A": RESPONSE}}},
    "callbacks": {"components": {"callbacks": {"A": {"{$url}": PATH_ITEM}}}},
    "path items": {"components": {"pathItems": {"A": PATH_ITEM}}},
    "media types": {"components": {"mediaTypes": {"A": {"itemSchema": SCHEMA}}}},
    "paths": {"paths": {"/a": PATH_ITEM}},
    "webhooks": {"webhooks": {"a": PATH_ITEM}},
    "callbacks of operations": {
        "paths": {"/a": {"get": {"responses": {}, "callbacks": {"c": {"{$url}": PATH_ITEM}}}}}
    },
}


@pytest.mark.parametrize("part", PLACES.values(), ids=PLACES)
def test_schemas_are_converted_wherever_they_stand(load_document: LoadDocument, part: Json) -> None:
    before = str(part).count(str(SCHEMA))
    after = str(load_document({"openapi": "3.0.0", **part}).document)
    assert (after.count(str(CONVERTED)), "nullable" in after) == (before, False)


def get_pointer(document: Any, pointer: str) -> Json:
    for part in pointer.split("/")[1:]:
        document = document[int(part) if isinstance(document, list) else part.replace("~1", "/")]
    return document


GET = "/paths/~1a/get"
WRONG: dict[str, tuple[Json, str, str, str, Json]] = {
    # what the operation has, code and pointer of the notice, what is there afterwards
    "responses as text": ({"responses": "x"}, "wrong-shape", "/responses", "", {}),
    "response as list": (
        {"responses": {"200": []}},
        "wrong-shape",
        "/responses/200",
        "/responses",
        {},
    ),
    "no status": ({"responses": {"ok": {}}}, "wrong-name", "/responses/ok", "/responses", {}),
    "parameters as object": ({"parameters": {}}, "wrong-shape", "/parameters", "", {}),
    "parameter as text": ({"parameters": ["x"]}, "wrong-shape", "/parameters/0", "/parameters", []),
    "parameter without name": (
        {"parameters": [{"in": "query"}]},
        "wrong-shape",
        "/parameters/0",
        "/parameters",
        [],
    ),
    "parameter nowhere": (
        {"parameters": [{"name": "a", "in": "boby"}]},
        "wrong-shape",
        "/parameters/0",
        "/parameters",
        [],
    ),
    "parameter twice": (
        {
            "parameters": [
                {"name": "a", "in": "query", "schema": {}},
                {"name": "a", "in": "query", "schema": False},
            ]
        },
        "parameter-twice",
        "/parameters/1",
        "/parameters",
        [{"name": "a", "in": "query", "schema": {}}],
    ),
    "optional path parameter": (
        {"parameters": [{"name": "a", "in": "path", "schema": {}}]},
        "path-parameter-optional",
        "/parameters/0",
        "/parameters/0/required",
        True,
    ),
    "schema and content": (
        {"parameters": [{"name": "a", "in": "query", "schema": {}, "content": {"a/b": {}}}]},
        "schema-and-content",
        "/parameters/0",
        "/parameters",
        [{"name": "a", "in": "query", "schema": {}}],
    ),
    "two media types": (
        {"parameters": [{"name": "a", "in": "query", "content": {"a/b": {}, "c/d": {}}}]},
        "content-size",
        "/parameters/0/content",
        "/parameters/0/content",
        {"a/b": {}},
    ),
    "no media type": (
        {"parameters": [{"name": "a", "in": "query", "content": {}}]},
        "content-size",
        "/parameters/0/content",
        "/parameters/0/schema",
        {},
    ),
    "number as name": (
        {"parameters": [{"name": 7, "in": "query", "schema": {}}]},
        "value-mended",
        "/parameters/0/name",
        "/parameters/0/name",
        "7",
    ),
    "required in quotes": (
        {"parameters": [{"name": "a", "in": "query", "required": "true", "schema": {}}]},
        "value-mended",
        "/parameters/0/required",
        "/parameters/0/required",
        True,
    ),
    "required as number": (
        {"parameters": [{"name": "a", "in": "query", "required": 7, "schema": {}}]},
        "wrong-shape",
        "/parameters/0/required",
        "/parameters/0",
        {"name": "a", "in": "query", "schema": {}},
    ),
    "body without content": (
        {"requestBody": {}},
        "no-content",
        "/requestBody",
        "/requestBody",
        {"content": {}},
    ),
    "body as text": ({"requestBody": "x"}, "wrong-shape", "/requestBody", "", {}),
    "tags as text": ({"tags": "a"}, "wrong-shape", "/tags", "", {}),
    "scopes as text": (
        {"security": [{"a": "read"}]},
        "wrong-shape",
        "/security/0/a",
        "/security",
        [{"a": []}],
    ),
    "security as names": (
        {"security": ["a"]},
        "value-mended",
        "/security",
        "/security",
        [{"a": []}],
    ),
    "security as text": (
        {"security": "a"},
        "value-mended",
        "/security",
        "/security",
        [{"a": []}],
    ),
    "security without list": (
        {"security": {"a": []}},
        "value-mended",
        "/security",
        "/security",
        [{"a": []}],
    ),
    "security as number": ({"security": [7]}, "wrong-shape", "/security/0", "/security", []),
    "server without url": ({"servers": [{}]}, "wrong-shape", "/servers/0", "/servers", []),
    "$ref as number": ({"$ref": 7}, "wrong-shape", "/$ref", "", {}),
    "$id": ({"$id": "a"}, "wrong-shape", "/$id", "", {}),
}


@pytest.mark.parametrize(("fields", "code", "place", "pointer", "left"), WRONG.values(), ids=WRONG)
def test_wrong_piece_is_noticed_and_costs_only_itself(
    load_document: LoadDocument, fields: Json, code: str, place: str, pointer: str, left: Json
) -> None:
    paths = {"/a": {"get": fields}, "/b": {"get": {"responses": {}}}}
    loaded = load_document({"openapi": "3.0.0", "paths": paths})
    assert [(n.code, n.pointer) for n in loaded.notices] == [(code, GET + place)]
    assert get_pointer(loaded.document, GET + pointer) == left
    assert loaded.document["paths"]["/b"] == {"get": {"responses": {}}}


def test_range_of_statuses_is_written_in_capitals(load_document: LoadDocument) -> None:
    responses = {"2xx": {"description": ""}, "default": {"description": ""}}
    loaded = load_document({"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": responses}}}})
    assert list(loaded.document["paths"]["/a"]["get"]["responses"]) == ["2XX", "default"]


SCHEMES = {
    "type": {"type": "magic"},
    "no type": {},
    "no name": {"type": "apiKey", "in": "header"},
    "location": {"type": "apiKey", "in": "body", "name": "k"},
    "no scheme": {"type": "http"},
    "no flows": {"type": "oauth2"},
    "scheme that is no token": {"type": "http", "scheme": "bearer, basic"},
    "header that is no token": {"type": "apiKey", "in": "header", "name": "X Key"},
}


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_security_scheme_that_means_nothing_is_dropped(
    load_document: LoadDocument, scheme: Json
) -> None:
    good = {"type": "http", "scheme": "bearer"}
    loaded = load_document(
        {"openapi": "3.1.0", "components": {"securitySchemes": {"a": scheme, "b": good}}}
    )
    assert loaded.document["components"]["securitySchemes"] == {"b": good}
    assert [n.pointer for n in loaded.notices] == ["/components/securitySchemes/a"]


@pytest.mark.parametrize(("more", "told"), [({}, True), ({"schema": {}}, False)])
def test_parameter_that_nothing_describes_is_told(
    load_document: LoadDocument, more: Json, told: bool
) -> None:
    get = {"parameters": [{"name": "q", "in": "query", **more}], "responses": {}}
    loaded = load_document({"openapi": "3.1.0", "paths": {"/a": {"get": get}}})
    assert ([n.code for n in loaded.notices] == ["no-schema"]) is told
    assert loaded.document["paths"]["/a"]["get"]["parameters"][0]["schema"] == {}


def test_misspelt_format_is_told(load_document: LoadDocument) -> None:
    schemas = {"A": {"type": "string", "format": "datetime"}, "B": {"format": "slug"}}
    loaded = load_document({"openapi": "3.1.0", "components": {"schemas": schemas}})
    assert [(n.code, n.pointer) for n in loaded.notices] == [
        ("format-unknown", "/components/schemas/A/format")
    ]


def _requires_itself(reference: str) -> Json:
    return {"type": "object", "required": ["a"], "properties": {"a": {"$ref": reference}}}


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        pytest.param(
            {
                "openapi": "3.1.0",
                "components": {"schemas": {"A": _requires_itself("#/components/schemas/A")}},
            },
            "/components/schemas/A",
            id="by its name",
        ),
        pytest.param(
            {"swagger": "2.0", "definitions": {"A": _requires_itself("#/definitions/A")}},
            "/definitions/A",
            id="of Swagger 2.0",
        ),
        pytest.param(
            {
                "openapi": "3.1.0",
                "components": {"headers": {"H": {"schema": _requires_itself(
                    "#/components/headers/H/schema")}}},
            },
            "/components/headers/H/schema/properties/a/$ref",
            id="without a name, where it is referred to",
        ),
    ],
)  # fmt: skip
def test_schema_that_requires_itself_is_told(
    load_document: LoadDocument, document: Json, pointer: str
) -> None:
    loaded = load_document(document)
    told = [n.pointer for n in loaded.notices if n.code == "schema-endless"]
    assert told == [pointer]


def test_scheme_without_flows_still_asks_for_a_login(load_document: LoadDocument) -> None:
    schemes = {"a": {"type": "oauth2", "flows": {}}}
    loaded = load_document({"openapi": "3.1.0", "components": {"securitySchemes": schemes}})
    assert (loaded.document["components"]["securitySchemes"], loaded.notices) == (schemes, ())


def test_client_certificates_are_told_to_be_unchecked(load_document: LoadDocument) -> None:
    schemes = {"a": {"type": "mutualTLS"}}
    loaded = load_document({"openapi": "3.1.0", "components": {"securitySchemes": schemes}})
    assert [(n.code, n.pointer) for n in loaded.notices] == [
        ("security-unchecked", "/components/securitySchemes/a")
    ]


@pytest.mark.parametrize("name", ["X Rate", "X-Rate:", "", "X-Ünï"])
def test_header_that_nobody_can_send_is_left_out(load_document: LoadDocument, name: str) -> None:
    header = {"schema": {"type": "string"}}
    response = {"description": "", "headers": {name: header, "X-Good": header}}
    parameters = [{"name": name, "in": "header", **header}] if name else []
    item = {"get": {"parameters": parameters, "responses": {"200": response}}}
    loaded = load_document({"openapi": "3.1.0", "paths": {"/a": item}})
    get = loaded.document["paths"]["/a"]["get"]
    assert get["responses"]["200"]["headers"] == {"X-Good": header}
    assert get["parameters"] == []
    assert [n.code for n in loaded.notices].count("wrong-name") == 1
    assert len(loaded.notices) == 1 + len(parameters)


def test_unknown_flow_is_noticed(load_document: LoadDocument) -> None:
    scheme = {"type": "oauth2", "flows": {"magic": {}, "implicit": {"scopes": {}}}}
    loaded = load_document({"openapi": "3.1.0", "components": {"securitySchemes": {"a": scheme}}})
    assert [n.code for n in loaded.notices] == ["unknown-flow"]


TOPS = {
    "paths as list": {"paths": []},
    "paths as text": {"paths": "x"},
    "nothing": {},
    "relative path": {"paths": {"a": {}}},
    "components as list": {"components": []},
}


@pytest.mark.parametrize("part", TOPS.values(), ids=TOPS)
def test_document_without_anything_useful_still_loads(
    load_document: LoadDocument, part: Json
) -> None:
    loaded = load_document({"openapi": "3.1.0", **part})
    assert "no-operations" in {notice.code for notice in loaded.notices}


def test_features_of_32_pass_through(load_document: LoadDocument) -> None:
    document = {
        "openapi": "3.2.1",
        "$self": "https://example.com/api",
        "paths": {
            "/a": {
                "query": {"parameters": [{"name": "q", "in": "querystring", **BODY}]},
                "additionalOperations": {"COPY": {"responses": {"default": {"summary": "s"}}}},
                "post": {"requestBody": {"content": {"text/event-stream": {"itemSchema": {}}}}},
            }
        },
    }
    loaded = load_document(document)
    assert loaded.notices == ()
    assert loaded.document["openapi"] == "3.2.0"
    assert loaded.document["paths"]["/a"].keys() == {"query", "additionalOperations", "post"}


def test_notices_alike_are_counted_after_a_thousand(load_document: LoadDocument) -> None:
    properties: Json = {f"p{number}": {"enum": []} for number in range(1_500)}
    loaded = load_document(
        {"openapi": "3.1.0", "components": {"schemas": {"A": {"properties": properties}}}}
    )
    assert len(loaded.notices) == 1_001
    assert loaded.notices[-1].message == "and 500 more like this"


@pytest.mark.parametrize(
    ("components", "kept"),
    [
        ({"parameters": {"q": {"name": "q", "in": "Query", "schema": {}}}}, "query"),
        ({"securitySchemes": {"k": {"type": "apiKey", "name": "k", "in": "HEADER"}}}, "header"),
    ],
)
def test_word_in_other_capitals_is_read(
    load_document: LoadDocument, components: dict[str, Any], kept: str
) -> None:
    loaded = load_document({"openapi": "3.1.0", "info": {}, "components": components})
    ((section, objects),) = components.items()
    (name,) = objects
    assert loaded.document["components"][section][name]["in"] == kept
    assert [(n.code, n.pointer) for n in loaded.notices] == [
        ("value-mended", f"/components/{section}/{name}/in")
    ]


def test_misspelt_word_is_told_with_the_one_that_is_meant(load_document: LoadDocument) -> None:
    parameters = {"q": {"name": "q", "in": "qeury", "schema": {}}}
    loaded = load_document({"openapi": "3.1.0", "components": {"parameters": parameters}})
    (notice,) = loaded.notices
    assert "did you mean 'query'?" in notice.message
