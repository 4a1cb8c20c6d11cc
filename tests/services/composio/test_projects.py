"""Composio's projects and their keys, managed with the organization's key."""

from typing import Any

from tests.support.composio import Service

OF_ORGANIZATION = {"x-org-api-key": "oak_test", "x-api-key": ""}


def managed(composio: Service, method: str, path: str, json: Any = None) -> Any:
    answer = composio(method, f"/org/owner/project/{path}", json, **OF_ORGANIZATION)
    return answer.json() if answer.is_success else answer.status_code


def test_project_lives(composio: Service) -> None:
    made = managed(composio, "POST", "new", {"name": "staging", "should_create_api_key": True})
    assert managed(composio, "GET", made["id"])["api_keys"][0]["key"] == made["api_key"][:4] + "..."
    again = managed(composio, "POST", f"{made['id']}/regenerate_api_key")["api_key"]["key"]
    assert again != made["api_key"]
    assert len(managed(composio, "GET", made["id"])["api_keys"]) == 1
    gone = managed(composio, "DELETE", f"{made['id']}?revoke_on_delete=true")
    assert gone["revoke_job_id"]
    assert managed(composio, "GET", made["id"]) == 404
    assert managed(composio, "DELETE", made["id"]) == 404


def test_project_needs_no_key(composio: Service) -> None:
    made = managed(composio, "POST", "new", {"name": "staging"})
    assert made["api_key"] is None
    assert managed(composio, "DELETE", made["id"]) == {"status": "success"}


def test_pages_of_projects(composio: Service) -> None:
    managed(composio, "POST", "new", {"name": "staging"})
    first = managed(composio, "GET", "list?limit=1")
    second = managed(composio, "GET", f"list?cursor={first['next_cursor']}")
    names = [each["name"] for page in (first, second) for each in page["data"]]
    assert names == ["development", "staging"]
    assert (second["next_cursor"], second["total_items"]) == (None, 2)
    assert len(managed(composio, "GET", "list?limit=9999")["data"]) == 2
