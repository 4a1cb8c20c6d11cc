"""Composio's execution of tools: accounts, versions, texts, and what the ledger notes."""

from typing import Any

import httpx
import pytest

from emulator.mock.state.memory_store import MemoryStore
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.composio import Service

SLACK = "/tools/execute/SLACK_SEND_MESSAGE"
ARGUMENTS = {"channel": "C0123456789", "markdown_text": "Deployed."}


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"user_id": "stranger"}, 404, 1810),
        ({"connected_account_id": "ca_user_123_github"}, 404, 1810),
        ({"connected_account_id": "ca_user_1_slack"}, 400, 1812),
        ({"connected_account_id": "ca_other_project"}, 400, 1803),
        ({"connected_account_id": "ca_revoked"}, 422, 10422),
        ({"connected_account_id": "ca_failed"}, 422, 10422),
        ({"connected_account_id": "ca_initializing"}, 422, 10422),
        ({"version": "20200101_00"}, 404, 2401),
    ],
    ids=str,
)
def test_call_is_refused(composio: Service, more: dict[str, Any], status: int, code: int) -> None:
    answer = composio("POST", SLACK, {"user_id": "user_123", "arguments": ARGUMENTS} | more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_older_api_says_400_for_a_missing_account(client: httpx.Client) -> None:
    body = {"user_id": "stranger", "arguments": ARGUMENTS}
    path = "/api/v3/tools/execute/SLACK_SEND_MESSAGE"
    answer = client.post(path, json=body, headers={"x-api-key": "ak"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 1810)


@pytest.mark.parametrize("version", [None, "00000000_00", "20251001_00", "latest"])
def test_call_names_a_version_or_none(composio: Service, version: str | None) -> None:
    body = {"user_id": "user_123", "arguments": ARGUMENTS}
    body |= {} if version is None else {"version": version}
    assert composio("POST", SLACK, body).json()["successful"] is True


def test_connection_given_with_the_call_needs_no_account(composio: Service) -> None:
    given = {"authScheme": "OAUTH2", "toolkitSlug": "slack", "val": {"access_token": "t"}}
    body = {"user_id": "stranger", "arguments": ARGUMENTS, "custom_connection_data": given}
    assert composio("POST", SLACK, body).json()["successful"] is True


def test_text_becomes_arguments(composio: Service) -> None:
    text = "Tell the team in C0123456789 that the release is deployed."
    done = composio("POST", SLACK, {"user_id": "user_123", "text": text}).json()
    assert done["data"]["channel"] == "C0123456789"
    assert "deployed" in done["data"]["message"]["text"]


def test_messages_sent_can_be_read(composio: Service) -> None:
    body = {"user_id": "user_123", "arguments": ARGUMENTS}
    sent = [composio("POST", SLACK, body).json()["data"]["ts"] for _ in range(2)]
    read = {"user_id": "user_123", "arguments": {"channel": "C0123456789"}}
    path = "/tools/execute/SLACK_FETCH_CONVERSATION_HISTORY"
    found = composio("POST", path, read).json()["data"]["messages"]
    assert [message["ts"] for message in found] == sent
    assert len(set(sent)) == 2


def test_what_was_done_is_counted_by_call() -> None:
    app = create_app(Settings(specs=("composio",), now=NOW))
    read = "/tools/execute/GITHUB_GET_A_REPOSITORY"
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        composio = Service(client)
        body = {"user_id": "user_123", "arguments": ARGUMENTS}
        for _ in range(2):
            composio("POST", SLACK, body, **{"x-request-id": "r1"})
        composio("POST", SLACK, body | {"arguments": {"channel": "C_NOT_FOUND"}})
        composio("POST", SLACK, body | {"arguments": {}})
        composio("POST", read, {"user_id": "user_123", "arguments": {"owner": "o", "repo": "r"}})
        store = app.dispatcher.store
        assert isinstance(store, MemoryStore)
        done = store.executions(composio.scope)
    assert [(each.tool, each.side_effect, each.call) for each in done] == [
        ("SLACK_SEND_MESSAGE", "send", "r1"),
    ] * 2
