from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.load import load
from tests.support.load_document import LoadDocument
from tests.support.paths import DATA


@pytest.fixture(scope="module")
def shop() -> Any:
    loaded = load(DATA / "swagger.json")
    assert not loaded.notices
    return loaded.document


def test_host_base_path_and_schemes_become_servers(shop: Any) -> None:
    urls = [server["url"] for server in shop["servers"]]
    assert urls == ["https://shop.example.com/v1", "http://shop.example.com/v1"]


def test_definitions_become_components(shop: Any) -> None:
    item = shop["components"]["schemas"]["Item"]
    assert item["discriminator"] == {"propertyName": "kind"}
    assert item["properties"]["note"] == {"type": ["string", "null"]}


def test_shared_body_of_the_path_becomes_the_request_body(shop: Any) -> None:
    body = shop["paths"]["/items"]["post"]["requestBody"]
    assert body["required"] is True
    assert list(body["content"]) == ["application/json"]


def test_shared_parameters_are_put_in_place(shop: Any) -> None:
    parameter = {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}}
    assert shop["paths"]["/items"]["parameters"] == [parameter]
    assert "parameters" not in shop


def test_form_replaces_the_shared_body(shop: Any) -> None:
    content = shop["paths"]["/items"]["put"]["requestBody"]["content"]
    assert list(content) == ["multipart/form-data"]
    form = content["multipart/form-data"]
    assert form["schema"]["properties"]["photo"] == {"type": "string", "format": "binary"}
    assert form["schema"]["required"] == ["photo"]
    assert form["encoding"] == {"tags": {"style": "form", "explode": True}}


def test_responses_get_their_media_types(shop: Any) -> None:
    content = shop["paths"]["/items"]["post"]["responses"]["200"]["content"]
    schema = {"$ref": "#/components/schemas/Item"}
    assert content == {
        "application/json": {"schema": schema, "example": {"kind": "book"}},
        "text/csv": {"schema": schema},
    }


def test_shared_response_has_the_media_types_of_the_operation(shop: Any) -> None:
    operations = shop["paths"]["/items"]
    assert operations["post"]["responses"]["400"] == {"$ref": "#/components/responses/Problem"}
    assert list(operations["put"]["responses"]["400"]["content"]) == ["application/xml"]


def test_headers_get_a_schema(shop: Any) -> None:
    header = shop["components"]["responses"]["Problem"]["headers"]["X-Codes"]
    schema = {"type": "array", "items": {"type": "integer"}}
    assert header == {"description": "All", "schema": schema}


def test_security_definitions_become_schemes(shop: Any) -> None:
    schemes = shop["components"]["securitySchemes"]
    assert schemes["password"] == {"type": "http", "scheme": "basic"}
    assert schemes["key"] == {"type": "apiKey", "name": "X-Key", "in": "header"}
    assert schemes["login"]["flows"]["authorizationCode"]["scopes"] == {"read": "Read"}


def operation(*parameters: Json, **fields: Json) -> Json:
    post = {"parameters": list(parameters), "responses": {}, **fields}
    return {"swagger": "2.0", "info": {}, "paths": {"/a": {"post": post}}}


COLLECTIONS = {
    "query default": ("query", None, ("form", False)),
    "csv": ("query", "csv", ("form", False)),
    "multi": ("query", "multi", ("form", True)),
    "ssv": ("query", "ssv", ("spaceDelimited", False)),
    "pipes": ("query", "pipes", ("pipeDelimited", False)),
    "path": ("path", "csv", ("simple", False)),
    "header": ("header", "csv", ("simple", False)),
}


@pytest.mark.parametrize(("location", "format_", "style"), COLLECTIONS.values(), ids=COLLECTIONS)
def test_collection_format_becomes_a_style(
    load_document: LoadDocument, location: str, format_: str | None, style: tuple[str, bool]
) -> None:
    parameter = {"in": location, "name": "a", "type": "array", "required": True}
    loaded = load_document(
        operation(parameter | ({"collectionFormat": format_} if format_ else {}))
    )
    converted = loaded.document["paths"]["/a"]["post"]["parameters"][0]
    assert (converted["style"], converted["explode"]) == style
    assert not loaded.notices


@pytest.mark.parametrize(("location", "format_"), [("query", "tsv"), ("header", "pipes")])
def test_collection_format_without_equal_is_kept_and_noticed(
    load_document: LoadDocument, location: str, format_: str
) -> None:
    parameter = {"in": location, "name": "a", "type": "array", "collectionFormat": format_}
    loaded = load_document(operation(parameter))
    converted = loaded.document["paths"]["/a"]["post"]["parameters"][0]
    assert converted["x-collectionFormat"] == format_
    assert [notice.code for notice in loaded.notices] == ["collection-format"]


def test_formats_of_arrays_in_arrays_are_kept(load_document: LoadDocument) -> None:
    inner = {"type": "array", "items": {"type": "integer"}}
    middle = {"type": "array", "collectionFormat": "ssv", "items": inner}
    parameter = {"in": "query", "name": "a", "type": "array", "items": middle}
    loaded = load_document(operation(parameter | {"collectionFormat": "pipes"}))
    converted = loaded.document["paths"]["/a"]["post"]["parameters"][0]
    assert converted["x-collectionFormat"] == ["pipes", "ssv", "csv"]
    assert (converted["style"], converted["explode"]) == ("pipeDelimited", False)


FIELD = {"in": "formData", "name": "a", "type": "string"}
FILE = {"in": "formData", "name": "b", "type": "file"}
FORMS = {
    "default": ([FIELD], None, ["application/x-www-form-urlencoded"]),
    "default with file": ([FIELD, FILE], None, ["multipart/form-data"]),
    "other type": ([FIELD], ["application/json"], ["application/x-www-form-urlencoded"]),
    "both": (
        [FIELD],
        ["multipart/form-data", "application/x-www-form-urlencoded"],
        ["multipart/form-data", "application/x-www-form-urlencoded"],
    ),
    "both with file": (
        [FILE],
        ["multipart/form-data", "application/x-www-form-urlencoded"],
        ["multipart/form-data"],
    ),
}


@pytest.mark.parametrize(("parameters", "consumes", "types"), FORMS.values(), ids=FORMS)
def test_form_has_the_media_types_of_forms(
    load_document: LoadDocument, parameters: Json, consumes: Json, types: list[str]
) -> None:
    fields = {"consumes": consumes} if consumes else {}
    loaded = load_document(operation(*parameters, **fields))
    assert list(loaded.document["paths"]["/a"]["post"]["requestBody"]["content"]) == types


def test_body_without_consumes_is_json_and_keeps_its_example(load_document: LoadDocument) -> None:
    body = {"in": "body", "name": "b", "x-example": 7, "schema": {"type": "integer"}}
    post = load_document(operation(body)).document["paths"]["/a"]["post"]
    media_type = {"schema": {"type": "integer"}, "example": 7}
    assert post["requestBody"] == {"content": {"application/json": media_type}}


def test_download_without_produces_is_binary(load_document: LoadDocument) -> None:
    responses = {"200": {"description": "", "schema": {"type": "file"}}}
    post = load_document(operation(responses=responses)).document["paths"]["/a"]["post"]
    assert list(post["responses"]["200"]["content"]) == ["application/octet-stream"]


def test_reference_into_what_has_moved_is_followed(load_document: LoadDocument) -> None:
    document = operation({"in": "body", "name": "b", "schema": {"$ref": "#/paths/~1b/x-schema"}})
    document["parameters"] = {"P": {"in": "body", "name": "b", "schema": {"type": "integer"}}}
    document["definitions"] = {"D": {"$ref": "#/parameters/P/schema"}}
    document["paths"]["/b"] = {"x-schema": {"$ref": "#/definitions/D"}}
    loaded = load_document(document)
    assert not loaded.notices
    assert loaded.document["components"]["x-bundled"]["P"] == {"type": "integer"}
    assert loaded.document["paths"]["/b"]["x-schema"] == {"$ref": "#/components/schemas/D"}


def test_parameters_of_another_file_keep_their_schemas(load_document: LoadDocument) -> None:
    first = {"p": {"$ref": "#/q"}, "q": {"in": "body", "name": "b", "schema": {"$ref": "#/s"}}}
    loaded = load_document(
        operation({"$ref": "other.json#/p"}), other=first | {"s": {"type": "null"}}
    )
    content = loaded.document["paths"]["/a"]["post"]["requestBody"]["content"]
    assert not loaded.notices
    assert content["application/json"]["schema"] == {"$ref": "#/components/x-bundled/q"}
    assert loaded.document["components"]["x-bundled"]["s"] == {"type": "null"}


def test_wrong_shapes_pass_to_who_checks_them(load_document: LoadDocument) -> None:
    responses = {"200": "x", "201": {"$ref": "#/responses/No"}, "202": {"description": ""}}
    parameters = [{"in": "formData"}, {"in": "query", "name": "q", "schema": {"type": "null"}}]
    loaded = load_document(operation(*parameters, responses=responses, produces="x", consumes=7))
    post = loaded.document["paths"]["/a"]["post"]
    assert post["responses"] == {"201": {}, "202": {"description": ""}}
    assert post["parameters"] == [{"in": "query", "name": "q", "schema": {"type": "null"}}]
    assert {n.code for n in loaded.notices} == {"wrong-shape", "dangling-reference"}


DANGLING = {
    "nothing": {"$ref": "#/parameters/Missing"},
    "missing file": {"$ref": "missing.json#/a"},
    "circle": {"$ref": "#/parameters/Circle"},
    "no object": {"$ref": "#/parameters/Text"},
}


@pytest.mark.parametrize("parameter", DANGLING.values(), ids=DANGLING)
def test_parameter_that_leads_nowhere_is_left_out(
    load_document: LoadDocument, parameter: Json
) -> None:
    document = operation(parameter)
    document["parameters"] = {"Circle": {"$ref": "#/parameters/Circle"}, "Text": "x"}
    loaded = load_document(document)
    assert loaded.document["paths"]["/a"]["post"]["parameters"] == []
    assert [(n.code, n.pointer) for n in loaded.notices] == [
        ("dangling-reference", "/paths/~1a/post/parameters/0")
    ]


def test_notices_point_into_what_the_author_wrote(load_document: LoadDocument) -> None:
    document = operation({"in": "body", "name": "b", "schema": {"type": "any"}})
    document["definitions"] = {"A": {"properties": {"a": {"enum": []}}}}
    pointers = {notice.pointer for notice in load_document(document).notices}
    assert pointers == {"/definitions/A/properties/a/enum", "/paths/~1a/post"}


def test_body_beside_a_form_is_told(load_document: LoadDocument) -> None:
    body = {"in": "body", "name": "b", "schema": {"type": "object"}}
    form = {"in": "formData", "name": "f", "type": "string"}
    post = {"parameters": [form, body], "responses": {}}
    loaded = load_document({"swagger": "2.0", "info": {}, "paths": {"/a": {"post": post}}})
    assert [(n.code, n.pointer) for n in loaded.notices] == [
        ("body-and-form", "/paths/~1a/post/parameters")
    ]
    request = loaded.document["paths"]["/a"]["post"]["requestBody"]
    assert list(request["content"]) == ["application/json"]
