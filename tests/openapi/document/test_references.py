from pathlib import Path
from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.load import load
from tests.support.load_document import LoadDocument
from tests.support.paths import DATA


def document(version: str = "3.0.3", paths: Json = None, **components: Json) -> Json:
    return {"openapi": version, "info": {}, "paths": paths or {}, "components": components}


def codes(loaded: Any) -> list[tuple[str, str]]:
    return [(notice.code, notice.pointer) for notice in loaded.notices]


@pytest.fixture(scope="module")
def zoo() -> Any:
    return load(DATA / "multifile" / "openapi.yaml")


def test_files_are_bundled_once_and_relative_to_each_other(zoo: Any) -> None:
    bundled = zoo.document["components"]["x-bundled"]
    assert set(bundled) == {"animal", "keeper", "id", "Animal", "not found", "Error"}
    assert bundled["Animal"]["properties"]["food"] == {"$ref": "#/components/schemas/Food"}
    assert bundled["Animal"]["properties"]["friends"]["items"]["$ref"].endswith("/Animal")
    assert bundled["keeper"]["properties"]["animals"]["items"]["$ref"].endswith("/Animal")


def test_path_items_of_files_are_converted(zoo: Any) -> None:
    bundled = zoo.document["components"]["x-bundled"]
    assert zoo.document["paths"]["/animals/{id}"] == {"$ref": "#/components/x-bundled/animal"}
    assert bundled["animal"]["get"]["responses"]["404"]["$ref"].endswith("/not%20found")
    assert bundled["id"]["schema"]["maximum"] == 2**63 - 1


def test_files_read_are_told_and_nothing_is_doubted(zoo: Any) -> None:
    assert {path.name for path in zoo.files} == {
        "openapi.yaml", "animal.yaml", "animals.yaml", "keeper.yaml", "shared.json"
    }  # fmt: skip
    assert zoo.notices == ()


def test_notice_names_the_file_it_is_about(load_document: LoadDocument, tmp_path: Path) -> None:
    loaded = load_document(document(schemas={"A": {"$ref": "b.json#/x"}}), b={"x": {"enum": []}})
    (notice,) = loaded.notices
    assert (notice.file, notice.pointer) == (str(tmp_path / "b.json"), "/x/enum")


def test_same_names_in_different_files_stay_apart(load_document: LoadDocument) -> None:
    schemas = {"A": {"$ref": "b.json#/X"}, "B": {"$ref": "c.json#/X"}, "C": {"$ref": "b.json#/X"}}
    components = load_document(
        document(schemas=schemas), b={"X": {"type": "string"}}, c={"X": {"type": "null"}}
    ).document["components"]
    assert components["x-bundled"] == {"X": {"type": "string"}, "X-2": {"type": "null"}}
    assert components["schemas"]["B"] == {"$ref": "#/components/x-bundled/X-2"}
    assert components["schemas"]["C"] == {"$ref": "#/components/x-bundled/X"}


REFUSED = [
    "http://example.com/a.json",
    "https://example.com/a.json#/x",
    "file:///etc/passwd",
    "//host/a.json",
    "http://[",
    "javascript:alert(1)",
    "/etc/passwd",
    "../secret.json",
    "sub/../../secret.json",
    "%2e%2e/secret.json",
    "..\\secret.json",
    "link.json",
    "folder/secret.json",
    "missing.json",
    "broken.json",
    "b.json#/no",
    ".",
    "a\0.json",
    "x" * 5000,
]


@pytest.mark.parametrize("reference", REFUSED, ids=lambda reference: reference[:30])
def test_reference_out_of_the_folder_costs_only_its_schema(
    load_document: LoadDocument, tmp_path: Path, reference: str
) -> None:
    outside = tmp_path.parent / "secret.json"
    outside.write_text('{"type": "string"}')
    (tmp_path / "link.json").symlink_to(outside)
    (tmp_path / "folder").symlink_to(tmp_path.parent)
    (tmp_path / "broken.json").write_text("{")
    properties = {"a": {"$ref": reference}, "b": {"type": "string"}}
    loaded = load_document(document(schemas={"A": {"properties": properties}}), b={})
    assert loaded.document["components"]["schemas"]["A"]["properties"] == {
        "a": {},
        "b": {"type": "string"},
    }
    (notice,) = loaded.notices
    assert notice.pointer == "/components/schemas/A/properties/a/$ref"
    assert notice.code in ("external-reference", "dangling-reference")


def test_link_inside_the_folder_is_followed(load_document: LoadDocument, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "b.json")
    loaded = load_document(document(schemas={"A": {"$ref": "link.json"}}), b={"type": "null"})
    assert loaded.document["components"]["x-bundled"] == {"b": {"type": "null"}}


def test_document_may_name_itself(load_document: LoadDocument) -> None:
    schemas = {"A": {"$ref": "api.json#/components/schemas/B"}, "B": {"type": "null"}}
    components = load_document(document(schemas=schemas)).document["components"]
    assert components["schemas"]["A"] == {"$ref": "#/components/schemas/B"}


WRITTEN = {
    "encoded": ("#/components/schemas/a%20b", "#/components/schemas/a%20b"),
    "not encoded": ("#/components/schemas/a b", "#/components/schemas/a%20b"),
    "escaped": ("#/components/schemas/x~1y~0z", "#/components/schemas/x~1y~0z"),
    "slash encoded": ("#/components/schemas/x%2Fy~0z", "#/components/schemas/x~1y~0z"),
    "into a list": ("#/components/schemas/L/allOf/0", "#/components/schemas/L/allOf/0"),
    "into what moved": (
        "#/components/schemas/N/oneOf/0",
        "#/components/schemas/N/anyOf/0/oneOf/0",
    ),
    "into a tuple": ("#/components/schemas/T/items/0", "#/components/schemas/T/prefixItems/0"),
    "into a path": (
        "#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema",
        "#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema",
    ),
}


@pytest.mark.parametrize(("written", "rewritten"), WRITTEN.values(), ids=WRITTEN)
def test_pointer_is_written_so_that_validators_take_it(
    load_document: LoadDocument, written: str, rewritten: str
) -> None:
    schemas = {
        "A": {"$ref": written},
        "a b": {},
        "x/y~z": {},
        "L": {"allOf": [{}]},
        "N": {"nullable": True, "oneOf": [{}]},
        "T": {"items": [{}]},
    }
    response = {"description": "", "content": {"application/json": {"schema": {}}}}
    paths = {"/a/{id}": {"get": {"responses": {"200": response}}}}
    loaded = load_document(document(paths=paths, schemas=schemas))
    assert loaded.document["components"]["schemas"]["A"] == {"$ref": rewritten}


def test_schema_outside_of_all_tables_is_converted_in_place(load_document: LoadDocument) -> None:
    extra = {"x-models": {"M": {"type": "string", "nullable": True}}, "definitions": {"D": {}}}
    schemas = {"A": {"$ref": "#/x-models/M"}, "B": {"$ref": "#/definitions/D"}}
    loaded = load_document(document(schemas=schemas) | extra)
    assert loaded.document["x-models"] == {"M": {"type": ["string", "null"]}}
    assert codes(loaded) == []


NOWHERE = {
    "missing": ("#/components/schemas/No", "dangling-reference"),
    "beyond a list": ("#/components/schemas/L/allOf/9", "dangling-reference"),
    "into text": ("#/openapi/x", "dangling-reference"),
    "huge index": ("#/components/schemas/L/allOf/99999999999999", "dangling-reference"),
    "another kind": ("#/components/responses/R", "wrong-reference"),
    "a map": ("#/components/schemas", "wrong-reference"),
    "the document": ("#", "wrong-reference"),
    "an anchor in 3.0": ("#name", "dangling-reference"),
}


@pytest.mark.parametrize(("reference", "code"), NOWHERE.values(), ids=NOWHERE)
def test_dangling_reference_is_dropped(
    load_document: LoadDocument, reference: str, code: str
) -> None:
    schemas = {"A": {"$ref": reference}, "L": {"allOf": [{}]}}
    loaded = load_document(document(schemas=schemas, responses={"R": {"description": ""}}))
    assert loaded.document["components"]["schemas"]["A"] == {}
    assert codes(loaded) == [(code, "/components/schemas/A/$ref")]


def test_object_of_another_file_may_be_a_reference_or_none(load_document: LoadDocument) -> None:
    parameters = {"A": {"$ref": "b.json#/A"}, "B": {"$ref": "b.json#/B"}}
    other = {"A": {"$ref": "#/C"}, "B": ["x"], "C": {"name": "c", "in": "query", "schema": {}}}
    loaded = load_document(document(parameters=parameters), b=other)
    components = loaded.document["components"]
    assert components["x-bundled"] == {"A": {"$ref": "#/components/x-bundled/C"}, "C": other["C"]}
    assert codes(loaded) == [("wrong-reference", "/components/parameters/B/$ref")]


MEANT = {
    "name alone": ("3.0.3", "Pet"),
    "section of 2.0": ("3.0.3", "#/definitions/Pet"),
    "another section": ("3.1.0", "#/components/schema/Pet"),
}


@pytest.mark.parametrize(("version", "reference"), MEANT.values(), ids=MEANT)
def test_component_that_is_meant_is_found(
    load_document: LoadDocument, version: str, reference: str
) -> None:
    schemas = {"A": {"$ref": reference}, "Pet": {"type": "string"}}
    loaded = load_document(document(version, schemas=schemas))
    assert loaded.document["components"]["schemas"]["A"] == {"$ref": "#/components/schemas/Pet"}
    assert codes(loaded) == [("misplaced-reference", "/components/schemas/A/$ref")]


def test_dangling_reference_names_the_nearest_component(load_document: LoadDocument) -> None:
    schemas = {"A": {"$ref": "#/components/schemas/Kties"}, "Kites": {}}
    (notice,) = load_document(document(schemas=schemas)).notices
    assert notice.message == (
        "#/components/schemas/Kties leads to nothing; it is ignored; did you mean 'Kites'?"
    )


def test_siblings_of_a_dangling_reference_stay_in_31(load_document: LoadDocument) -> None:
    schemas = {"A": {"$ref": "#/no", "type": "string"}}
    loaded = load_document(document("3.1.0", schemas=schemas))
    assert loaded.document["components"]["schemas"]["A"] == {"type": "string"}


def test_objects_that_lead_nowhere_go_with_all_that_refer_to_them(
    load_document: LoadDocument,
) -> None:
    post = {
        "parameters": [{"$ref": "#/components/parameters/A"}, {"in": "query", "name": "q"}],
        "requestBody": {"$ref": "#/components/requestBodies/No"},
        "responses": {"200": {"$ref": "#/components/responses/No"}},
    }
    parameters = {"A": {"$ref": "#/components/parameters/B"}, "B": {"$ref": "no.json"}}
    loaded = load_document(document(paths={"/a": {"post": post}}, parameters=parameters))
    operation = loaded.document["paths"]["/a"]["post"]
    assert [p["name"] for p in operation["parameters"]] == ["q"]
    assert operation["responses"] == {"200": {}}
    assert "requestBody" not in operation
    assert loaded.document["components"]["parameters"] == {}


def test_references_into_a_list_that_became_shorter_are_dropped(
    load_document: LoadDocument,
) -> None:
    first = [{"$ref": "#/no"}, {"in": "query", "name": "q"}]
    second = [{"$ref": "#/paths/~1a/parameters/1"}]
    loaded = load_document(
        document(paths={"/a": {"parameters": first}, "/b": {"parameters": second}})
    )
    assert loaded.document["paths"]["/b"]["parameters"] == []


@pytest.mark.parametrize("kind", ["parameters", "responses", "requestBodies", "examples"])
def test_circle_of_references_is_dropped(load_document: LoadDocument, kind: str) -> None:
    circle = {name: {"$ref": f"#/components/{kind}/{to}"} for name, to in ("AB", "BC", "CA")}
    loaded = load_document(document() | {"components": {kind: circle}})
    assert str(loaded.document).count("$ref") < 3
    assert "reference-cycle" in {code for code, _ in codes(loaded)}


def test_circle_of_path_items_is_dropped(load_document: LoadDocument) -> None:
    paths = {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a", "get": {"responses": {}}}}
    loaded = load_document(document(paths=paths))
    assert "get" in loaded.document["paths"]["/b"]
    assert str(loaded.document["paths"]).count("$ref") == 1


def test_data_that_looks_like_references_is_left_alone(load_document: LoadDocument) -> None:
    data = {"$ref": "no.json"}
    media_type = {"example": data, "examples": {"e": {"value": data}}, "x-data": data}
    response = {"description": "", "content": {"application/json": media_type}}
    paths = {"/a": {"get": {"responses": {"200": response}, "x-data": data}}}
    loaded = load_document(document(paths=paths))
    content = loaded.document["paths"]["/a"]["get"]["responses"]["200"]["content"]
    assert content == {"application/json": media_type}
    assert codes(loaded) == []


def test_discriminator_mappings_become_references(load_document: LoadDocument) -> None:
    mapping = {"a": "A", "b": "#/components/schemas/A", "c": "b.json#/C", "d": "No", "e": 7}
    base = {"discriminator": {"propertyName": "kind", "mapping": mapping}}
    loaded = load_document(document(schemas={"A": {}, "Base": base}), b={"C": {}})
    assert loaded.document["components"]["schemas"]["Base"]["discriminator"]["mapping"] == {
        "a": "#/components/schemas/A",
        "b": "#/components/schemas/A",
        "c": "#/components/x-bundled/C",
    }
    pointer = "/components/schemas/Base/discriminator/mapping/d"
    assert codes(loaded) == [("external-reference", pointer)]


NAMED = {
    "anchor": {"$ref": "#pet"},
    "dynamic": {"$dynamicRef": "#node"},
    "identifier": {"$ref": "https://example.com/schemas/dog"},
    "identifier and anchor": {"$ref": "https://example.com/schemas/dog#pet"},
    "relative to an identifier": {"$id": "https://example.com/schemas/x", "$ref": "dog"},
    "pointer from an identifier": {
        "$id": "https://example.com/other",
        "allOf": [{"$ref": "#/$defs/d"}],
        "$defs": {"d": {"type": "string"}},
    },
    "itself": {"$id": "https://example.com/self", "properties": {"a": {"$ref": "#"}}},
}


@pytest.mark.parametrize("schema", NAMED.values(), ids=NAMED)
def test_names_of_schemas_become_pointers(load_document: LoadDocument, schema: Json) -> None:
    schemas = {
        "A": schema,
        "Pet": {"$anchor": "pet"},
        "Node": {"$dynamicAnchor": "node"},
        "Dog": {"$id": "https://example.com/schemas/dog"},
    }
    schemas["Broken"] = {"$id": "https://example.com/", "not": {"$id": "http://["}}
    loaded = load_document(document("3.1.0", schemas=schemas))
    assert "'#/components/schemas/" in str(loaded.document["components"]["schemas"]["A"])
    assert "$id" not in str(loaded.document)
    assert codes(loaded) == []
