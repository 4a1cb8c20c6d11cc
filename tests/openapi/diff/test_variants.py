"""Changes of discriminators: what clients choose a type by, and validators ignore."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from emulator.http.messages import Json
from emulator.openapi.diff.compare import compare
from emulator.openapi.document.compile import compile_api

CHOICE: Json = {
    "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"cat": "#/components/schemas/Cat", "hound": "Dog"},
    },
}
SCHEMAS: Json = {
    "Cat": {"type": "object", "properties": {"kind": {"type": "string"}}},
    "Dog": {"type": "object", "properties": {"kind": {"type": "string"}}},
    "Choice": CHOICE,
    "Owner": {
        "type": "object",
        "properties": {
            "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Choice"}},
            "by_name": {"additionalProperties": {"$ref": "#/components/schemas/Choice"}},
            "friend": {"$ref": "#/components/schemas/Owner"},
        },
    },
    "Vehicle": {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"type": "string"}},
        "discriminator": {"propertyName": "type"},
    },
    "Car": {"allOf": [{"$ref": "#/components/schemas/Vehicle"}, {"type": "object"}]},
}


def document(side: str, schema: str) -> Json:
    """A document with an operation that has a schema on one side alone."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    operation: Json = {"responses": {"200": {"description": "ok"}}}
    if side == "request":
        operation["requestBody"] = {"content": content}
    else:
        operation["responses"]["200"]["content"] = content
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "components": {"schemas": deepcopy(SCHEMAS)},
        "paths": {"/": {"post": operation}},
    }


def told(
    side: str,
    schema: str,
    change: Callable[[Json], None],
    both: Callable[[Json], None] = lambda _: None,
) -> set[tuple[str, str, str]]:
    """What is said of discriminators where the schemas of a document change."""
    old, new = document(side, schema), document(side, schema)
    both(old["components"]["schemas"])
    both(new["components"]["schemas"])
    change(new["components"]["schemas"])
    found = compare(*(compile_api("pets", "pets.yaml", each) for each in (old, new)))
    marks = ((str(each.severity), each.rule, each.at) for each in found)
    return {mark for mark in marks if "discriminator" in mark[1]}


def mapping(schemas: Json) -> Json:
    return schemas["Choice"]["discriminator"]["mapping"]


def new_variant(schemas: Json) -> None:
    schemas["Emu"] = {"type": "object"}
    schemas["Choice"]["oneOf"].append({"$ref": "#/components/schemas/Emu"})


def no_variant(schemas: Json) -> None:
    del schemas["Choice"]["oneOf"][1], mapping(schemas)["hound"]


def renamed_value(schemas: Json) -> None:
    mapping(schemas)["kitty"] = mapping(schemas).pop("cat")


def unmapped(schemas: Json) -> None:
    del mapping(schemas)["hound"]


def renamed_property(schemas: Json) -> None:
    schemas["Choice"]["discriminator"]["propertyName"] = "type"


def none(schemas: Json) -> None:
    del schemas["Choice"]["discriminator"]


def heir(schemas: Json) -> None:
    schemas["Van"] = {"allOf": [{"$ref": "#/components/schemas/Car"}]}


def no_heir(schemas: Json) -> None:
    del schemas["Car"]["allOf"][0]


def swapped(schemas: Json) -> None:
    schemas["Dog"]["properties"]["tricks"] = {"type": "integer"}
    mapping(schemas).update(cat="Dog", hound="Cat")


def renamed_schema(schemas: Json) -> None:
    schemas["Hound"] = schemas.pop("Dog")
    mapping(schemas)["hound"] = "Hound"
    schemas["Choice"]["oneOf"][1] = {"$ref": "#/components/schemas/Hound"}


def default(schemas: Json) -> None:
    schemas["Choice"]["discriminator"]["defaultMapping"] = "Cat"


def discriminated(schemas: Json) -> None:
    schemas["Cat"]["discriminator"] = {"propertyName": "breed", "mapping": {"persian": "Cat"}}


ADDED, REMOVED = "discriminator-value-added", "discriminator-value-removed"
#: (change, schema, (severity in requests, in responses, rule) of each change)
TABLE = [
    (new_variant, "Choice", {("non-breaking", "breaking", ADDED)}),
    (no_variant, "Choice", {("breaking", "non-breaking", REMOVED)}),
    (
        renamed_value,
        "Choice",
        {("non-breaking", "breaking", ADDED), ("breaking", "non-breaking", REMOVED)},
    ),
    (
        unmapped,
        "Choice",
        {("non-breaking", "breaking", ADDED), ("breaking", "non-breaking", REMOVED)},
    ),
    (
        renamed_property,
        "Choice",
        {("breaking", "breaking", "discriminator-property-changed")},
    ),
    (none, "Choice", {("non-breaking", "unknown", "discriminator-removed")}),
    (swapped, "Choice", {("breaking", "breaking", "discriminator-value-retargeted")}),
    (renamed_schema, "Choice", set()),
    (default, "Choice", {("non-breaking", "unknown", "discriminator-default-added")}),
    (discriminated, "Choice", {("unknown", "non-breaking", "discriminator-added")}),
    (heir, "Vehicle", {("non-breaking", "breaking", ADDED)}),
    (no_heir, "Vehicle", {("breaking", "non-breaking", REMOVED)}),
]


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize(("change", "schema", "expected"), TABLE)
def test_discriminators(
    side: str,
    change: Callable[[Json], None],
    schema: str,
    expected: set[tuple[str, str, str]],
) -> None:
    severities = {(sides[side == "response"], f"{side}-{sides[2]}", "") for sides in expected}
    assert told(side, schema, change) == severities


def test_they_are_found_wherever_they_apply_in_a_value() -> None:
    where = {at for _, _, at in told("response", "Owner", renamed_value)}
    # Each change of one place in the documents is told once, at the first place in values.
    assert where == {"/pets/*"}
    assert not told("response", "Owner", lambda schemas: schemas.update(Other={}))


@pytest.mark.parametrize(
    "around",
    [
        lambda choice: {"patternProperties": {"^x": choice}},
        lambda choice: {"if": {"type": "object"}, "then": choice},
        lambda choice: {"dependentSchemas": {"a": choice}},
        lambda choice: {"unevaluatedProperties": choice},
        lambda choice: {"unevaluatedItems": choice},
        lambda choice: {"allOf": [{"$ref": "#/components/schemas/Vehicle"}, choice]},
    ],
)
def test_keywords_that_they_are_found_below(around: Callable[[Json], Json]) -> None:
    def nested(schemas: Json) -> None:
        schemas["Owner"] = around({"$ref": "#/components/schemas/Choice"})

    found = told("response", "Owner", renamed_value, nested)
    assert {rule for _, rule, _ in found} == {f"response-{ADDED}", f"response-{REMOVED}"}
