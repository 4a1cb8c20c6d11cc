"""Changes between documents: one thing changed at a time, and what is said of it."""

from copy import deepcopy
from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.mock.specs import load_api
from emulator.openapi.diff.changes import Change
from emulator.openapi.diff.compare import compare
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.model import Api
from emulator.schema.pointers import lookup, parts_of
from emulator.settings import Settings

PET: Json = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string", "maxLength": 40},
        "kind": {"type": "string", "enum": ["cat", "dog"]},
        "owner": {"$ref": "#/components/schemas/Owner"},
        "secret": {"type": "string", "writeOnly": True},
    },
}
NEW_PET: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "maximum": 99}},
}
PETS_SCHEMA: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
JSON = "application/json"


def of(schema: Json) -> Json:
    return {JSON: {"schema": schema}}


DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://pets.example.com/v1"}],
    "components": {
        "schemas": {
            "Pet": PET,
            "NewPet": NEW_PET,
            "Owner": {"type": "object", "properties": {"email": {"type": "string"}}},
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "x-key"},
            "token": {"type": "http", "scheme": "bearer"},
        },
    },
    "paths": {
        "/pets": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 99}},
                    {"name": "Tenant", "in": "header", "required": True, "schema": {}},
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {"Total": {"required": True, "schema": {"type": "integer"}}},
                        "content": of(PETS_SCHEMA),
                    },
                    "4XX": {"description": "no"},
                },
            },
            "post": {
                "requestBody": {"content": of({"$ref": "#/components/schemas/NewPet"})},
                "responses": {"201": {"description": "made"}, "400": {"description": "no"}},
            },
        },
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
            "get": {
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": of({"$ref": "#/components/schemas/Pet"}),
                    },
                    "404": {"description": "no"},
                }
            },
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
    },
}  # fmt: skip
PETS, ONE = "/paths/~1pets", "/paths/~1pets~1{id}"
SCHEMAS = "/components/schemas"
GONE = object()

#: (pointer, new value, what is said of it: severity, rule and place in the value)
TABLE: dict[str, tuple[str, Any, set[tuple[str, str, str]]]] = {
    "nothing": ("/info/version", "2", set()),
    "description": (f"{SCHEMAS}/Pet/description", "A pet.", set()),
    "operation removed": (f"{ONE}/delete", GONE, {("breaking", "operation-removed", "")}),
    "operation added": (f"{ONE}/put", {"responses": {}}, {("non-breaking", "operation-added", "")}),
    "base path": ("/servers/0/url", "/v2", {("breaking", "base-path-removed", "")}),
    "host": ("/servers/0/url", "https://example.com/v1", set()),
    "credentials added": ("/security", [{"key": []}], {("breaking", "security-added", "")}),
    "parameter required": (f"{PETS}/get/parameters/0/required", True,
                           {("breaking", "request-parameter-became-required", "")}),
    "parameter optional": (f"{PETS}/get/parameters/1/required", False,
                           {("non-breaking", "request-parameter-became-optional", "")}),
    "parameter removed": (f"{PETS}/get/parameters/0", GONE,
                          {("unknown", "request-parameter-removed", "")}),
    "parameter of another case": (f"{PETS}/get/parameters/1/name", "tenant", set()),
    "parameter narrowed": (f"{PETS}/get/parameters/0/schema/maximum", 50,
                           {("breaking", "request-range-narrowed", "")}),
    "parameter widened": (f"{PETS}/get/parameters/0/schema/maximum", 500,
                          {("non-breaking", "request-range-widened", "")}),
    "parameter written otherwise": (f"{PETS}/get/parameters/0/style", "deepObject",
                                    {("breaking", "request-parameter-style-changed", "")}),
    "style said that was meant": (f"{PETS}/get/parameters/0/style", "form", set()),
    "body required": (f"{PETS}/post/requestBody/required", True,
                      {("breaking", "request-body-became-required", "")}),
    "body removed": (f"{PETS}/post/requestBody", GONE, {("breaking", "request-body-removed", "")}),
    "body of another type": (f"{PETS}/post/requestBody/content", {"text/csv": {}},
                             {("breaking", "request-media-type-removed", ""),
                              ("non-breaking", "request-media-type-added", "")}),
    "body by a range": (f"{PETS}/post/requestBody/content",
                        {"application/*": {"schema": {"$ref": f"#{SCHEMAS}/NewPet"}}},
                        {("non-breaking", "request-media-type-added", "")}),
    "request property required": (f"{SCHEMAS}/NewPet/required", ["name", "age"],
                                  {("breaking", "request-property-became-required", "/age")}),
    "request property new and required": (
        f"{SCHEMAS}/NewPet",
        {**NEW_PET, "required": ["name", "tag"],
         "properties": {**NEW_PET["properties"], "tag": {"type": "string"}}},
        {("breaking", "request-required-property-added", "/tag")}),
    "request property added": (f"{SCHEMAS}/NewPet/properties/tag", {"type": "string"},
                               {("non-breaking", "request-property-added", "/tag")}),
    "request property removed": (f"{SCHEMAS}/NewPet/properties/age", GONE,
                                 {("non-breaking", "request-property-removed", "/age")}),
    "request closed": (f"{SCHEMAS}/NewPet/additionalProperties", False,
                       {("breaking", "request-additional-properties-forbidden", "")}),
    "request format": (f"{SCHEMAS}/NewPet/properties/name/format", "uuid",
                       {("breaking", "request-format-narrowed", "/name")}),
    "request format that nobody checks": (f"{SCHEMAS}/NewPet/properties/name/format", "name",
                                          {("unknown", "request-format-narrowed", "/name")}),
    "request pattern": (f"{SCHEMAS}/NewPet/properties/name/pattern", "^[a-z]+$",
                        {("breaking", "request-pattern-narrowed", "/name")}),
    "request property nullable": (f"{SCHEMAS}/NewPet/properties/name/type", ["string", "null"],
                                  {("non-breaking", "request-became-nullable", "/name")}),
    "read-only property": (f"{SCHEMAS}/NewPet/properties/id", {"type": "integer", "readOnly": True},
                           {("non-breaking", "request-property-added", "/id")}),
    "answer property removed": (f"{SCHEMAS}/Pet/properties/kind", GONE,
                                {("breaking", "response-property-removed", "/*/kind")}),
    "answer property optional": (f"{SCHEMAS}/Pet/required", ["id"],
                                 {("breaking", "response-property-became-optional", "/*/name")}),
    "answer property added": (f"{SCHEMAS}/Pet/properties/tag", {"type": "string"},
                              {("non-breaking", "response-property-added", "/*/tag")}),
    "answer property nullable": (f"{SCHEMAS}/Pet/properties/name/type", ["string", "null"],
                                 {("breaking", "response-became-nullable", "/*/name")}),
    "answer enum value added": (f"{SCHEMAS}/Pet/properties/kind/enum", ["cat", "dog", "fish"],
                                {("breaking", "response-enum-value-added", "/*/kind")}),
    "answer enum value removed": (f"{SCHEMAS}/Pet/properties/kind/enum", ["cat"],
                                  {("non-breaking", "response-enum-value-removed", "/*/kind")}),
    "answer type widened": (f"{SCHEMAS}/Pet/properties/id/type", "number",
                            {("breaking", "response-type-widened", "/*/id")}),
    "answer longer": (f"{SCHEMAS}/Pet/properties/name/maxLength", 80,
                      {("breaking", "response-length-widened", "/*/name")}),
    "behind a reference": (f"{SCHEMAS}/Owner/properties/email/type", "integer",
                           {("breaking", "response-type-widened", "/*/owner/email")}),
    "write-only property": (f"{SCHEMAS}/Pet/properties/secret/maxLength", 9, set()),
    "error by a range": (f"{PETS}/get/responses/429", {"description": "slow"}, set()),
    "error added": (f"{PETS}/post/responses/429", {"description": "slow"},
                    {("unknown", "response-status-added", "")}),
    "success added": (f"{PETS}/post/responses/202", {"description": "later"},
                      {("breaking", "response-status-added", "")}),
    "error removed": (f"{PETS}/post/responses/400", GONE,
                      {("non-breaking", "response-status-removed", "")}),
    "header optional": (f"{PETS}/get/responses/200/headers/Total/required", False,
                        {("breaking", "response-header-became-optional", "")}),
    "header removed": (f"{PETS}/get/responses/200/headers", {},
                       {("breaking", "response-header-removed", "")}),
    "header widened": (f"{PETS}/get/responses/200/headers/Total/schema/type", "string",
                       {("breaking", "response-type-widened", "")}),
    "answer of a further type": (f"{ONE}/get/responses/200/content/text~1csv", {},
                                 {("non-breaking", "response-media-type-added", "")}),
}  # fmt: skip


def api(document: Json) -> Api:
    return compile_api("pets", "pets.yaml", document)


def changed(pointer: str, value: Any) -> Json:
    document = deepcopy(DOCUMENT)
    *parents, last = parts_of(pointer)
    holder = lookup(document, parents)
    key = int(last) if isinstance(holder, list) else last
    if value is GONE:
        del holder[key]
    else:
        holder[key] = value
    return document


OLD = api(DOCUMENT)


def told(changes: tuple[Change, ...]) -> set[tuple[str, str, str]]:
    return {(str(change.severity), change.rule, change.at) for change in changes}


@pytest.mark.parametrize(("pointer", "value", "expected"), TABLE.values(), ids=TABLE)
def test_change(pointer: str, value: Any, expected: set[tuple[str, str, str]]) -> None:
    changes = compare(OLD, api(changed(pointer, value)))
    assert told(changes) == expected
    for change in changes:
        assert change.counterexample or not change.at or str(change.severity) != "breaking"


def test_renamed_path_parameter_is_no_change() -> None:
    document = deepcopy(DOCUMENT)
    document["paths"]["/pets/{pet}"] = document["paths"].pop("/pets/{id}")
    document["paths"]["/pets/{pet}"]["parameters"][0]["name"] = "pet"
    assert compare(OLD, api(document)) == ()


def test_a_change_stands_in_both_documents_and_is_told_once() -> None:
    (change,) = compare(OLD, api(changed(f"{SCHEMAS}/Pet/properties/kind/enum", ["cat", "emu"])))[
        :1
    ]
    pointer = f"{SCHEMAS}/Pet/properties/kind/enum"
    assert (change.old, change.new) == (pointer, pointer)
    assert (change.operation, change.also) == ("GET /pets", ("GET /pets/{id}",))
    assert change.counterexample[0][0]["kind"] == "emu"


@pytest.mark.parametrize("name", ["paragon", "composio", "agentflow"])
def test_a_document_has_not_changed_since_itself(name: str) -> None:
    assert compare(load_api(name, Settings()), load_api(name, Settings())) == ()
