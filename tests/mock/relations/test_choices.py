"""Which members a document's objects choose from."""

import pytest

from emulator.http.messages import Json
from emulator.mock.relations.choices import choices_of

KINDS = {"enum": ["card", "cash", "cheque", 5]}
OPTIONS: Json = {"card": {}, "cash": {}, "note": {}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {"type": KINDS, **OPTIONS}}, {"type": (frozenset({"card", "cash"}),)}),
        (
            {"items": {"properties": {"by": {"$ref": "#/$defs/Kind"}, **OPTIONS}}},
            {"by": (frozenset({"card", "cash"}),)},
        ),
        ({"properties": {"type": KINDS, "card": {}}}, {}),
        ({"properties": {"type": {"type": "string"}, **OPTIONS}}, {}),
        ({"properties": {"type": {"$ref": "#/$defs/Other"}, **OPTIONS}}, {}),
        ({"properties": []}, {}),
        (True, {}),
    ],
)
def test_members_are_chosen_from_where_another_names_them(schema: Json, expected: Json) -> None:
    assert choices_of([schema], {"Kind": KINDS}) == expected
