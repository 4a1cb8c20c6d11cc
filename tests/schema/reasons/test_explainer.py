"""Why a value is refused: the branch that it comes nearest to, and no more work than is bounded."""

from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings

from emulator.http.messages import Json
from emulator.schema.reasons.explainer import MORE, Explainer
from emulator.schema.reasons.keywords import CHECKS
from emulator.schema.reasons.search import MOST_REASONS, MOST_STEPS, KnownSchemas, ReasonSearch
from tests.support.schemas import documents, schemas, values
from tests.support.yaml_files import read_yaml

ANY = {"$ref": "#/$defs/Filter"}
DATA = read_yaml(Path(__file__).parents[2] / "data" / "reasons.yaml")
DEFINITIONS = DATA["definitions"]
EXPLAINER = Explainer(DEFINITIONS)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas, documents, values)
def test_reasons_are_found_where_the_validator_refuses(
    schema: Json, definitions: Json, value: Json
) -> None:
    root = {"allOf": [schema], "$defs": definitions}
    valid = jsonschema_rs.Draft202012Validator(root, validate_formats=True).is_valid(value)
    assert (Explainer(definitions).reasons(schema, value) == ()) is valid


@pytest.mark.parametrize("case", DATA["cases"], ids=str)
def test_reasons(case: Json) -> None:
    found = EXPLAINER.reasons(case["schema"], case["value"])
    told = [["/".join(map(str, each.path)), each.keyword, each.message] for each in found]
    assert told == case["reasons"]


def nested(levels: int, wrap: Json, leaf: Json) -> Json:
    for level in range(levels):
        leaf = {wrap: [leaf]} if wrap != "child" else {wrap: leaf, "n": level}
    return leaf


@pytest.mark.parametrize(
    ("schema", "wrap", "leaf", "keyword"),
    [
        (ANY, "and", {"field": "a", "op": "x"}, "enum"),
        (ANY, "or", {"field": "a", "op": "x"}, "enum"),
        ({"$ref": "#/$defs/Node"}, "child", {"n": "x"}, "type"),
    ],
)
def test_recursion_costs_no_more_than_its_levels(
    schema: Json, wrap: str, leaf: Json, keyword: str
) -> None:
    def steps(levels: int) -> int:
        search = ReasonSearch(KnownSchemas(DEFINITIONS, CHECKS))
        (reason, *_) = search.find(schema, nested(levels, wrap, leaf))
        assert reason.keyword == keyword
        return MOST_STEPS - search.steps

    assert steps(40) < 2.2 * steps(20)
    (reason,) = EXPLAINER.reasons(schema, nested(190, wrap, leaf))
    assert reason.keyword == "schema"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"items": {"type": "string"}}, [1] * 300_000),
        ({"additionalProperties": {"type": "string"}}, dict.fromkeys(map(str, range(300_000)), 1)),
        ({"propertyNames": {"maxLength": 1}}, dict.fromkeys(map(str, range(10, 300_000)))),
    ],
)
def test_many_mistakes_are_not_all_told(schema: Json, value: Json) -> None:
    found = EXPLAINER.reasons(schema, value)
    assert len(found) == MOST_REASONS + 1
    assert (found[-1].keyword, found[-1].path) == (MORE, ())


def test_what_takes_too_long_is_not_explained() -> None:
    rows = {"items": {"properties": {"a": {"type": "integer"}}}}
    value = [{"a": index} for index in range(MOST_STEPS // 2)]
    (reason,) = EXPLAINER.reasons({"prefixItems": [rows], "items": False}, [value, 1])
    assert reason.keyword == "schema"
