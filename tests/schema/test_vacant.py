"""Keywords that leave no value, in words."""

from emulator.schema.vacant import empty_reasons


def test_each_reason_is_told_once() -> None:
    schema = {
        "oneOf": [True, {}],
        "required": ["a"],
        "additionalProperties": False,
        "minimum": 0.1,
        "maximum": 0.2,
        "multipleOf": 1,
    }
    assert [each.split(":")[0] for each in empty_reasons(schema)] == [
        "no multiple of 1 is within the bounds",
        "all branches of `oneOf` accept every value, and so `oneOf` none",
        "'a' is required, and `additionalProperties` is false",
    ]
