"""Fault rules and stubs that came to nothing."""

from typing import Any

import httpx

from tests.support.control_plane import Admin
from tests.support.fault_calls import PARAGON, rule


def unused(admin: Admin) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """The reasons of rules by id, and the ids of stubs."""
    found: dict[str, Any] = admin("GET", "/unused").json()
    faults = {each["id"]: (each["matched"], each["reason"]) for each in found["faults"]}
    return faults, [each["id"] for each in found["stubs"]]


def test_rule_is_unused_until_its_fault_is_injected(client: httpx.Client) -> None:
    admin = Admin(client, "unused-rules")
    for id_, fault, more in (
        ("often", "error", {}),
        ("second", "delay", {"parameters": {"ms": 0}, "when": {"every": 2}}),
        ("elsewhere", "error", {"where": {"api": "composio"}}),
        ("streams", "stream-cut", {}),
    ):
        rule(client, admin.scope, fault, id=id_, **more)
    assert unused(admin)[0] == dict.fromkeys(
        ("often", "second", "elsewhere", "streams"), (0, "no request matched")
    )
    PARAGON.send(client, admin.scope)
    faults, _ = unused(admin)
    assert faults.keys() == {"second", "elsewhere", "streams"}
    assert faults["second"] == (1, "1 request matched, and its turn never came")
    assert faults["elsewhere"] == (0, "no request matched")
    assert faults["streams"][1].startswith("it could not be injected: it is for event streams")
    PARAGON.send(client, admin.scope)
    assert unused(admin)[0].keys() == {"elsewhere", "streams"}


def test_stub_is_unused_until_it_answers(client: httpx.Client) -> None:
    admin = Admin(client, "unused-stubs")
    for id_ in ("one", "two"):
        admin.stub(id=id_, request={"urlPath": f"/{id_}"}, response={})
    assert unused(admin)[1] == ["two", "one"]
    admin.get("/one")
    admin("DELETE", "/requests")
    assert unused(admin)[1] == ["two"]
    assert [each["id"] for each in admin("GET", "/mappings/unmatched").json()["mappings"]] == [
        "two"
    ]
    admin.stub(id="one", request={"urlPath": "/one"}, response={})
    assert set(unused(admin)[1]) == {"one", "two"}
    admin.get("/one")
    admin("POST", "/reset")
    admin.stub(id="one", request={"urlPath": "/one"}, response={})
    assert unused(admin)[1] == ["one"]
