"""Composio's webhook subscriptions, and what they are told."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.composio import (
    DISABLED,
    EXPIRED,
    MESSAGE,
    SEND,
    Service,
    deliveries,
    send_message,
    subscribe,
)
from tests.support.receiver import Received, Receiver, receiving

EXAMPLE = "/webhook_subscriptions/ws_7pL2mQ9xRt"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def told(composio: Service, client: httpx.Client, receiver: Receiver) -> list[Any]:
    """The bodies that were received."""
    deliveries(composio, client)
    return [json.loads(each.body) for each in receiver.received]


def test_subscription_is_made_once(composio: Service) -> None:
    made = subscribe(composio, "http://127.0.0.1:9/a")
    assert (made["version"], made["enabled_events"]) == ("V3", [MESSAGE])
    again = composio("POST", "/webhook_subscriptions", made)
    assert (again.status_code, again.json()["error"]["status"]) == (409, 409)
    assert composio.ids("/webhook_subscriptions") == [made["id"]]


def test_secret_is_told_in_full_and_under_the_older_path_masked(
    composio: Service, client: httpx.Client
) -> None:
    made = subscribe(composio, "http://127.0.0.1:9/a")
    older = {"x-api-key": "ak_test", "emulator-scope": composio.scope}
    path = f"/webhook_subscriptions/{made['id']}"
    assert composio.get(path) == made
    masked = client.get("/api/v3" + path, headers=older).json()
    assert masked == {**made, "secret": made["secret"][:4] + "..."}


def test_rotated_secret_is_new(composio: Service) -> None:
    made = subscribe(composio, "http://127.0.0.1:9/a")
    path = f"/webhook_subscriptions/{made['id']}"
    secrets = {made["secret"]}
    for _ in range(2):
        rotated = composio("POST", f"{path}/rotate_secret").json()
        assert composio.get(path)["secret"] == rotated["secret"]
        secrets.add(rotated["secret"])
    assert len(secrets) == 3


def test_subscription_is_changed_in_what_is_given(composio: Service) -> None:
    made = subscribe(composio, "http://127.0.0.1:9/a")
    path = f"/webhook_subscriptions/{made['id']}"
    changed = composio("PATCH", path, {"version": "V1"}).json()
    assert changed == made | {"version": "V1", "updated_at": changed["updated_at"]}
    assert composio("PATCH", path, {}).status_code == 400


def test_deleted_subscription_is_gone_and_leaves_room(composio: Service) -> None:
    made = subscribe(composio, "http://127.0.0.1:9/a")
    path = f"/webhook_subscriptions/{made['id']}"
    assert composio("DELETE", path).json() == {"success": True}
    for method, place, body in (
        ("GET", path, None),
        ("PATCH", path, {"version": "V1"}),
        ("DELETE", path, None),
        ("POST", f"{path}/rotate_secret", None),
    ):
        assert composio(method, place, body).status_code == 404
    subscribe(composio, "http://127.0.0.1:9/a")


@pytest.mark.parametrize("url", ["ftp:a", "http://[x/", "hooks"])
def test_text_that_is_no_url_is_refused(composio: Service, url: str) -> None:
    made = subscribe(composio, "http://127.0.0.1:9/a")
    for method, path in (
        ("POST", "/webhook_subscriptions"),
        ("PATCH", f"/webhook_subscriptions/{made['id']}"),
    ):
        answer = composio(method, path, {"webhook_url": url, "enabled_events": [MESSAGE]})
        assert answer.status_code == 400
        assert answer.json()["error"]["slug"] == "HTTP_BadRequest"
    assert composio.get("/webhook_subscriptions")["items"] == [made]


@pytest.mark.parametrize("url", ["https://hooks.example.com/a", "http://10.0.0.7/"])
def test_delivery_to_another_machine_is_withheld(
    composio: Service, client: httpx.Client, url: str
) -> None:
    made = subscribe(composio, url)
    assert made["webhook_url"] == url
    event = {"type": MESSAGE, "data": {}}
    scope = {"emulator-scope": composio.scope}
    assert client.post("/__admin/webhooks/composio", json=event, headers=scope).status_code == 202
    (delivery,) = deliveries(composio, client)
    assert (delivery["state"], delivery["next_try"]) == ("withheld", None)
    assert "--webhook-targets does not name it" in delivery["attempts"][0]["error"]


def test_subscription_of_the_examples_is_nobodys(
    composio: Service, client: httpx.Client, receiver: Receiver
) -> None:
    assert composio("PATCH", EXAMPLE, {"webhook_url": receiver.url}).status_code == 200
    send_message(composio)
    assert deliveries(composio, client) == []
    assert composio.ids("/webhook_subscriptions") == []


def test_tool_that_has_an_event_is_heard_by_the_trigger(
    composio: Service, client: httpx.Client, receiver: Receiver
) -> None:
    subscribe(composio, receiver.url)
    send_message(composio)
    (body,) = told(composio, client, receiver)
    (received,) = receiver.received
    assert received.headers["webhook-id"] == body["id"]
    assert received.headers["x-composio-webhook-version"] == "V3"
    assert received.headers["x-composio-delivery-attempt"] == "1"
    assert body["type"] == MESSAGE
    assert (body["data"]["channel"], body["data"]["text"]) == ("C1", "hi")
    assert body["metadata"] == {
        "log_id": body["metadata"]["log_id"],
        "trigger_slug": "SLACK_RECEIVE_MESSAGE",
        "trigger_id": "ti_8Bq3kLw0",
        "connected_account_id": "ca_Ux6vHc2Lq9Rb",
        "auth_config_id": "ac_slack",
        "user_id": "user_123",
    }


def test_message_has_the_shape_of_its_version(
    composio: Service, client: httpx.Client, receiver: Receiver
) -> None:
    subscription = subscribe(composio, receiver.url, version="V1")
    send_message(composio)
    composio("PATCH", f"/webhook_subscriptions/{subscription['id']}", {"version": "V2"})
    send_message(composio)
    first, second = told(composio, client, receiver)
    assert set(first) == {"trigger_name", "trigger_id", "connection_id", "payload", "log_id"}
    assert first["payload"]["text"] == "hi"
    assert set(second) == {"type", "timestamp", "log_id", "data"}
    assert second["type"] == "slack_receive_message"
    assert second["data"].items() >= {"trigger_nano_id": "ti_8Bq3kLw0", "text": "hi"}.items()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/trigger_instances/manage/ti_8Bq3kLw0", {"status": "disable"}),
        ("DELETE", "/trigger_instances/manage/ti_8Bq3kLw0", None),
        ("PATCH", "/connected_accounts/ca_Ux6vHc2Lq9Rb/status", {"enabled": False}),
        ("DELETE", "/connected_accounts/ca_Ux6vHc2Lq9Rb", None),
        (
            "POST",
            "/trigger_instances/SLACK_RECEIVE_MESSAGE/upsert",
            {"connected_account_id": "ca_Ux6vHc2Lq9Rb", "trigger_config": {"channel": "C2"}},
        ),
    ],
    ids=["disabled", "deleted", "account-disabled", "account-deleted", "another-channel"],
)
def test_trigger_that_does_not_listen_hears_nothing(
    composio: Service, client: httpx.Client, method: str, path: str, body: Any
) -> None:
    subscribe(composio, "http://127.0.0.1:9/a")
    assert composio(method, path, body).status_code == 200
    send_message(composio, {**SEND, "user_id": "user_1"})
    assert deliveries(composio, client) == []


@pytest.mark.parametrize(
    ("arguments", "headers"),
    [({"channel": "C_NOT_FOUND"}, {}), (SEND["arguments"], {"prefer": "code=200"}), ({}, {})],
    ids=["failed", "forced", "invalid"],
)
def test_what_did_not_happen_is_not_told(
    composio: Service, client: httpx.Client, arguments: Any, headers: dict[str, str]
) -> None:
    subscribe(composio, "http://127.0.0.1:9/a")
    body = {**SEND, "arguments": arguments}
    composio("POST", "/tools/execute/SLACK_SEND_MESSAGE", body, **headers)
    assert deliveries(composio, client) == []


def test_session_that_sends_is_heard_too(
    composio: Service, client: httpx.Client, receiver: Receiver
) -> None:
    subscribe(composio, receiver.url)
    session = composio("POST", "/tool_router/session", {"user_id": "user_123"}).json()
    call = {"tool_slug": "SLACK_SEND_MESSAGE", "arguments": SEND["arguments"]}
    composio("POST", f"/tool_router/session/{session['session_id']}/execute", call)
    assert [body["type"] for body in told(composio, client, receiver)] == [MESSAGE]


def test_account_that_cannot_be_refreshed_expires_with_its_triggers(
    composio: Service, client: httpx.Client, receiver: Receiver
) -> None:
    subscribe(composio, receiver.url, EXPIRED, DISABLED)
    account = "ca_unrefreshable"
    made = {"connected_account_id": account, "trigger_config": {"channel": "C1"}}
    trigger = composio("POST", "/trigger_instances/SLACK_RECEIVE_MESSAGE/upsert", made).json()
    for _ in range(2):
        refreshed = composio("POST", f"/connected_accounts/{account}/refresh", {}).json()
        assert refreshed["status"] == "EXPIRED"
    expired, disabled = told(composio, client, receiver)
    shown = composio.get(f"/connected_accounts/{account}")
    assert expired["data"] == shown
    assert (shown["status"], expired["type"]) == ("EXPIRED", EXPIRED)
    assert set(expired["metadata"]) == {"project_id", "org_id"}
    assert disabled["type"] == DISABLED
    assert disabled["data"]["id"] == trigger["trigger_id"]
    assert disabled["data"]["trigger_config"] == {"channel": "C1"}
    assert trigger["trigger_id"] not in composio.ids("/trigger_instances/active")


def test_older_versions_have_no_shape_for_an_expired_account(
    composio: Service, client: httpx.Client
) -> None:
    subscribe(composio, "http://127.0.0.1:9/a", EXPIRED, version="V2")
    composio("POST", "/connected_accounts/ca_unrefreshable/refresh", {})
    assert deliveries(composio, client) == []


def test_event_that_is_not_enabled_is_not_told(composio: Service, client: httpx.Client) -> None:
    subscribe(composio, "http://127.0.0.1:9/a", EXPIRED)
    send_message(composio)
    assert deliveries(composio, client) == []


def test_same_requests_are_told_in_the_same_bytes(client: httpx.Client, receiver: Receiver) -> None:
    runs: list[list[Received]] = []
    for _ in range(2):
        composio = Service(client)
        subscribe(composio, receiver.url)
        for _ in range(2):
            send_message(composio)
        deliveries(composio, client)
        runs.append(receiver.received.copy())
        receiver.received.clear()
    assert runs[0] == runs[1]
    assert len({each.headers["webhook-id"] for each in runs[0]}) == 2
