"""The official Python SDK of Composio takes the emulator's webhooks for the service's own."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.composio_sdk import MESSAGE, SLACK, VERSION, Sdk, client, raises
from tests.support.receiver import Received, receiving


@pytest.fixture
def sdk(
    server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sdk]:
    made = client(server, monkeypatch, scope=scope(request))
    yield made
    made.client.close()


def scope(request: pytest.FixtureRequest) -> str:
    return "webhooks-" + "".join(c if c.isalnum() else "-" for c in request.node.name)[:80]


def received(server: str, sdk: Sdk, name: str, version: str) -> tuple[str, Received]:
    """(secret, what a subscription of this version was told of a Slack message)."""
    with receiving() as receiver:
        made = sdk.triggers.set_webhook_subscription(webhook_url=receiver.url, version=version)
        sdk.tools.execute(SLACK, MESSAGE, user_id="user_123", version=VERSION)
        headers = {"emulator-scope": name}
        url = f"{server}/__admin/deliveries?settled=true"
        httpx.get(url, headers=headers, trust_env=False)
    return made["secret"], receiver.received[0]


def verify(sdk: Sdk, secret: str, received: Received, body: bytes | None = None) -> Sdk:
    return sdk.triggers.verify_webhook(
        id=received.headers["webhook-id"],
        payload=(received.body if body is None else body).decode(),
        secret=secret,
        signature=received.headers["webhook-signature"],
        timestamp=received.headers["webhook-timestamp"],
    )


@pytest.mark.parametrize("version", ["V1", "V2", "V3"])
def test_message_is_verified_and_understood(
    server: str, sdk: Sdk, request: pytest.FixtureRequest, version: str
) -> None:
    secret, message = received(server, sdk, scope(request), version)
    verified = verify(sdk, secret, message)
    assert verified["version"].value == version
    event = verified["payload"]
    assert (event["id"], event["trigger_slug"]) == ("ti_8Bq3kLw0", "SLACK_RECEIVE_MESSAGE")
    assert event["payload"]["text"] == MESSAGE["markdown_text"]
    assert event["metadata"]["connected_account"]["id"] == "ca_Ux6vHc2Lq9Rb"


def test_message_that_was_tampered_with_is_refused(
    server: str, sdk: Sdk, request: pytest.FixtureRequest
) -> None:
    secret, message = received(server, sdk, scope(request), "V3")
    for bad_secret, body in ((secret, message.body + b" "), (secret[:-1], message.body)):
        with raises("WebhookSignatureVerificationError"):
            verify(sdk, bad_secret, message, body)


def test_rotated_secret_signs_from_then_on(
    server: str, sdk: Sdk, request: pytest.FixtureRequest
) -> None:
    name = scope(request)
    old, first = received(server, sdk, name, "V3")
    subscription = sdk.webhooks.subscriptions.list().items[0].id
    new = sdk.webhooks.subscriptions.rotate_secret(subscription).secret
    _, second = received(server, sdk, name, "V3")
    assert verify(sdk, old, first)
    assert verify(sdk, new, second)
    with raises("WebhookSignatureVerificationError"):
        verify(sdk, old, second)


def test_event_types_are_listed(sdk: Sdk) -> None:
    found = {each.event_type for each in sdk.webhooks.subscriptions.list_event_types().items}
    assert found >= {"composio.trigger.message", "composio.connected_account.expired"}
