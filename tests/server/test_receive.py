"""ASGI messages become a request, with its raw path and within the limit."""

import asyncio
from collections.abc import Sequence

import pytest

from emulator.http.messages import Request
from emulator.server.receive import ClientDisconnectedError, Message, Scope, receive_request

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
    with pytest.raises(ClientDisconnectedError):
        receive([*before, {"type": "http.disconnect"}])
