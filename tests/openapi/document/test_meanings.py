"""Names of schemas: `$id`, `$anchor` and `$self`, each where it counts."""

from pathlib import Path

import jsonschema_rs
import pytest

from emulator.http.messages import Json
from tests.support.load_document import LoadDocument


def document(schemas: Json, version: str = "3.1.0", **more: Json) -> dict[str, Json]:
    return {"openapi": version, "info": {}, "paths": {}, "components": {"schemas": schemas}, **more}


def of(keyword: str) -> Json:
    """A resource with a schema that others of the document call the same."""
    part = {"$anchor": "part", "type": keyword}
    return {
        "$id": f"https://example.com/{keyword}",
        "properties": {"anchor": {"$ref": "#part"}, "pointer": {"$ref": "#/$defs/part"}},
        "$defs": {"part": part},
    }


SCHEMAS: Json = {
    "Text": of("string"),
    "Number": of("number"),
    "Within": {
        "$id": "https://example.com/within",
        "$anchor": "part",
        "type": "null",
        "properties": {"inner": of("boolean")},
    },
    "Outside": {"$anchor": "part", "const": "outside"},
    "Other": {
        "$id": "https://example.com/other",
        "properties": {
            "text": {"$ref": "string#part"},
            "number": {"$ref": "https://example.com/number#part"},
            "inner": {"$ref": "boolean#/$defs/part"},
            "outside": {"$ref": "#/components/schemas/Outside"},
        },
    },
    "Root": {"properties": {"anchor": {"$ref": "#part"}}},
}


@pytest.mark.parametrize(
    ("name", "instance", "valid"),
    [
        ("Text", {"anchor": "a", "pointer": "a"}, True),
        ("Text", {"anchor": 1}, False),
        ("Text", {"pointer": 1}, False),
        ("Number", {"anchor": 1, "pointer": 1}, True),
        ("Number", {"anchor": "a"}, False),
        ("Number", {"pointer": "a"}, False),
        ("Within/properties/inner", {"anchor": True, "pointer": True}, True),
        ("Within/properties/inner", {"anchor": None}, False),
        ("Other", {"text": "a", "number": 1, "inner": True, "outside": "outside"}, True),
        ("Other", {"text": 1}, False),
        ("Other", {"number": "a"}, False),
        ("Other", {"inner": 1}, False),
        ("Other", {"outside": 1}, False),
        ("Root", {"anchor": "outside"}, True),
        ("Root", {"anchor": "a"}, False),
    ],
)
def test_names_belong_to_their_resource(
    load_document: LoadDocument, name: str, instance: Json, valid: bool
) -> None:
    loaded = load_document(document(SCHEMAS))
    assert loaded.notices == ()
    judge = {"$ref": f"#/components/schemas/{name}", "components": loaded.document["components"]}
    assert jsonschema_rs.Draft202012Validator(judge).is_valid(instance) is valid


BASE = "https://example.com/apis/kites/api.json"


@pytest.mark.parametrize(
    ("own_name", "reference"),
    [
        (BASE, f"{BASE}#/components/schemas/Here"),
        (BASE, "api.json#/components/schemas/Here"),
        (BASE, "/apis/kites/api.json#/components/schemas/Here"),
        (BASE, "https://example.com/apis/kites/b.json#/A"),
        (BASE, "/apis/kites/b.json#/A"),
        (BASE, "b.json#/A"),
        (BASE, "schemas/named"),
        (BASE, "https://example.com/apis/kites/schemas/named"),
        ("/somewhere/api.json", "/somewhere/b.json#/A"),
        (f"{BASE}#ignored", "/apis/kites/b.json#/A"),
    ],
)
def test_document_has_the_base_that_it_says(
    load_document: LoadDocument, own_name: str, reference: str
) -> None:
    schemas = {
        "X": {"$ref": reference},
        "Here": {"type": "null"},
        "Named": {"$id": "schemas/named", "type": "null"},
    }
    loaded = load_document(
        document(schemas, "3.2.0", **{"$self": own_name}), b={"A": {"type": "null"}}
    )
    assert loaded.notices == ()
    judge = {"$ref": "#/components/schemas/X", "components": loaded.document["components"]}
    assert not jsonschema_rs.Draft202012Validator(judge).is_valid(1)


def test_file_that_was_read_is_found_by_the_name_it_has(load_document: LoadDocument) -> None:
    other = {"$self": "https://elsewhere.example/b", "A": {"type": "null"}}
    schemas = {"X": {"$ref": "b.json#/A"}, "Y": {"$ref": "https://elsewhere.example/b#/A"}}
    loaded = load_document(document(schemas, "3.2.0"), b=other)
    assert loaded.notices == ()
    read = loaded.document["components"]["schemas"]
    assert read["X"] == read["Y"] == {"$ref": "#/components/x-bundled/A"}


@pytest.mark.parametrize("own_name", ["http://[", 7, "", None, "https://elsewhere.example/x"])
def test_name_of_no_use_changes_nothing(
    load_document: LoadDocument, tmp_path: Path, own_name: Json
) -> None:
    schemas = {"X": {"$ref": "b.json#/A"}}
    loaded = load_document(document(schemas, "3.2.0", **{"$self": own_name}), b={"A": {}})
    assert loaded.notices == ()
    assert tmp_path / "b.json" in loaded.files
