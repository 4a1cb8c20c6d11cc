"""What is wrong with a file, in words: what was expected and found, and the way out."""

from typing import Any

import jsonschema_rs
import pytest

from emulator.schema.explain import explain

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["read", "write"], "examples": ["read"]},
        "delay_ms": {"type": "integer", "minimum": 0, "maximum": 600},
        "count": {"type": ["integer", "null"], "minimum": 1},
        "note": {"type": "string", "examples": ["hello"]},
        "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}},
        "version": {"const": 2},
        "either": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["a"]}]},
        "names": {
            "propertyNames": {"pattern": "^[a-z]+$", "x-emulator-message": "names are letters"}
        },
    },
    "$defs": {
        "step": {
            "type": "object",
            "properties": {"put": {"type": "string", "examples": ["notes"]}},
            "oneOf": [{"required": ["put"]}, {"required": ["remove"]}],
            "x-emulator-message": "a step puts or removes",
            "examples": [{"put": "notes"}],
        }
    },
}


@pytest.mark.parametrize(
    ("value", "pointer", "message", "hint"),
    [
        ([], "", "expected an object, found an empty list", ""),
        (None, "", "expected an object, found nothing", ""),
        ({"knid": "read"}, "/knid", "unknown field 'knid'", "kind"),
        (
            {"kind": "read", "zzz": 1},
            "/zzz",
            "unknown field 'zzz'",
            "one of count, delay_ms, either, kind, names, note, steps, version",
        ),
        ({}, "/kind", "kind is missing: expected one of read, write", "read"),
        ({"kind": "wriet"}, "/kind", 'expected one of read, write, found "wriet"', "write"),
        ({"kind": 1}, "/kind", "expected one of read, write, found 1", "read"),
        ({"delay_ms": 601}, "/delay_ms", "expected a whole number from 0 to 600, found 601", ""),
        ({"delay_ms": "a"}, "/delay_ms", 'expected a whole number from 0 to 600, found "a"', ""),
        ({"count": 0}, "/count", "expected a whole number of 1 or more, found 0", ""),
        ({"note": True}, "/note", "expected text, found true", "hello"),
        ({"note": [1]}, "/note", "expected text, found a list", "hello"),
        ({"steps": []}, "/steps", "expected a list that is not empty, found an empty list", ""),
        ({"steps": [{}]}, "/steps/0", "a step puts or removes", '{"put": "notes"}'),
        ({"steps": [{"put": 1}]}, "/steps/0/put", "expected text, found 1", "notes"),
        ({"version": 1}, "/version", "expected 2, found 1", ""),
        ({"either": {}}, "/either/a", "a is missing", ""),
        ({"names": {"ok": 1, "n/o": 1}}, "/names/n~1o", "names are letters", ""),
        (
            {"version": "x" * 80},
            "/version",
            f'expected 2, found "{"x" * 58}…',
            "",
        ),
    ],
    ids=str,
)
def test_error_is_explained(value: Any, pointer: str, message: str, hint: str) -> None:
    if isinstance(value, dict) and value and "knid" not in value:
        value = {"kind": "read", **value}
    found = explain(SCHEMA, jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(value))
    assert (found.pointer, found.message, found.hint) == (pointer, message, hint)
