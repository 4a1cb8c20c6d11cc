"""`$dynamicRef`: the way that leads to a schema decides what it refers to."""

from pathlib import Path

import jsonschema_rs
import pytest

from emulator.http.messages import Json
from emulator.openapi.document import references
from tests.support.load_document import LoadDocument


def document(schemas: Json) -> dict[str, Json]:
    return {"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": schemas}}


def page_of(name: str, item: Json, page: str = "page") -> Json:
    """A page whose items are of another type than a page's in general."""
    return {"$id": f"https://example.com/{name}", "$ref": page, "$defs": {"own": item}}


def item(schema: Json) -> Json:
    return {"$dynamicAnchor": "item", **schema}


SCHEMAS: Json = {
    "Tree": {
        "$id": "https://example.com/tree",
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"data": True, "children": {"items": {"$dynamicRef": "#node"}}},
    },
    "Strict": {
        "$id": "https://example.com/strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "unevaluatedProperties": False,
    },
    "Page": {
        "$id": "https://example.com/page",
        "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#item"}}},
        "$defs": {"any": {"$dynamicAnchor": "item"}},
    },
    "Numbers": page_of("numbers", item({"type": "number"})),
    "Texts": page_of("texts", item({"type": "string"})),
    # The outermost anchor counts.
    "Small": page_of("small", item({"maximum": 9}), "numbers"),
    "Both": {"properties": {"n": {"$ref": "numbers"}, "t": {"$ref": "texts"}}, "$id": "https://example.com/both"},
    # An `$anchor` is none that can be replaced.
    "Fixed": {
        "$id": "https://example.com/fixed",
        "properties": {"items": {"items": {"$dynamicRef": "#item"}}},
        "$defs": {"any": {"$anchor": "item", "type": "boolean"}},
    },
    "OverFixed": page_of("over-fixed", item({"type": "number"}), "fixed"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "instance", "valid"),
    [
        ("Tree", {"children": [{"odd": 1}]}, True),
        ("Tree", {"children": [1]}, False),
        ("Strict", {"children": [{"data": 1}]}, True),
        ("Strict", {"odd": 1}, False),
        ("Strict", {"children": [{"odd": 1}]}, False),
        ("Strict", {"children": [{"children": [{"odd": 1}]}]}, False),
        ("Page", {"items": [1, "a", None]}, True),
        ("Numbers", {"items": [1]}, True),
        ("Numbers", {"items": ["a"]}, False),
        ("Texts", {"items": ["a"]}, True),
        ("Texts", {"items": [1]}, False),
        ("Small", {"items": [9]}, True),
        ("Small", {"items": [10]}, False),
        ("Small", {"items": ["a"]}, True),
        ("Both", {"n": {"items": [1]}, "t": {"items": ["a"]}}, True),
        ("Both", {"n": {"items": ["a"]}}, False),
        ("Both", {"t": {"items": [1]}}, False),
        ("Fixed", {"items": [True]}, True),
        ("OverFixed", {"items": [True]}, True),
        ("OverFixed", {"items": [1]}, False),
    ],
)
def test_verdict(load_document: LoadDocument, name: str, instance: Json, valid: bool) -> None:
    loaded = load_document(document(SCHEMAS))
    assert loaded.notices == ()
    judge = {"$ref": f"#/components/schemas/{name}", "components": loaded.document["components"]}
    assert jsonschema_rs.Draft202012Validator(judge).is_valid(instance) is valid


def test_scope_of_other_files(load_document: LoadDocument, tmp_path: Path) -> None:
    schemas = {"Kites": {"$ref": "kites.json"}, "Winds": {"$ref": "winds.json"}}
    page = {
        "properties": {"items": {"items": {"$dynamicRef": "#item"}}},
        "$defs": {"any": {"$dynamicAnchor": "item"}},
    }
    loaded = load_document(
        document(schemas),
        page=page,
        kites={"$ref": "page.json", "$defs": {"own": item({"type": "string"})}},
        winds={"$ref": "page.json", "$defs": {"own": item({"type": "number"})}},
    )
    assert loaded.notices == ()
    for name, good, bad in (("Kites", "a", 1), ("Winds", 1, "a")):
        judge = {
            "$ref": f"#/components/schemas/{name}",
            "components": loaded.document["components"],
        }
        accepts = jsonschema_rs.Draft202012Validator(judge).is_valid
        assert (accepts({"items": [good]}), accepts({"items": [bad]})) == (True, False)


def test_scopes_are_limited(load_document: LoadDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "_MAX_SCOPED", 1)
    loaded = load_document(document(SCHEMAS))
    assert {notice.code for notice in loaded.notices} == {"too-many-scopes"}
