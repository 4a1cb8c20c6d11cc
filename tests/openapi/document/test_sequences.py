"""What is asked of all values of a sequence, from what is said of each or of the array."""

from typing import Any

import pytest

from emulator.openapi.document.sequences import of_all

OBJECT, ARRAY = {"type": "object"}, {"type": "array", "maxItems": 2}
LOOSE: Any = {"properties": {}}
EACH = {"type": "array", "items": OBJECT}


@pytest.mark.parametrize(
    ("name", "media_type", "parts"),
    [
        ("application/jsonl", {"itemSchema": OBJECT}, [EACH]),
        ("application/jsonl", {"itemSchema": OBJECT, "schema": ARRAY}, [ARRAY, EACH]),
        ("application/x-ndjson; charset=utf-8", {"schema": OBJECT}, [EACH]),
        ("application/json-seq", {"schema": ARRAY}, [ARRAY]),
        ("application/geo+json-seq", {"schema": LOOSE}, [{"type": "array", "items": LOOSE}]),
        ("application/jsonl", {"schema": {"type": "string"}}, None),
        ("application/jsonl", {}, None),
        ("application/json", {"itemSchema": OBJECT}, None),
    ],
)
def test_schema_of_all_values(name: str, media_type: Any, parts: Any) -> None:
    found = of_all(name, media_type, lambda value: value)
    assert found == (None if parts is None else {"allOf": parts})
