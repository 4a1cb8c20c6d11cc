"""Composio's scopes: what tools need, what they depend on, what to ask for; the changelog."""

from typing import Any

import pytest

from tests.support.composio import Service

GMAIL = "GMAIL_SEND_EMAIL"


def required(composio: Service, *tools: str) -> list[str]:
    body = {"tools": list(tools)}
    return list(composio("POST", "/tools/scopes/required", body).json()["scopes_required"])


def test_scopes_of_tools_are_joined(composio: Service) -> None:
    tools = composio.ids("/tools?toolkit_slug=gmail&limit=9999", "slug")
    body = {"tools": tools}
    found = composio("POST", "/tools/scopes/required", body).json()
    each = [set(one["scope_requirements"]["all_of"]) for one in found["per_tool_requirements"]]
    assert set(found["scopes_required"]) == set().union(*each)
    assert [one["tool"] for one in found["per_tool_requirements"]] == tools


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"tools": [GMAIL, "SLACK_SEND_MESSAGE"]}, 400),
        ({"tools": ["NO_SUCH_TOOL"]}, 404),
        ({"tools": [GMAIL], "version": "20990101_00"}, 404),
        ({"tools": []}, 400),
    ],
)
def test_scopes_are_refused(composio: Service, body: dict[str, Any], status: int) -> None:
    assert composio("POST", "/tools/scopes/required", body).status_code == status


def test_toolkit_says_what_its_scopes_depend_on(composio: Service) -> None:
    found = composio.get("/toolkits/gmail/scopes/grant_context?toolkit_version=20251027_00")
    assert found["toolkit_version"] == "20251027_00"
    assert found["default_grant_context"] == {"account_type": "Personal"}
    assert composio.get("/toolkits/slack/scopes/grant_context")["grant_context_dimensions"] == []
    assert composio("GET", "/toolkits/none/scopes/grant_context").status_code == 404


def test_scopes_are_recommended(composio: Service) -> None:
    path, need = "/toolkits/gmail/scopes/recommended", required(composio, GMAIL)
    body = {"tools": [GMAIL], "include": ["extra"], "grant_context": {"plan": "paid"}}
    found = composio("POST", path, body).json()
    assert found["scopes"]["fewest"] == sorted({*need, "extra"})
    assert found["grant_context"] == {"account_type": "Personal", "plan": "paid"}
    everything = composio("POST", path, {"tools": []}).json()["scopes"]["least_privilege"]
    assert set(need) <= set(everything)


@pytest.mark.parametrize("ruled", [{"exclude": ["needed"]}, {"available_scopes": ["other"]}])
def test_scope_that_is_needed_cannot_be_ruled_out(
    composio: Service, ruled: dict[str, list[str]]
) -> None:
    body = {"tools": [GMAIL], "include": ["needed"]} | ruled
    answer = composio("POST", "/toolkits/gmail/scopes/recommended", body)
    assert answer.status_code == 400
    assert "scope_not_available: " in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("toolkit", "tools"), [("none", []), ("gmail", ["NO_SUCH_TOOL"])], ids=["toolkit", "tool"]
)
def test_nothing_is_recommended(composio: Service, toolkit: str, tools: list[str]) -> None:
    path = f"/toolkits/{toolkit}/scopes/recommended"
    assert composio("POST", path, {"tools": tools}).status_code == 404


def test_changelog_has_the_versions_of_the_toolkits(composio: Service) -> None:
    items = {each["slug"]: each for each in composio.get("/toolkits/changelog")["items"]}
    versions = [each["version"] for each in items["slack"]["versions"]]
    assert versions == composio.get("/toolkits/slack")["meta"]["available_versions"][::-1]
