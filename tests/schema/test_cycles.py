import jsonschema
import jsonschema_rs
import pytest

from emulator.http.messages import Json
from tests.support.load_document import LoadDocument

PET = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["cat", "dog"]}}}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


CASES: dict[str, tuple[Json, list[Json], list[Json]]] = {
    "itself": ({"A": ref("A")}, [1], []),
    "each other": ({"A": ref("B"), "B": ref("C"), "C": ref("A")}, [1], []),
    "itself in allOf": ({"A": {"type": "string", "allOf": [ref("A")]}}, ["a"], [1]),
    "itself in anyOf": ({"A": {"anyOf": [{"type": "string"}, ref("A")]}}, ["a"], []),
    "itself in if": ({"A": {"if": ref("A"), "then": {"type": "string"}}}, ["a"], [1]),
    "dependent": ({"A": {"type": "object", "dependentSchemas": {"a": ref("A")}}}, [{"a": 1}], [1]),
    "inheritance": (
        {
            "A": {**PET, "oneOf": [ref("Cat"), ref("Dog")]},
            "Cat": {"allOf": [ref("A"), {"properties": {"kind": {"enum": ["cat"]}}}]},
            "Dog": {"allOf": [ref("A"), {"properties": {"kind": {"enum": ["dog"]}}}]},
        },
        [{"kind": "cat"}, {"kind": "dog"}],
        [{"kind": "cow"}, {}, 1],
    ),
    "inheritance from below": (
        {
            "A": {"allOf": [ref("Pet"), {"required": ["lives"]}]},
            "Pet": {**PET, "anyOf": [ref("A"), {"maxProperties": 1}]},
        },
        [{"kind": "cat", "lives": 7}],
        [{"kind": "cat"}, {"lives": 7}],
    ),
    "way on beside the way back": (
        {"A": {"$ref": "#/components/schemas/B", "allOf": [ref("A")]}, "B": {"type": "string"}},
        ["a"],
        [],
    ),
    "siblings of the way back": (
        {"A": {"title": "a", "maxLength": 2, "allOf": [{**ref("A"), "title": "b"}]}},
        ["a"],
        ["abc"],
    ),
    "tree": (
        {"A": {"type": "object", "properties": {"a": ref("A")}}},
        [{"a": {"a": {}}}],
        [{"a": {"a": 1}}],
    ),
}


@pytest.mark.parametrize(("schemas", "valid", "invalid"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_judging_ends_and_means_the_same(
    load_document: LoadDocument, version: str, schemas: Json, valid: list[Json], invalid: list[Json]
) -> None:
    loaded = load_document({"openapi": version, "components": {"schemas": schemas}})
    schema = {**ref("A"), "components": loaded.document["components"]}
    ours = jsonschema_rs.Draft202012Validator(schema, offline=True)
    second = jsonschema.Draft202012Validator(schema)
    expected = [True] * len(valid) + [False] * len(invalid)
    assert [ours.is_valid(instance) for instance in valid + invalid] == expected
    assert [second.is_valid(instance) for instance in valid + invalid] == expected


def test_variants_stay_references_and_the_way_back_is_noticed(load_document: LoadDocument) -> None:
    schemas = CASES["inheritance"][0]
    loaded = load_document({"openapi": "3.0.3", "components": {"schemas": schemas}})
    assert loaded.document["components"]["schemas"]["A"]["oneOf"] == [ref("Cat"), ref("Dog")]
    assert sorted((notice.code, notice.pointer) for notice in loaded.notices) == [
        ("schema-cycle", "/components/schemas/Cat/allOf/0/$ref"),
        ("schema-cycle", "/components/schemas/Dog/allOf/0/$ref"),
    ]


def test_tree_is_no_circle(load_document: LoadDocument) -> None:
    document = {"openapi": "3.0.3", "components": {"schemas": CASES["tree"][0]}}
    assert load_document(document).notices == ()


def test_many_circles_do_not_multiply(load_document: LoadDocument) -> None:
    names = [f"S{number}" for number in range(60)]
    schemas = {name: {"allOf": [ref(other) for other in names]} for name in names}
    loaded = load_document({"openapi": "3.0.3", "components": {"schemas": schemas}})
    schema = {**ref("S0"), "components": loaded.document["components"]}
    assert jsonschema_rs.Draft202012Validator(schema, offline=True)
    assert len(str(loaded.document)) < 5_000_000
