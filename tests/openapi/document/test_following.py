"""References where the specification has none: followed with a notice, never without an end."""

from pathlib import Path

import pytest

from emulator.http.messages import Json
from emulator.openapi.document import following
from emulator.openapi.document.load import load
from tests.support.load_document import LoadDocument
from tests.support.paths import DATA

OK: Json = {"200": {"description": "OK"}}


def document(paths: Json = None, **more: Json) -> dict[str, Json]:
    return {"openapi": "3.0.3", "info": {}, "paths": paths or {}, **more}


def test_every_one_is_a_notice_with_its_own_place() -> None:
    loaded = load(DATA / "acceptance" / "misplaced" / "openapi.yaml")
    followed = [notice for notice in loaded.notices if notice.code != "unknown-field"]
    assert {notice.code for notice in followed} == {"misplaced-reference"}
    assert len(followed) == 21
    assert all(notice.pointer.endswith("/$ref") for notice in followed)


FOLLOWED: dict[str, tuple[Json, list[str], Json]] = {
    "with members of its own, which win": (
        {"$ref": "#/x-ok", "201": {"description": "Own"}},
        ["responses"],
        {"200": {"description": "OK"}, "201": {"description": "Own"}},
    ),
    "through a chain": ({"$ref": "#/x-chain"}, ["responses"], OK),
    "through another reference": ({"$ref": "#/x-through/x-ok"}, ["responses"], OK),
}


@pytest.mark.parametrize(("written", "path", "read"), FOLLOWED.values(), ids=FOLLOWED)
def test_followed(load_document: LoadDocument, written: Json, path: list[str], read: Json) -> None:
    more = {
        "x-ok": {"200": {"description": "OK"}, "201": {"description": "Other"}}
        if isinstance(written, dict) and "201" in written
        else OK,
        "x-chain": {"$ref": "#/x-ok"},
        "x-through": {"$ref": "#/x-all"},
        "x-all": {"x-ok": OK},
    }
    loaded = load_document(document({"/a": {"get": {"responses": written}}}, **more))
    value = loaded.document["paths"]["/a"]["get"]
    for name in path:
        value = value[name]
    assert value == read
    assert {notice.code for notice in loaded.notices} == {"misplaced-reference"}


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("#/nowhere", "dangling-reference"),
        ("missing.json", "external-reference"),
        ("../../../secret.json", "external-reference"),
        ("#/paths/~1a/get/responses", "reference-cycle"),
        ("#/x-circle", "reference-cycle"),
        ("#/info/title", "wrong-shape"),
    ],
)
def test_what_leads_to_nothing_of_use_is_a_notice(
    load_document: LoadDocument, reference: str, code: str
) -> None:
    paths = {"/a": {"get": {"responses": {"$ref": reference}}}}
    more = {"x-circle": {"$ref": "#/x-circle"}, "info": {"title": "T"}}
    loaded = load_document(document(paths) | more)
    assert code in {notice.code for notice in loaded.notices}
    assert not loaded.document["paths"]["/a"]["get"].get("responses")


def test_schema_that_leads_through_another_reference(load_document: LoadDocument) -> None:
    schemas = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"properties": {"b": {"type": "integer"}}},
        "C": {"$ref": "#/components/schemas/A/properties/b"},
    }
    loaded = load_document(document(components={"schemas": schemas}))
    read = loaded.document["components"]["schemas"]["C"]
    assert read == {"$ref": "#/components/schemas/B/properties/b"}
    assert [notice.code for notice in loaded.notices] == ["misplaced-reference"]


def test_an_operation_in_its_own_callback_ends(load_document: LoadDocument) -> None:
    operation = {
        "responses": OK,
        "callbacks": {"c": {"{$url}": {"post": {"$ref": "#/paths/~1a/get"}}}},
    }
    loaded = load_document(document({"/a": {"get": operation}}))
    assert "reference-cycle" in {notice.code for notice in loaded.notices}


def test_copies_are_limited(load_document: LoadDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_MAX_VALUES", 7)
    paths = {f"/{name}": {"get": {"responses": {"$ref": "#/x-ok"}}} for name in "abcd"}
    loaded = load_document(document(paths, **{"x-ok": OK}))
    assert [n.pointer for n in loaded.notices if n.code == "too-many-values"] == [
        "/paths/~1d/get/responses/$ref"
    ]


def test_exponential_copies_end(
    load_document: LoadDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MAX_VALUES", 10_000)
    # Each line copies the next one twice: 2^40 operations, were there no limit.
    more = {
        f"x-{n}": {"c": {"u": {"get": {"callbacks": {"$ref": f"#/x-{n + 1}"}}, "put": {
            "callbacks": {"$ref": f"#/x-{n + 1}"}}}}} for n in range(40)
    }  # fmt: skip
    paths = {"/a": {"get": {"responses": OK, "callbacks": {"$ref": "#/x-0"}}}}
    loaded = load_document(document(paths, **more, **{"x-40": {}}))
    assert "too-many-values" in {notice.code for notice in loaded.notices}


DATA_LEFT_ALONE: list[Json] = [
    {"$ref": "#/components/schemas/A"},
    {"$ref": "#/nowhere"},
    {"$ref": "missing.json"},
    {"$ref": "#/x-data", "more": 1},
    [{"$ref": "#/x-data"}],
    {"$ref": 7},
]


@pytest.mark.parametrize("data", DATA_LEFT_ALONE, ids=repr)
def test_example_that_may_be_data_is_left_alone(load_document: LoadDocument, data: Json) -> None:
    content = {"application/json": {"example": data, "schema": {"example": data}}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "", "content": content}}}}}
    more = {"components": {"schemas": {"A": {"type": "null"}}}, "x-data": {"a": 1}}
    loaded = load_document(document(paths, **more))
    (response,) = loaded.document["paths"]["/a"]["get"]["responses"].values()
    read = response["content"]["application/json"]
    assert read == {"example": data, "schema": {"examples": [data]}}
    assert loaded.notices == ()


def test_files_of_these_references_are_watched(load_document: LoadDocument, tmp_path: Path) -> None:
    loaded = load_document(document({"$ref": "b.json"}), b={"/a": {"get": {"responses": OK}}})
    assert tmp_path / "b.json" in loaded.files


def test_required_schemes_behind_a_reference_are_required(load_document: LoadDocument) -> None:
    loaded = load_document(document(security={"$ref": "#/x-security"}, **{"x-security": ["key"]}))
    assert loaded.document["security"] == [{"key": []}]
