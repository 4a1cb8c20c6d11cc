"""Every operation of the official Python client of Composio, called against a live emulator.

Its calls are made from our document's examples, its answers are parsed strictly: whatever a client
can't send or can't read fails here.
"""

import inspect
import re
import uuid
from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support import documents
from tests.support.documents import Call, operations

if TYPE_CHECKING:
    from composio_client import Composio as Client
    from composio_client._operations import Operation

#: A connection's values, by scheme and status, are open in our document and a union in the client.
OPEN = {("connected_accounts", name) for name in ("list", "retrieve", "create")}

pytestmark = pytest.mark.filterwarnings("ignore::composio_client.ComposioDeprecationWarning")


def made(client: httpx.Client, strict: bool = True, **headers: str) -> "Client":
    from composio_client import AutoAuth
    from composio_client import Composio as Client

    keys = AutoAuth(project="ak_test", user="uak_test", organization="oak_test")
    return Client(
        auth=keys,
        base_url=str(client.base_url),
        http_client=client,  # a connection of its own for each would take most of the time
        max_retries=0,
        default_headers={"Emulator-Scope": uuid.uuid4().hex} | headers,
        _strict_response_validation=strict,
    )


def test_client_reads_what_the_service_answers(client: httpx.Client) -> None:
    def ask(operation: "Operation") -> Any:
        return answer(made(client), operation, documented(operation).call)

    assert unread(ask) == []


def test_client_reads_what_the_document_generates(client: httpx.Client) -> None:
    """With ids that nobody knows, as a generated client's own tests send them."""

    def ask(operation: "Operation") -> Any:
        ours = documented(operation)
        call = ours.call
        for name in ours.ids:
            call = call.with_value("path", name, "unknown")
        strict = operation.chain not in OPEN
        return answer(made(client, strict, Prefer="dynamic=true"), operation, call)

    assert unread(ask) == []


def unread(ask: Callable[["Operation"], Any]) -> list[str]:
    """The operations whose answers the client can't read, or can't ask for."""
    from composio_client._operations import OPERATIONS

    found = []
    for operation in OPERATIONS:
        try:
            value: Any = ask(operation)
        except Exception as error:
            value = error
        if value is None or isinstance(value, Exception):
            found.append(f"{'.'.join(operation.chain)}: {value!r}")
    assert len(OPERATIONS) == 113
    return found


def documented(operation: "Operation") -> documents.Operation:
    """Our operation whose path has the same shape; the names of its parameters may differ."""
    shape = re.compile(re.sub(r"\{[^}]*\}", r"{[^}]*}", operation.path))
    found = [
        each
        for each in operations("composio")
        if each.call.method == operation.method.upper() and shape.fullmatch(each.call.path)
    ]
    assert found, f"{operation.method} {operation.path} is not documented"
    return found[0]


def answer(sdk: "Client", operation: "Operation", call: Call) -> Any:
    """What the client makes of the answer to the call."""
    method: Any = reduce(getattr, operation.chain, sdk)
    takes = inspect.signature(method).parameters
    names = re.findall(r"\{([^}]*)\}", operation.path)
    path = dict(zip(names, call.parameters.get("path", {}).values(), strict=True))
    keywords = _keywords(path, takes)
    keywords |= _keywords(call.parameters.get("query", {}), takes)
    keywords |= _keywords(call.parameters.get("header", {}), takes)
    keywords |= _keywords(call.body or {}, takes)
    if "x_user_api_key" in takes:
        keywords["x_user_api_key"] = "uak_test"
    more = {name: keywords.pop(name) for name in set(keywords) - set(takes)}
    return method(**keywords, extra_body=more or None)


def _keywords(values: Mapping[str, Any], takes: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the names that Python gives them."""
    found = {}
    for name, value in values.items():
        snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("-", "_")
        found[next((each for each in (snake, f"{snake}_") if each in takes), name)] = value
    return found
