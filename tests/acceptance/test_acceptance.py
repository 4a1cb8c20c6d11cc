"""Runs the cases beside this file: one request over a real socket, one expected answer each."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import make_settings
from tests.acceptance.cases import Case, body_of, cases, with_tokens
from tests.support.clock import NOW
from tests.support.documents import SERVICES, Operation, operations

OPERATIONS = [operation for api in SERVICES for operation in operations(api)]

Serve = Callable[[Case], str]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Starts a server for a case's settings, or gives the one that runs with them already."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def start(case: Case) -> str:
            key = repr((case["serve"], case["settings"]))
            if key not in urls:
                settings = make_settings(tuple(case["serve"]), {"now": NOW, **case["settings"]})
                urls[key] = stack.enter_context(running(create_app(settings)))
            return urls[key]

        yield start


@pytest.mark.parametrize("case", cases())
def test_acceptance(case: Case, serve: Serve, client: httpx.Client) -> None:
    request, expected = case["request"], case["expect"]
    headers = {name: with_tokens(value) for name, value in request.get("headers", {}).items()}
    if "json" in request:
        headers.setdefault("content-type", "application/json")
    answer = client.request(
        request["method"], serve(case) + request["path"], content=body_of(request), headers=headers
    )
    assert answer.status_code == expected["status"], answer.text
    for name, value in expected.get("headers", {}).items():
        assert answer.headers.get(name) == value, name
    _check_body(expected, answer)
    assert _complaints(request, answer) == []


def _check_body(expected: Case, answer: httpx.Response) -> None:
    if "json" in expected:
        assert answer.json() == expected["json"]
    if "contains" in expected:
        assert _missing(expected["contains"], answer.json()) == []
    if "text" in expected:
        assert answer.text == expected["text"]


def _missing(part: Any, whole: Any, place: str = "") -> list[str]:
    """Where `whole` differs from `part`; objects may have more members."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return [
            complaint
            for name, value in part.items()
            for complaint in _missing(value, whole.get(name), f"{place}/{name}")
        ]
    if isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        pairs = enumerate(zip(part, whole, strict=True))
        return [c for i, (p, w) in pairs for c in _missing(p, w, f"{place}/{i}")]
    return [] if part == whole else [f"{place}: {whole!r} is not {part!r}"]


def _complaints(request: Case, answer: httpx.Response) -> list[str]:
    """What the document says against the answer, where it describes one like it."""
    operation = _operation(request["method"], request["path"])
    routed = "emulator-operation" in answer.headers
    if operation is None or not routed or answer.status_code not in operation.statuses:
        return []
    return operation.complaints(answer)


def _operation(method: str, path: str) -> Operation | None:
    path = path.partition("?")[0].replace("/api/v3/", "/api/v3.1/")
    for operation in OPERATIONS:
        pattern = re.sub(r"\{\w+\}", "[^/]+", operation.call.path)
        if operation.call.method == method and re.fullmatch(pattern, path):
            return operation
    return None
