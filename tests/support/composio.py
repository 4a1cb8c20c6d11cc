"""A client of the live emulator's Composio with a scope of its own, and its webhooks."""

import uuid
from typing import Any

import httpx

PREFIX = "/api/v3.1"
HEADERS = {"x-api-key": "ak_test"}

MESSAGE = "composio.trigger.message"
EXPIRED = "composio.connected_account.expired"
DISABLED = "composio.trigger.disabled"
SEND = {"user_id": "user_123", "arguments": {"channel": "C1", "text": "hi"}}


class Service:
    """Requests by path below the prefix; every instance is a fresh scope."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.scope = uuid.uuid4().hex

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        """Send a request; `path` may hold a query."""
        sent = HEADERS | {"emulator-scope": self.scope} | headers
        return self._client.request(method, PREFIX + path, json=json, headers=sent)

    def get(self, path: str) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, path: str, field: str = "id") -> list[str]:
        """One field of every item of a list."""
        return [item[field] for item in self.get(path)["items"]]


def subscribe(composio: Service, url: str, *events: str, **more: str) -> dict[str, Any]:
    """A subscription to these events, by default to messages of triggers."""
    body = {"webhook_url": url, "enabled_events": events or [MESSAGE], **more}
    answer = composio("POST", "/webhook_subscriptions", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def deliveries(composio: Service, client: httpx.Client) -> list[dict[str, Any]]:
    """The scope's deliveries, when nothing is under way any more."""
    headers = {"emulator-scope": composio.scope}
    answer = client.get("/__admin/deliveries?settled=true", headers=headers)
    found: list[dict[str, Any]] = answer.json()["deliveries"]
    return found


def send_message(composio: Service, body: Any = SEND) -> None:
    """Send a message with Slack, which a trigger reports."""
    assert composio("POST", "/tools/execute/SLACK_SEND_MESSAGE", body).status_code == 200
