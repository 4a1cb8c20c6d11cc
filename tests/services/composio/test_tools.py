"""Composio's tools: lists by every filter, versions, slugs, arguments from a text."""

import pytest

from tests.support.composio import Service

SLACK = "SLACK_SEND_MESSAGE"
SLACKS = {SLACK, "SLACK_LIST_ALL_CHANNELS", "SLACK_FETCH_CONVERSATION_HISTORY"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"tool_slugs={SLACK}%2CGMAIL_SEND_EMAIL", {SLACK, "GMAIL_SEND_EMAIL"}),
        (f"tool_slugs={SLACK}&toolkit_slug=gmail&limit=9999", {SLACK}),
        ("toolkit_slug=SLACK", SLACKS),
        ("auth_config_ids=ac_slack", SLACKS),
        ("query=slack+send+message", {SLACK}),
        ("search=slack+send+message", {SLACK}),
        ("toolkit_slug=slack&toolkit_versions[slack]=20251001_00", {SLACK}),
        ("toolkit_slug=slack&toolkit_versions[slack]=20990101_00", set()),
        ("toolkit_slug=slack&toolkit_versions=latest", SLACKS),
        ("tags=no_such_tag", set()),
        ("toolkit_slug=slack&important=true", SLACKS),
    ],
)
def test_tools_are_filtered(composio: Service, query: str, expected: set[str]) -> None:
    assert set(composio.ids(f"/tools?{query}", "slug")) == expected


def test_deprecated_tools_are_listed_only_if_asked_for(composio: Service) -> None:
    assert "GITHUB_ISSUES_CREATE" not in composio.ids("/tools?limit=1000", "slug")
    found = composio.ids("/tools?limit=1000&include_deprecated=true", "slug")
    assert "GITHUB_ISSUES_CREATE" in found


GITHUB_IS_DEPRECATED = (
    '"GITHUB";version="20250901_00";deprecated=@1769904000;sunset=@1796083200;reason="lifecycle"'
)


@pytest.mark.parametrize(
    ("method", "path", "header"),
    [
        ("GET", "/tools?toolkit_slug=github&limit=1", None),
        (
            "GET",
            "/tools?include_deprecated=true&toolkit_versions[github]=20250901_00",
            GITHUB_IS_DEPRECATED,
        ),
        ("GET", "/tools/GITHUB_ISSUES_CREATE?version=20250901_00", GITHUB_IS_DEPRECATED),
        ("GET", "/tools/GITHUB_ISSUES_CREATE?version=00000000_00", None),
        ("POST", "/tools/execute/GITHUB_ISSUES_CREATE", None),
    ],
)
def test_deprecated_version_of_a_toolkit_is_told_in_a_header(
    composio: Service, method: str, path: str, header: str | None
) -> None:
    answer = composio(method, path, {} if method == "POST" else None)
    assert answer.headers.get("composio-deprecated-toolkits") == header


def test_execution_in_a_deprecated_version_of_a_toolkit_tells_it(composio: Service) -> None:
    answer = composio("POST", "/tools/execute/GITHUB_ISSUES_CREATE", {"version": "20250901_00"})
    assert answer.status_code == 410
    assert answer.headers["composio-deprecated-toolkits"] == GITHUB_IS_DEPRECATED


def test_pages_hold_every_tool_once(composio: Service) -> None:
    everything = composio.ids("/tools?limit=1000", "slug")
    found, cursor = [], ""
    while True:
        page = composio.get(f"/tools?limit=2&cursor={cursor}")
        found += [item["slug"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == everything
    assert page["total_items"] == len(everything)


@pytest.mark.parametrize("cursor", ["%00", "!!!", "OTk5OTk5OTk5OTk5OQ==", "eDp5", "MDow"])
def test_cursor_that_nobody_gave_does_no_harm(composio: Service, cursor: str) -> None:
    assert composio.get(f"/tools?cursor={cursor}")["current_page"] >= 1


def test_slugs_are_json_for_those_who_ask(composio: Service) -> None:
    answer = composio("GET", "/tools/enum", accept="application/json")
    assert SLACK in answer.json()


def test_slugs_are_one_line(composio: Service) -> None:
    answer = composio("GET", "/tools/enum")
    assert answer.headers["content-type"].startswith("text/plain")
    assert SLACK in answer.text.split(",")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/tools/{SLACK}", 200),
        (f"/tools/{SLACK}?version=20251001_00", 200),
        (f"/tools/{SLACK}?version=20990101_00", 404),
        (f"/tools/{SLACK}?toolkit_versions[slack]=20990101_00", 404),
        ("/tools/NO_SUCH_TOOL", 404),
    ],
)
def test_tool_is_there_in_its_versions(composio: Service, path: str, status: int) -> None:
    assert composio("GET", path).status_code == status


def test_text_is_read_for_arguments(composio: Service) -> None:
    text = {"text": "Tell the team in C0123456789 that the release is deployed."}
    answer = composio("POST", f"/tools/execute/{SLACK}/input", text)
    assert answer.json()["arguments"]["channel"] == "C0123456789"


def test_command_line_client_listens_with_a_key_of_the_project(composio: Service) -> None:
    assert composio.get("/cli/realtime/credentials")["pusher_key"]
    body = {"channel_name": "private-cli-pr_dev_4010", "socket_id": "1.1"}
    assert composio("POST", "/cli/realtime/auth", body).status_code == 200


def test_upload_is_new_unless_the_content_is_known(composio: Service) -> None:
    file = {"toolkit_slug": "gmail", "tool_slug": "GMAIL_SEND_EMAIL", "mimetype": "text/plain"}
    types = [
        composio("POST", "/files/upload/request", {**file, "filename": "a", "md5": md5}).json()
        for md5 in ("1" * 32, "2" * 32, "1" * 32)
    ]
    assert [each["type"] for each in types] == ["new", "new", "existing"]


def test_only_a_reply_has_the_time_of_its_thread(composio: Service) -> None:
    for thread, expected in (({}, None), ({"thread_ts": "1.000001"}, "1.000001")):
        body = {"user_id": "user_123", "arguments": {"channel": "C1", "text": "hi", **thread}}
        data = composio("POST", "/tools/execute/SLACK_SEND_MESSAGE", body).json()["data"]
        assert data["message"].get("thread_ts") == expected
        assert ("thread_ts" in data["message"], "channel" in data["message"]) == (
            bool(thread),
            False,
        )
