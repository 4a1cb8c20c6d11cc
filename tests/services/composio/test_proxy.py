"""Composio's proxy: providers answer from the state file, and what may change them is counted."""

from typing import Any

import httpx
import pytest

from emulator.services.composio.proxy import filled
from tests.support.composio import Service

PROXY = "/tools/execute/proxy"
SESSION = "/tool_router/session/trs_5Kd0vXq2mN"
GITHUB, SLACK = "ca_user_123_github", "ca_Ux6vHc2Lq9Rb"


def sent(composio: Service, method: str, endpoint: str, **more: Any) -> httpx.Response:
    body = {"endpoint": endpoint, "method": method, "connected_account_id": GITHUB} | more
    return composio("POST", PROXY, body)


@pytest.mark.parametrize(
    ("endpoint", "status", "name"),
    [
        ("/repos/ada/engine", 200, "ada/engine"),
        ("repos/ada/a%20b/?page=2", 200, "ada/a b"),
        ("https://api.github.com/repos/ada/engine", 200, "ada/engine"),
        ("/repos/ada", 404, None),
        ("https://example.com/repos/ada/engine", 404, None),
        ("http://[", 404, None),
    ],
)
def test_provider_answers_what_it_knows(
    composio: Service, endpoint: str, status: int, name: str | None
) -> None:
    answer = sent(composio, "GET", endpoint).json()
    assert (answer["status"], answer["data"].get("full_name")) == (status, name)


def test_provider_echoes_parameters_and_body(composio: Service) -> None:
    parameters = [{"name": "channel", "value": "C1", "type": "query"}]
    more = {"parameters": parameters, "body": {"text": "hi"}, "connected_account_id": SLACK}
    data = sent(composio, "POST", "/chat.postMessage", **more).json()["data"]
    assert (data["channel"], data["message"]["text"]) == ("C1", "hi")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{n}", 1),
        ("<{n}>", "<1>"),
        ("{none}", None),
        ({"a": ["{n}", True]}, {"a": [1, True]}),
    ],
)
def test_placeholders_are_filled(value: Any, expected: Any) -> None:
    assert filled(value, {"n": 1}) == expected


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"connected_account_id": SLACK}, 200),
        ({"connected_account_id": "ca_gone"}, 404),
        ({"connected_account_id": "ca_expired"}, 404),
        ({"connected_account_id": "ca_other_project"}, 404),
        ({"custom_connection_data": {"toolkitSlug": "slack"}}, 200),
        ({}, 400),
    ],
)
def test_proxy_needs_an_active_account(
    composio: Service, body: dict[str, Any], status: int
) -> None:
    answer = composio("POST", PROXY, {"endpoint": "/auth.test", "method": "POST"} | body)
    assert answer.status_code == status


def test_only_what_may_change_something_is_counted(composio: Service, client: Any) -> None:
    sent(composio, "GET", "/user")
    sent(composio, "POST", "/repos/ada/engine/issues", body={"title": "It is slow"})
    scope = {"emulator-scope": composio.scope}
    found = client.get("/__admin/executions", headers=scope).json()["executions"]
    assert [(each["tool"], each["side_effect"]) for each in found] == [("proxy", "write")]


@pytest.mark.parametrize(
    ("options", "toolkit", "status", "code"),
    [
        ({}, "github", 200, None),
        ({}, "GitHub", 200, None),
        ({}, "nothing", 404, 401),
        ({"toolkits": ["slack"]}, "github", 400, 4324),
        ({"proxy_execute": {"enable": False}}, "github", 400, 4324),
        ({"user_id": "stranger"}, "github", 400, 4302),
        ({"connected_accounts": {"slack": ["ca_expired"]}}, "slack", 400, 4302),
    ],
)
def test_session_decides_what_is_sent(
    composio: Service, options: dict[str, Any], toolkit: str, status: int, code: int | None
) -> None:
    opened = composio("POST", "/tool_router/session", {"user_id": "user_123"} | options).json()
    path = f"/tool_router/session/{opened['session_id']}/proxy_execute"
    body = {"toolkit_slug": toolkit, "endpoint": "/user", "method": "GET"}
    answer = composio("POST", path, body)
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code") == code
    assert answer.json().get("result_type") == ("completed" if status == 200 else None)
