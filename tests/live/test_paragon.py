"""Paragon over the wire: lists from the tool files, accounts, permissions, pages, downloads."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from emulator.auth.credentials import token_for
from tests.conftest import NOW

PERMISSIONS = "urn:useparagon:connect:permissions"
SLACK: dict[str, Any] = {
    "tool": "SLACK_SEND_MESSAGE",
    "parameters": {"channel": "C1", "message": "hi"},
}
LIST = "GOOGLE_CALENDAR_LIST_EVENTS"
GMAIL: dict[str, Any] = {"tool": "GMAIL_SEARCH_FOR_EMAIL", "parameters": {}}


def token(user: str = "user_1", claims: dict[str, Any] | None = None) -> str:
    return "Bearer " + token_for({"sub": user, **(claims or {})}, NOW.timestamp())


def listed(client: httpx.Client, query: str = "", user: str = "user_1", key: str = "tools") -> Any:
    answer = client.get(f"/projects/p/{key}?{query}", headers={"authorization": token(user)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["errors"] == []
    return answer.json()[key]


def run(
    client: httpx.Client, tool: str, parameters: Any, scope: str = "paragon", **headers: str
) -> httpx.Response:
    headers = {"authorization": token(), "emulator-scope": scope, **headers}
    body = {"tool": tool, "parameters": parameters}
    return client.post("/projects/p/tools", json=body, headers=headers)


@pytest.mark.parametrize("key", ["tools", "actions"])
def test_list_has_every_tool_as_a_function(client: httpx.Client, key: str) -> None:
    tools = [tool for each in listed(client, key=key).values() for tool in each]
    assert len(tools) >= 25
    assert {tool["type"] for tool in tools} == {"function"}
    assert all(tool["function"]["parameters"]["type"] == "object" for tool in tools)
    assert "x-paragon-input" not in json.dumps(tools)


def test_list_for_forms_has_inputs(client: httpx.Client) -> None:
    tools = listed(client, "format=paragon&integrations=slack")["slack"]
    sent = next(tool for tool in tools if tool["name"] == "SLACK_SEND_MESSAGE")
    assert sent["title"] == "Send Message"
    assert [(i["id"], i["type"], i["required"]) for i in sent["inputs"][:3]] == [
        ("channel", "TEXT", True),
        ("message", "TEXTAREA", True),
        ("botName", "TEXT", False),
    ]


@pytest.mark.parametrize(
    ("query", "user", "integrations"),
    [
        ("integrations=slack,gmail", "user_1", {"slack", "gmail"}),
        ("integrations=nothing", "user_1", set()),
        ("categories=crm", "user_1", {"salesforce", "hubspot"}),
        ("", "user_with_slack_only", {"slack"}),
        ("", "user_without_connections", set()),
        ("limit_to_available=false&integrations=slack", "user_without_connections", {"slack"}),
    ],
)
def test_list_is_filtered(
    client: httpx.Client, query: str, user: str, integrations: set[str]
) -> None:
    assert set(listed(client, query, user)) == integrations


@pytest.mark.parametrize(
    ("call", "user", "headers", "status"),
    [
        (SLACK, "user_1", {}, 200),
        (SLACK, "user_with_slack_only", {}, 200),
        (GMAIL, "user_with_slack_only", {}, 404),
        (SLACK, "somebody", {}, 200),
        (SLACK, "user_1", {"x-paragon-credential": "6b2e8c74-1d3f-4a65-8e7f-0a9b8c7d6e5f"}, 200),
        (GMAIL, "user_1", {"x-paragon-credential": "6b2e8c74-1d3f-4a65-8e7f-0a9b8c7d6e5f"}, 404),
        (GMAIL, "user_1", {"x-paragon-credential": "9c3f7d85-2e4a-4b76-9f80-1bac9d8e7f60"}, 500),
        (SLACK, "user_1", {"x-paragon-credential": "1a4b5c6d-7e8f-4091-a2b3-c4d5e6f70819"}, 404),
        (SLACK, "user_2", {"x-paragon-credential": "1a4b5c6d-7e8f-4091-a2b3-c4d5e6f70819"}, 200),
        (SLACK, "user_1", {"x-paragon-credential": "nobody's"}, 404),
    ],
    ids=[
        *("connected", "only-slack", "not-connected", "unknown-user", "second-account"),
        *("other-integration", "stale", "another-users", "its-users", "unknown-account"),
    ],
)
def test_account_decides(
    client: httpx.Client, call: Any, user: str, headers: dict[str, str], status: int
) -> None:
    answer = run(client, call["tool"], call["parameters"], **headers, authorization=token(user))
    assert answer.status_code == status
    assert answer.headers["emulator-rule"] == "behaviour"
    if status == 404:
        assert answer.json()["message"] == "Integration not enabled for user."
        assert answer.json()["meta"]["endUserId"] == user
    if status == 500:
        assert json.loads(answer.json()["message"])["message"] == "Unauthorized"


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ({"integration:*": True}, 200),
        ({"integration:*": ["actionkit"]}, 200),
        ('{"credential:*": ["actionkit"]}', 200),
        ({"integration:slack": ["actionkit"]}, 200),
        ({"integration:gmail": ["actionkit"]}, 403),
        ({"credential:*": ["credential:write"]}, 403),
        ({}, 403),
        ("{", 403),
    ],
    ids=str,
)
def test_permissions_decide(client: httpx.Client, claim: Any, status: int) -> None:
    sent = token(claims={PERMISSIONS: claim})
    answer = run(client, SLACK["tool"], SLACK["parameters"], authorization=sent)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "7210"


def test_list_needs_the_permission_too(client: httpx.Client) -> None:
    sent = {"authorization": token(claims={PERMISSIONS: {"credential:*": ["credential:write"]}})}
    assert client.get("/projects/p/tools", headers=sent).status_code == 403


def test_pages_follow_the_cursor_to_the_end(client: httpx.Client) -> None:
    names: list[str] = []
    cursor: str | None = None
    while True:
        parameters: dict[str, Any] = {"includeFolders": True}
        if cursor is not None:
            parameters["paginationParameters"] = {"pageCursor": cursor}
        page = run(client, "GOOGLE_DRIVE_LIST_FILES", parameters).json()
        names += [file["name"] for file in page["files"]]
        cursor = page.get("nextPageCursor")
        if cursor is None:
            break
    assert names == ["Plan.docx", "Figures.xlsx", "Notes.txt"]


def test_download_is_the_file_itself(client: httpx.Client) -> None:
    def download(id_: str) -> httpx.Response:
        return run(client, "GOOGLE_DRIVE_DOWNLOAD_FILE", {"fileId": id_})

    document, sheet = download("1x2Y3z4A5b6C7d8E9f0G"), download("0g9F8e7D6c5B4a3Z2y1X")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF-")
    assert "spreadsheetml" in sheet.headers["content-type"]
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(sheet.content)).namelist()
    assert download("3n4O5t6E7s8T9x0T1a2B").text == "Start on Monday.\n"


def test_provider_failure_is_json_in_the_message(client: httpx.Client) -> None:
    answer = run(client, "GOOGLE_DRIVE_GET_FILE_BY_ID", {"fileId": "missing"})
    assert (answer.status_code, answer.json()["code"]) == (500, "41070")
    assert json.loads(answer.json()["message"])["error"]["code"] == 404


def test_message_is_echoed_with_a_fresh_time_stamp(client: httpx.Client) -> None:
    sent = [run(client, "SLACK_SEND_MESSAGE", {"channel": "C1", "message": m}) for m in "ab"]
    assert [answer.json()["message"]["text"] for answer in sent] == ["a", "b"]
    assert len({answer.json()["ts"] for answer in sent}) == 2


def test_what_was_made_is_found_again_in_its_scope_alone(client: httpx.Client) -> None:
    repository = {"owner": "o", "repository": "r"}
    made = run(client, "GITHUB_CREATE_ISSUE", {**repository, "title": "Bug"}, "issues").json()
    wanted = {**repository, "issueNumber": made["number"]}
    assert run(client, "GITHUB_GET_ISSUE_BY_NUMBER", wanted, "issues").json() == made
    assert run(client, "GITHUB_GET_ISSUE_BY_NUMBER", wanted, "elsewhere").status_code == 500


def test_event_is_created_listed_and_deleted(client: httpx.Client) -> None:
    times = {"start": "2026-05-04T10:00:00Z", "end": "2026-05-04T11:00:00Z"}
    made = run(client, "GOOGLE_CALENDAR_CREATE_EVENT", {"summary": "Plan", **times}, "events")
    before, first = (run(client, LIST, {}, scope).json()["items"] for scope in ("new", "events"))
    gone = {"eventId": made.json()["id"]}
    deleted = [run(client, "GOOGLE_CALENDAR_DELETE_EVENT", gone, "events") for _ in "12"]
    assert [event["id"] for event in first] == [*(each["id"] for each in before), gone["eventId"]]
    assert [answer.status_code for answer in deleted] == [200, 500]
    assert run(client, LIST, {}, "events").json()["items"] == before


def test_sent_email_and_written_page_can_be_read(client: httpx.Client) -> None:
    mail = {"toRecipients": {}, "from": "a@example.com", "subject": "S", "messageContent": "M"}
    sent = run(client, "GMAIL_SEND_EMAIL", mail).json()
    read = run(client, "GMAIL_GET_EMAIL_BY_ID", {"userId": "me", "messageId": sent["id"]}).json()
    page = run(client, "NOTION_CREATE_PAGE", {"parentId": "1", "title": "T", "content": "C"})
    content = run(client, "NOTION_GET_PAGE_CONTENT", {"pageId": page.json()["id"]}).text
    assert read["snippet"] == "M"
    assert '"plain_text":"C"' in content
