"""ASGI messages become a request, with its raw path and within the limit."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from emulator.http.messages import Request
from emulator.server.receive import receive_request, scope_of, without_mount

BASE: Scope = {
    "type": "http",
    "method": "POST",
    "path": "/a/b",
    "raw_path": b"/a%2Fb",
    "query_string": b"x=%20",
    "headers": [(b"x-a", b"1"), (b"x-a", b"\xfc"), (b"cookie", b"a=1"), (b"cookie", b"b=2")],
}


def receive(
    messages: Sequence[Message], limit: int = 10, scope: Scope = BASE
) -> tuple[Request, int]:
    """The request, and how many messages are left unread."""
    request, left = receive_all(messages, limit, scope)
    assert request is not None
    return request, left


def receive_all(
    messages: Sequence[Message], limit: int = 10, scope: Scope = BASE
) -> tuple[Request | None, int]:
    """The request, None if the client leaves, and how many messages are left unread."""
    waiting = list(messages)

    async def next_message() -> Message:
        return waiting.pop(0)

    return asyncio.run(receive_request(scope, next_message, limit)), len(waiting)


def part(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_request_is_taken_raw() -> None:
    request, _ = receive([part(b"body")])
    assert (request.method, request.path, request.query) == ("POST", "/a%2Fb", "x=%20")
    assert (request.body, request.oversize) == (b"body", None)


def test_repeated_headers_combine() -> None:
    request, _ = receive([part(b"")])
    assert request.header("x-a") == "1, ü"
    assert request.header("cookie") == "a=1; b=2"
    assert request.header("x-b") is None


@pytest.mark.parametrize(
    ("path", "raw"), [("/a b", "/a%20b"), ("/ü", "/%C3%BC"), ("/a%b", "/a%b"), ("/a?b", "/a%3Fb")]
)
def test_decoded_path_is_encoded_where_the_server_gives_no_raw_one(path: str, raw: str) -> None:
    scope = {**BASE, "path": path, "raw_path": None}
    assert receive([part(b"")], scope=scope)[0].path == raw


@pytest.mark.parametrize(
    ("messages", "body", "oversize", "left"),
    [
        ([part(b"1234567890")], b"1234567890", None, 0),
        ([part(b"12345678901")], b"", 10, 0),
        ([part(b"12345", True), part(b"67890")], b"1234567890", None, 0),
        ([part(b"12345", True), part(b"678901")], b"", 10, 0),
        ([part(b"12345678901", True), part(b"x")], b"", 10, 1),
        ([part(b"123456", True), part(b"123456", True), part(b"x")], b"", 10, 1),
        ([part(b"", True), part(b"", True), part(b"")], b"", None, 0),
        ([{"type": "http.request"}], b"", None, 0),
    ],
)
def test_body_within_the_limit(
    messages: list[Message], body: bytes, oversize: int | None, left: int
) -> None:
    request, unread = receive(messages)
    assert (request.body, request.oversize, unread) == (body, oversize, left)


@pytest.mark.parametrize("before", [[], [part(b"x", True)]], ids=["at once", "in the body"])
def test_client_that_leaves(before: list[Message]) -> None:
    messages = [*before, {"type": "http.disconnect"}]
    assert receive_all(messages) == (None, 0)


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
