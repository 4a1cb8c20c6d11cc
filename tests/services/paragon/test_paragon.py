"""Paragon over the wire: lists from the tool files, accounts, permissions, pages, downloads."""

import io
import json
import posixpath
import zipfile
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from emulator.openapi.security.credentials import token_for
from tests.support.clock import NOW

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


def download(client: httpx.Client, id_: str) -> httpx.Response:
    return run(client, "GOOGLE_DRIVE_DOWNLOAD_FILE", {"fileId": id_})


@pytest.mark.parametrize(
    ("id_", "kind", "main"),
    [
        ("0g9F8e7D6c5B4a3Z2y1X", "spreadsheetml.sheet", "xl/workbook.xml"),
        ("7p6R5e4S3l2I1d0E9s8C", "presentationml.presentation", "ppt/presentation.xml"),
    ],
    ids=["spreadsheet", "presentation"],
)
def test_downloaded_package_holds_every_part_it_names(
    client: httpx.Client, id_: str, kind: str, main: str
) -> None:
    answer = download(client, id_)
    assert answer.headers["content-type"] == f"application/vnd.openxmlformats-officedocument.{kind}"
    package = zipfile.ZipFile(io.BytesIO(answer.content))
    assert package.testzip() is None
    parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    declared = {e.get("PartName") for e in parts["[Content_Types].xml"] if e.get("PartName")}
    assert f"/{main}" in declared
    assert {name[1:] for name in declared if name} <= set(parts)
    targets = [
        posixpath.normpath(posixpath.join(posixpath.dirname(name), "..", str(e.get("Target"))))
        for name, relations in parts.items()
        if name.endswith(".rels")
        for e in relations
    ]
    assert main in targets
    assert set(targets) <= set(parts)


def test_downloaded_document_is_a_pdf_that_finds_its_objects(client: httpx.Client) -> None:
    answer = download(client, "1x2Y3z4A5b6C7d8E9f0G")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.endswith(b"%%EOF\n")
    table = int(answer.content.split(b"startxref\n")[1].split()[0])
    rows = answer.content[table:].split(b"trailer")[0].splitlines()[3:]
    for number, row in enumerate(rows, 1):
        assert answer.content[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_downloaded_text_is_as_it_is(client: httpx.Client) -> None:
    assert download(client, "3n4O5t6E7s8T9x0T1a2B").text == "Start on Monday.\n"


@pytest.mark.parametrize("path", ["tools", "sdk/me", "sdk/integrations"])
@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"aud": "useparagon.com/p"}, 200),
        ({"aud": ["elsewhere", "useparagon.com/p"]}, 200),
        ({"aud": "useparagon.com/q"}, 401),
    ],
    ids=["none", "project", "one-of-two", "other-project"],
)
def test_audience_must_be_the_project(
    client: httpx.Client, path: str, claims: Any, status: int
) -> None:
    answer = client.get(f"/projects/p/{path}", headers={"authorization": token(claims=claims)})
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["message"] == "Your authorization token is invalid."


def test_user_has_the_integrations_they_connected(client: httpx.Client) -> None:
    sent = {"authorization": token("user_with_slack_only")}
    user = client.get("/projects/p/sdk/me", headers=sent).json()
    listed = client.get("/projects/p/sdk/integrations", headers=sent).json()
    assert (user["authenticated"], user["userId"]) == (True, "user_with_slack_only")
    assert set(user["integrations"]) == {integration["type"] for integration in listed}
    enabled = {name: each for name, each in user["integrations"].items() if each["enabled"]}
    assert set(enabled) == {"slack"}
    assert enabled["slack"]["credentialStatus"] == "VALID"
    assert len(enabled["slack"]["allCredentials"]) == 2
    assert len({integration["id"] for integration in listed}) == len(listed)


@pytest.mark.parametrize(
    ("user", "integration", "status"),
    [
        ("user_1", "hubspot", 201),
        ("user_with_slack_only", "hubspot", 404),
        ("user_1", "no_such", 404),
    ],
)
def test_subscription_needs_a_connected_integration(
    client: httpx.Client, user: str, integration: str, status: int
) -> None:
    body = {"integration": integration, "type": "RECORD_CREATED", "parameters": {"a": 1}}
    sent = {"authorization": token(user), "emulator-scope": f"subscribe-{user}"}
    path = "/projects/p/trigger-subscriptions"
    answers = [client.post(path, json=body, headers=sent) for _ in "12"]
    assert [answer.status_code for answer in answers] == [status, status]
    if status == 201:
        assert {k: v for k, v in answers[0].json().items() if k in body} == body
        assert answers[0].json()["id"] != answers[1].json()["id"]
    else:
        assert answers[0].json()["message"] == "Integration not enabled for user."


def test_rate_limit_is_told_in_the_flat_shape(client: httpx.Client) -> None:
    answer = client.get("/projects/project-rate-limited/tools", headers={"authorization": token()})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert {"message", "code", "status", "meta"} == set(answer.json())


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


def _structure(value: Any) -> Any:
    """The members and kinds of a value, whatever they hold."""
    if isinstance(value, dict):
        return {name: _structure(each) for name, each in value.items()}
    return [_structure(each) for each in value] if isinstance(value, list) else type(value)


def test_any_message_is_answered_as_the_documented_one_is(client: httpx.Client) -> None:
    documented, other = (
        run(client, SLACK["tool"], {"channel": channel, "message": text}).json()
        for channel, text in (("CSQCUNXBP", "test"), ("C1", "something else"))
    )
    assert _structure(other) == _structure(documented)
    assert other["message"]["blocks"][0]["text"]["text"] == "something else"
