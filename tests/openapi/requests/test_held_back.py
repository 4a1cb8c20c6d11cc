"""No response repeats what only the server says, or what is secret."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.requests.held_back import is_secret_member, may_hold_back, shown_again

DEFINITIONS: Json = {
    "Id": {"type": "integer", "readOnly": True},
    "Tree": {"properties": {"below": {"$ref": "#/$defs/Tree"}, "id": {"$ref": "#/$defs/Id"}}},
    "Ring": {"properties": {"next": {"$ref": "#/$defs/Ring"}}},
}
USER: Json = {
    "properties": {
        "id": {"$ref": "#/$defs/Id"},
        "name": {},
        "pass": {"format": "password"},
        "code": {"writeOnly": True},
        "card": {"properties": {"cvc": {}, "of": {}}},
    }
}


@pytest.mark.parametrize(
    ("schema", "sent", "shown"),
    [
        (USER, {"id": 7, "name": "a", "pass": "x", "code": "c"}, {"name": "a"}),
        (USER, {"card": {"cvc": "123", "of": "a"}}, {"card": {"of": "a"}}),
        (True, {"name": "a", "Client_Secret": "x", "token": "t"}, {"name": "a", "token": "t"}),
        # What stands deeper is a setting that is meant to be read.
        (True, {"a": {"b": {"secret": "s"}}}, {"a": {"b": {"secret": "s"}}}),
        (True, [{"pin": "1"}, {"pin": "2", "name": "a"}], [{}, {"name": "a"}]),
        (USER, "text", "text"),
    ],
)
def test_what_no_response_repeats_is_left_out(schema: Json, sent: Json, shown: Json) -> None:
    assert shown_again(sent, schema, DEFINITIONS) == shown


@pytest.mark.parametrize(
    ("schema", "may"),
    [
        (USER, True),
        ({"properties": {"name": {}, "password": {}}}, True),
        ({"anyOf": [{"properties": {"a": {}}}, {"properties": {"a": {"writeOnly": True}}}]}, True),
        ({"properties": {"all": {"items": {"$ref": "#/$defs/Tree"}}}}, True),
        ({"type": "object"}, True),
        ({"$ref": "#/$defs/Ring"}, False),
        ({"properties": {"name": {"type": "string"}}}, False),
    ],
)
def test_a_schema_says_whether_there_may_be_some(schema: Json, may: bool) -> None:
    assert may_hold_back(schema, DEFINITIONS) is may


def test_names_of_secrets_are_those_in_any_spelling() -> None:
    assert is_secret_member("clientSecret", 2)
    assert not is_secret_member("clientSecret", 3)
    assert not is_secret_member("secretary", 1)
