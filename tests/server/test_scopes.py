"""Which scope a request belongs to: by header, by path, or refused."""

from typing import Any

import httpx
import pytest

from emulator.server.scopes import scope_of, without_mount


@pytest.mark.parametrize(
    ("path", "header", "name", "rest"),
    [
        ("/a/b", None, "default", "/a/b"),
        ("/a/b", "x", "x", "/a/b"),
        ("/~x/a%2Fb", None, "x", "/a%2Fb"),
        ("/~x.y-1/", None, "x.y-1", "/"),
        ("/~x", None, "x", "/"),
        ("/~x/a", "x", "x", "/a"),
        ("/~x/a", "y", None, "/a"),
        ("/~/a", None, None, "/a"),
        ("/~/a", "y", None, "/a"),
        ("/~a%20b/c", None, None, "/c"),
        ("/~x/~y/a", None, "x", "/~y/a"),
        ("/a/~x", None, "default", "/a/~x"),
        ("/a", "a b", None, "/a"),
        ("/a", "x" * 129, None, "/a"),
    ],
)
def test_scope_of_a_request(path: str, header: str | None, name: str | None, rest: str) -> None:
    scope: Any = {"type": "http", "path": path, "raw_path": path.encode()}
    below = without_mount(scope)
    assert (scope_of(below, header), below["raw_path"].decode()) == (name, rest)


def test_path_and_header_name_the_same_scope(client: httpx.Client) -> None:
    client.put("/~named/__admin/clock", json={"now": "2030-01-01T00:00:00Z"})
    shown = client.get("/__admin/clock", headers={"emulator-scope": "named"}).json()
    assert shown["now"] == "2030-01-01T00:00:00.000Z"
    assert client.get("/__admin/clock").json()["now"].startswith("2026")


def test_links_stay_in_the_scope(client: httpx.Client) -> None:
    body = {"auth_config_id": "ac_slack", "user_id": "u1"}
    link = client.post(
        "/~linked/api/v3.1/connected_accounts/link", json=body, headers={"x-api-key": "k"}
    ).json()
    assert "/~linked/api/v3.1/link/" in link["redirect_url"]
    assert client.get(link["redirect_url"]).status_code == 200
