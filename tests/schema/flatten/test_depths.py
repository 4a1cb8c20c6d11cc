import pytest

from emulator.http.messages import Json
from emulator.schema.flatten.depths import ENDLESS, Depths

DEFINITIONS: Json = {
    "Leaf": {"type": "string"},
    "Tree": {"oneOf": [{"$ref": "#/$defs/Fork"}, {"$ref": "#/$defs/Leaf"}]},
    "Fork": {
        "type": "object",
        "required": ["left"],
        "properties": {"left": {"$ref": "#/$defs/Tree"}, "up": {"$ref": "#/$defs/Fork"}},
    },
    "Endless": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"allOf": [{"$ref": "#/$defs/Endless"}]}},
    },
    "Same": {"anyOf": [{"$ref": "#/$defs/Same"}, {"type": "integer"}]},
}
FORK: Json = {"$ref": "#/$defs/Fork"}


@pytest.mark.parametrize(
    ("schema", "depth"),
    [
        (True, 0),
        (False, ENDLESS),
        ({"$ref": "#/$defs/Leaf"}, 0),
        ({"$ref": "#/$defs/Tree"}, 0),
        (FORK, 1),
        ({"type": "array", "minItems": 1, "items": FORK}, 2),
        ({"type": "array", "items": FORK}, 0),
        ({"type": "array", "contains": FORK}, 2),
        ({"type": ["object", "null"], "required": ["a"], "properties": {"a": FORK}}, 0),
        ({"$ref": "#/$defs/Endless"}, ENDLESS),
        ({"anyOf": [{"$ref": "#/$defs/Endless"}, FORK]}, 1),
        ({"$ref": "#/$defs/Same"}, 0),
        ({"oneOf": []}, ENDLESS),
    ],
)
def test_depth_is_that_of_the_shallowest_value(schema: Json, depth: int) -> None:
    depths = Depths(DEFINITIONS)
    assert depths.of(schema) == depth
    assert depths.of(schema) == depth  # worked out before
