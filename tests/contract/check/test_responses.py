"""A response that breaks off is a finding; what nobody here can read is not judged."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from emulator.contract.check.findings import CheckOptions, CheckResult, ExitCode, Target
from emulator.contract.check.run import check

RESPONSE = {"description": "a thing", "content": {"application/json": {}}}
LINK = {"operationId": "read", "parameters": {"id": "$response.body#/id"}}
DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/things": {"get": {"operationId": "list", "responses": {"200": RESPONSE}}},
        "/newest": {"get": {"responses": {"200": {**RESPONSE, "links": {"it": LINK}}}}},
        "/things/{id}": {
            "get": {
                "operationId": "read",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": RESPONSE},
            }
        },
    },
}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@contextmanager
def answering(data: bytes) -> Iterator[str]:
    """A server that writes the same bytes to every request, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    if connection.recv(65536):
                        connection.sendall(data)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def checked(data: bytes, **options: Any) -> CheckResult:
    options = {"phases": ("examples", "coverage"), "checks": ("message_syntax",), **options}
    with answering(data) as url:
        target = Target("t", DOCUMENT, base_url=url)
        return check(
            target, CheckOptions(max_examples=1, include=("list",), **options), lambda _: None
        )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"content-length: 20\r\n\r\n{}", "IncompleteRead(2 bytes read, 18 more expected)"),
        (b"transfer-encoding: chunked\r\n\r\n5\r\n{}", "IncompleteRead(2 bytes read"),
        (b"transfer-encoding: chunked\r\n\r\nzz\r\n{}", "InvalidChunkLength(got length b'zz"),
        (b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}", "failed to decode it"),
    ],
    ids=["length", "chunk", "chunk's length", "coding"],
)
def test_response_that_breaks_off_is_a_finding(data: bytes, reason: str) -> None:
    result = checked(HEAD + data)
    assert (result.errors, result.exit_code) == ((), ExitCode.FINDINGS)
    assert {each.title for each in result.findings} == {"The response breaks off (RFC 9112, 8)"}
    assert reason in result.findings[0].reason


def test_content_in_an_unknown_coding_is_not_judged() -> None:
    result = checked(HEAD + b"content-encoding: exi\r\ncontent-length: 2\r\n\r\n\xff\xfe")
    assert (result.findings, result.errors) == ((), ())


def test_links_to_what_is_not_selected_are_no_error() -> None:
    result = checked(HEAD + b"content-length: 2\r\n\r\n{}", phases=("coverage", "stateful"))
    assert (result.findings, result.errors, result.exit_code) == ((), (), ExitCode.FINE)
