import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings

from emulator.http.messages import Json
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.schema.flatten.negation import negate
from emulator.schema.instances import key
from tests.support.schemas import documents, schemas, values


def checker(definitions: Json) -> Checker:
    return Checker(definitions, Effort(100_000))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas, documents, values)
def test_verdicts_are_those_of_the_validator(schema: Json, definitions: Json, value: Json) -> None:
    root = {"allOf": [schema], "$defs": definitions}
    validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
    assert checker(definitions).accepts(schema, value) is validator.is_valid(value)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas, documents, values)
def test_negation_accepts_nothing_the_schema_accepts(
    schema: Json, definitions: Json, value: Json
) -> None:
    judging = checker(definitions)
    if judging.accepts(negate(schema), value):
        assert not judging.accepts(schema, value)


def test_equality_is_that_of_json() -> None:
    assert key(1) == key(1.0)
    assert key({"a": [1], "b": None}) == key({"b": None, "a": [1.0]})
    different = [0, False, "", None, [], {}, [0], {"": 0}]
    assert len({key(value) for value in different}) == len(different)


def test_judging_ends_with_its_steps() -> None:
    schema = {"anyOf": [{"allOf": [True] * 3}] * 3 + [{"type": "string"}] * 100}
    with pytest.raises(ExhaustedError):
        Checker({}, Effort(50)).accepts({"allOf": [schema] * 100}, 1)
