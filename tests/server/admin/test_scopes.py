"""Scopes over the wire: listed once used, gone once deleted."""

import httpx

TOKEN = {"authorization": "Bearer t"}


def names(client: httpx.Client) -> list[str]:
    return [scope["name"] for scope in client.get("/__admin/scopes").json()["scopes"]]


def test_scope_is_listed_once_it_is_used(client: httpx.Client) -> None:
    assert "scopes-one" not in names(client)
    client.get("/~scopes-one/projects/p/tools", headers=TOKEN)
    assert "scopes-one" in names(client)


def test_nothing_is_left_of_a_deleted_scope(client: httpx.Client) -> None:
    client.get("/~scopes-gone/projects/p/tools", headers=TOKEN)
    client.post("/~scopes-gone/__admin/faults", json={"fault": "connection-reset"})
    client.post("/~scopes-gone/__admin/clock/advance", json={"seconds": 60})
    assert client.delete("/__admin/scopes/scopes-gone").status_code == 204
    assert "scopes-gone" not in names(client)
    admin = "/~scopes-gone/__admin"
    assert client.get(f"{admin}/requests").json()["requests"] == []
    assert client.get(f"{admin}/faults").json()["faults"] == []
    assert client.get(f"{admin}/clock").json()["now"] == "2026-04-28T14:30:00.000Z"


def test_deleting_a_scope_nobody_used_is_fine(client: httpx.Client) -> None:
    assert client.delete("/__admin/scopes/scopes-never").status_code == 204
