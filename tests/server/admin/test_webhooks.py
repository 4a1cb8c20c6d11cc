"""Webhooks in the control plane: events on demand, what became of deliveries."""

import json
from typing import Any

import httpx
import pytest

from tests.support.composio import DISABLED, EXPIRED, MESSAGE, Service, deliveries, subscribe
from tests.support.receiver import receiving

ACCOUNT = "ca_Ux6vHc2Lq9Rb"


def emit(client: httpx.Client, scope: str, event: Any, api: str = "composio") -> httpx.Response:
    headers = {"emulator-scope": scope}
    return client.post(f"/__admin/webhooks/{api}", json=event, headers=headers)


def test_event_is_told_as_it_was_posted(client: httpx.Client) -> None:
    composio = Service(client)
    event = {"type": MESSAGE, "data": {"a": 1}, "metadata": {"trigger_slug": "X"}}
    with receiving() as receiver:
        subscription = subscribe(composio, receiver.url)
        answer = emit(client, composio.scope, event)
        (delivery,) = deliveries(composio, client)
    assert answer.status_code == 202
    (head,) = answer.json()["deliveries"]
    assert head == {
        "id": head["id"],
        "type": MESSAGE,
        "subscription": subscription["id"],
        "url": subscription["webhook_url"],
    }
    assert delivery == {
        "api": "composio",
        **head,
        "state": "delivered",
        "attempts": [{"at": "2026-04-28T14:30:00.000Z", "status": 204, "error": None}],
        "next_try": None,
    }
    body = json.loads(receiver.received[0].body)
    assert (body["id"], body["data"]) == (head["id"], {"a": 1})
    assert body["metadata"].items() >= {"trigger_slug": "X"}.items()


def test_event_of_a_triggers_type_is_for_the_triggers(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a")
    told = [
        len(emit(client, composio.scope, {"type": type_}).json()["deliveries"])
        for type_ in ("SLACK_RECEIVE_MESSAGE", "GITHUB_COMMIT_EVENT")
    ]
    assert told == [1, 0]


def test_account_that_is_told_to_have_expired_has(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a", EXPIRED, DISABLED)
    sent = emit(client, composio.scope, {"type": EXPIRED, "data": {"id": ACCOUNT}}).json()
    assert [each["type"] for each in sent["deliveries"]] == [EXPIRED, DISABLED]
    assert composio.get(f"/connected_accounts/{ACCOUNT}")["status"] == "EXPIRED"


def test_every_event_has_an_id_of_its_own(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a")
    event = {"type": "SLACK_RECEIVE_MESSAGE", "data": {}}
    sent = [emit(client, composio.scope, event).json()["deliveries"][0] for _ in range(3)]
    assert len({each["id"] for each in sent}) == 3


def test_scopes_do_not_hear_one_another(client: httpx.Client) -> None:
    here, there = Service(client), Service(client)
    for each in (here, there):
        subscribe(each, "http://127.0.0.1:9/a")
    emit(client, here.scope, {"type": MESSAGE})
    assert [len(deliveries(each, client)) for each in (here, there)] == [1, 0]


def test_reset_forgets_deliveries_and_subscriptions(client: httpx.Client) -> None:
    composio = Service(client)
    subscribe(composio, "http://127.0.0.1:9/a")
    emit(client, composio.scope, {"type": MESSAGE})
    assert [each["state"] for each in deliveries(composio, client)] == ["waiting"]
    client.post("/__admin/reset", headers={"emulator-scope": composio.scope})
    assert deliveries(composio, client) == []
    assert emit(client, composio.scope, {"type": MESSAGE}).json() == {"deliveries": []}


@pytest.mark.parametrize(
    ("api", "event", "status", "hint"),
    [
        ("nothing", {"type": MESSAGE}, 404, "composio"),
        ("paragon", {"type": MESSAGE}, 404, "composio"),
        ("composio", [], 422, '"object"'),
        ("composio", {"type": 1}, 422, "/type"),
        ("composio", {"data": {}}, 422, '"type"'),
        ("composio", {"type": MESSAGE, "dat": 1}, 422, "'dat'"),
        ("composio", {"type": "composio.unknown"}, 422, MESSAGE),
    ],
)
def test_event_that_cannot_be_is_refused(
    client: httpx.Client, api: str, event: Any, status: int, hint: str
) -> None:
    answer = emit(client, "refused-events", event, api)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert hint in answer.json()["detail"]


def test_body_that_is_no_json_is_refused(client: httpx.Client) -> None:
    for body in (b"{", b"\xff"):
        answer = client.post("/__admin/webhooks/composio", content=body)
        assert answer.status_code == 400


@pytest.mark.parametrize(("method", "path"), [("GET", "deliveries"), ("POST", "webhooks/composio")])
def test_scope_that_cannot_be_used_is_refused(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, f"/__admin/{path}", headers={"emulator-scope": "a b"})
    assert answer.status_code == 400
