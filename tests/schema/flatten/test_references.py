"""References into `#/$defs`, and what a schema reaches by them."""

from emulator.http.messages import Json
from emulator.schema.flatten.references import reached

TREE: Json = {"properties": {"next": {"$ref": "#/$defs/Tree"}, "leaf": {"$ref": "#/$defs/Leaf"}}}
DEFINITIONS: dict[str, Json] = {"Tree": TREE, "Leaf": {"oneOf": [{"type": "null"}]}, "Other": {}}


def test_each_schema_is_reached_once_by_references_too() -> None:
    found = list(reached({"allOf": [{"$ref": "#/$defs/Tree"}]}, DEFINITIONS))
    assert len({id(each) for each in found}) == len(found)
    assert TREE in found
    assert {"type": "null"} in found
    assert DEFINITIONS["Other"] not in found


def test_what_leads_nowhere_reaches_nothing() -> None:
    assert {"type": "null"} not in list(reached({"$ref": "#/$defs/None"}, DEFINITIONS))
    assert list(reached(True, DEFINITIONS)) == []
