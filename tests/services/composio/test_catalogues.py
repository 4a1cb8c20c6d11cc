"""Composio's toolkits and auth configs."""

from typing import Any

import pytest

from tests.support.composio import Service


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=crm", ["hubspot", "salesforce"]),
        ("search=repositories", ["github"]),
        ("category=crm&limit=1", ["hubspot"]),
    ],
)
def test_toolkits_are_filtered(composio: Service, query: str, expected: list[str]) -> None:
    assert composio.ids(f"/toolkits?sort_by=alphabetically&{query}", "slug") == expected


def test_several_toolkits_are_got(composio: Service) -> None:
    found = composio("POST", "/toolkits/multi", {"toolkits": ["SLACK", "github"], "limit": 5})
    assert {item["slug"] for item in found.json()["items"]} == {"slack", "github"}
    assert composio("GET", "/toolkits/slack").json()["meta"]["triggers_count"] == 1
    assert "crm" in composio.ids("/toolkits/categories", "slug")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("toolkit_slug=notion", {"ac_notion", "ac_notion_key"}),
        ("toolkit_slug=notion&is_composio_managed=false", {"ac_notion_key"}),
        ("toolkit_slug=slack&show_disabled=true", {"ac_slack", "ac_disabled"}),
        ("search=own", {"ac_github_own"}),
    ],
)
def test_auth_configs_are_filtered(composio: Service, query: str, expected: set[str]) -> None:
    assert set(composio.ids(f"/auth_configs?{query}")) == expected


@pytest.mark.parametrize(
    ("asked", "scheme", "managed"),
    [
        (None, "OAUTH2", True),
        ({"type": "use_custom_auth", "authScheme": "API_KEY"}, "API_KEY", False),
        ({"type": "use_custom_auth"}, "OAUTH2", False),
    ],
)
def test_auth_config_is_made(composio: Service, asked: Any, scheme: str, managed: bool) -> None:
    body = {"toolkit": {"slug": "notion"}} | ({"auth_config": asked} if asked else {})
    made = composio("POST", "/auth_configs", body).json()["auth_config"]
    assert (made["auth_scheme"], made["is_composio_managed"]) == (scheme, managed)
    assert composio.get(f"/auth_configs/{made['id']}")["toolkit"]["slug"] == "notion"


def test_auth_configs_secrets_are_masked(composio: Service) -> None:
    config = composio.get("/auth_configs/ac_github_own")
    assert config["credentials"] == {"client_id": "Iv1.0101emulator", "client_secret": "0101..."}
    composio("PATCH", "/auth_configs/ac_github_own", {"name": "renamed"})
    composio("PATCH", "/auth_configs/ac_github_own/DISABLED")
    config = composio.get("/auth_configs/ac_github_own")
    assert (config["name"], config["status"]) == ("renamed", "DISABLED")
