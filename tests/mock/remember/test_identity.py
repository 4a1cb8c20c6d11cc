"""Which member of a record is its id."""

from typing import Any

import pytest

from emulator.mock.remember.identity import id_place
from emulator.openapi.promises.model import Resource

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def thing(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


@pytest.mark.parametrize(
    ("parameter", "inside", "expected"),
    [
        ("thing_number", {"id": NUMBER, "number": TEXT, "name": TEXT}, ("number",)),
        ("thing_slug", {"id": NUMBER, "name": TEXT, "slug": TEXT}, ("slug",)),
        ("id", {"name": TEXT, "id": TEXT}, ("id",)),
        ("thing_id", {"id": TEXT, "thingId": TEXT}, ("thingId",)),
        ("petId", {"id": NUMBER, "name": TEXT}, ("id",)),
        ("uuid", {"name": TEXT, "gid": TEXT}, ("gid",)),
        ("name", {"kind": TEXT, "metadata": thing(name=TEXT, uid=TEXT)}, ("metadata", "name")),
        ("user_id", {"nick": TEXT, "user": thing(id=TEXT)}, ("user", "id")),
        ("user_id", {"id": TEXT, "user": thing(id=TEXT)}, ("id",)),
        ("username", {"id": NUMBER, "login": TEXT}, ("login",)),
        ("username", {"id": TEXT, "login": TEXT}, ("id",)),
        ("custom_key_name", {"keyName": TEXT, "value": TEXT}, ("keyName",)),
        ("custom_key_name", {"id": TEXT, "keyName": TEXT}, ("id",)),
        ("slug", {"title": TEXT, "owner": thing(id=TEXT)}, ()),
    ],
)
def test_the_id_is_where_names_say(
    parameter: str, inside: dict[str, Any], expected: tuple[str, ...]
) -> None:
    resource = Resource("thing", parameter=parameter, read="getThing", list="listThings")
    assert id_place(resource, f"/things/{{{parameter}}}", inside, {}, TEXT) == expected


def test_a_single_thing_has_no_id() -> None:
    single = Resource("settings", read="get")
    assert id_place(single, "/settings", {"id": TEXT}, {}, True) == ()
