"""What is left out of a schema that no value satisfies."""

import pytest

from emulator.http.messages import Json
from emulator.schema.generate.loosening import loosen


@pytest.mark.parametrize(
    ("schema", "loosened"),
    [
        ({"oneOf": [{"not": {}}, False]}, {"anyOf": [{}, True]}),
        ({"properties": {"pattern": {"pattern": "x"}}}, {"properties": {"pattern": {}}}),
        ({"enum": [{"not": 1}]}, {"enum": [{"not": 1}]}),
        ({"oneOf": [{}], "anyOf": [True]}, {"oneOf": [{}], "anyOf": [True]}),
        (True, True),
    ],
)
def test_loosened_schema(schema: Json, loosened: Json) -> None:
    assert loosen(schema) == loosened
