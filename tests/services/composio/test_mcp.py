"""Composio's MCP servers, made over auth configs or toolkits, and their users."""

from typing import Any

import pytest

from tests.support.composio import Service

TEAM = "7b0c9a52-6c1e-4d55-9a0e-3f2d1c4b5a60"
SERVER = {"name": "Office", "auth_config_ids": ["ac_gmail"], "no_auth_apps": ["calculator"]}


def made(composio: Service, **changes: Any) -> dict[str, Any]:
    answer = composio("POST", "/mcp/servers", SERVER | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_server_lives(composio: Service) -> None:
    server = made(composio)
    path = f"/mcp/{server['id']}"
    assert server["toolkits"] == ["gmail", "calculator"]
    assert server["mcp_url"].endswith(f"/api/v3.1{path}")
    changed = composio("PATCH", path, {"name": "Bureau", "allowed_tools": ["GMAIL_SEND_EMAIL"]})
    assert changed.json()["allowed_tools"] == ["GMAIL_SEND_EMAIL"]
    assert composio.get(path)["name"] == "Bureau"
    assert composio("DELETE", path).json() == {"id": server["id"], "deleted": True}
    assert composio("GET", path).status_code == 404


def test_server_needs_its_auth_configs(composio: Service) -> None:
    answer = composio("POST", "/mcp/servers", SERVER | {"auth_config_ids": ["ac_none"]})
    assert answer.status_code == 404


def test_custom_server_takes_the_older_name_of_its_tools(composio: Service) -> None:
    body = {"name": "Custom", "toolkits": ["slack"], "custom_tools": ["SLACK_SEND_MESSAGE"]}
    server = composio("POST", "/mcp/servers/custom", body).json()
    assert server["allowed_tools"] == ["SLACK_SEND_MESSAGE"]
    assert composio.get(f"/mcp/{server['id']}")["toolkits"] == ["slack"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/mcp/servers?limit=9999", ["Office", "Team tools"]),
        ("/mcp/servers?order_direction=asc", ["Team tools", "Office"]),
        ("/mcp/servers?name=TEAM", ["Team tools"]),
        ("/mcp/servers?toolkits=gmail,notion", ["Office"]),
        ("/mcp/servers?auth_config_ids=ac_slack", ["Team tools"]),
        ("/mcp/servers?limit=1&page_no=2", ["Team tools"]),
        ("/mcp/app/Slack", ["Team tools"]),
        ("/mcp/app/resend", []),
        ("/mcp/servers?page_no=1e300", []),
    ],
)
def test_servers_are_listed(composio: Service, path: str, names: list[str]) -> None:
    made(composio)
    assert composio.ids(path, "name") == names


def test_addresses_are_made_for_users_and_accounts(composio: Service) -> None:
    body = {"mcp_server_id": TEAM, "user_ids": ["a b"], "connected_account_ids": ["ca_1", "ca_2"]}
    urls = composio("POST", "/mcp/servers/generate", body).json()
    assert urls["user_ids_url"] == [f"{urls['mcp_url']}?user_id=a+b"]
    assert len(urls["connected_account_urls"]) == 2
    unknown = composio("POST", "/mcp/servers/generate", {"mcp_server_id": "x"})
    assert unknown.status_code == 404


def test_user_of_a_server_is_made_once(composio: Service) -> None:
    path = f"/mcp/servers/{TEAM}/instances"
    first = composio("POST", path, {"user_id": "user_1"}).json()
    assert composio("POST", path, {"user_id": "user_1"}).json() == first
    found = composio.get(f"{path}?search=user_1")["instances"]
    assert {each["instance_id"] for each in found} == {"user_1", "user_123"}
    assert composio.get(f"/mcp/{TEAM}")["server_instance_count"] == 2


def test_user_leaves_with_the_accounts(composio: Service) -> None:
    path = f"/mcp/servers/{TEAM}/instances/user_123"
    gone = composio("DELETE", path).json()
    assert gone["deleted_connected_accounts"] > 1
    left = composio.ids("/connected_accounts?user_ids=user_123&toolkit_slugs=slack,github")
    assert left == []
    assert composio("DELETE", path).status_code == 404


def test_users_go_with_their_server(composio: Service) -> None:
    composio("DELETE", f"/mcp/{TEAM}")
    assert composio("GET", f"/mcp/servers/{TEAM}/instances").status_code == 404
