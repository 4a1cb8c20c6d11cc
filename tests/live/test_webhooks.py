"""Webhooks on the wire: tried again as the clock is moved, shut down with what is under way."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from emulator.http.targets import parse_targets
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.composio import Service, deliveries, send_message, subscribe
from tests.support.receiver import receiving

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
SETTINGS = Settings(specs=("composio",), now=NOW)


@contextmanager
def serving(settings: Settings = SETTINGS) -> Iterator[httpx.Client]:
    """A client of an emulator of its own."""
    with (
        running(create_app(settings)) as url,
        httpx.Client(base_url=url, timeout=20, trust_env=False) as client,
    ):
        yield client


def advance(composio: Service, client: httpx.Client, seconds: float) -> None:
    headers = {"emulator-scope": composio.scope}
    moved = client.post("/__admin/clock/advance", json={"seconds": seconds}, headers=headers)
    assert moved.status_code == 200


def test_message_is_sent_until_it_is_taken() -> None:
    with receiving() as receiver, serving() as client:
        receiver.answer_with(500, 500, 200)
        composio = Service(client)
        subscribe(composio, receiver.url)
        send_message(composio)
        seen = [deliveries(composio, client)[0]]
        for seconds in (5, 300):
            advance(composio, client, seconds)
            seen.append(deliveries(composio, client)[0])
    assert [each["state"] for each in seen] == ["waiting", "waiting", "delivered"]
    assert [each["next_try"] for each in seen] == [
        "2026-04-28T14:30:05.000Z",
        "2026-04-28T14:35:05.000Z",
        None,
    ]
    assert [each["status"] for each in seen[-1]["attempts"]] == [500, 500, 200]
    first, *others = receiver.received
    for number, other in enumerate(others, 2):
        assert (other.body, other.headers["webhook-id"]) == (
            first.body,
            first.headers["webhook-id"],
        )
        assert other.headers["x-composio-delivery-attempt"] == str(number)
        assert other.headers["webhook-signature"] != first.headers["webhook-signature"]


def test_deleted_subscription_gets_nothing_more() -> None:
    with receiving() as receiver, serving() as client:
        receiver.answer_with(500)
        composio = Service(client)
        made = subscribe(composio, receiver.url)
        send_message(composio)
        deliveries(composio, client)
        composio("DELETE", f"/webhook_subscriptions/{made['id']}")
        advance(composio, client, 200_000)
        assert [each["state"] for each in deliveries(composio, client)] == ["withdrawn"]
    assert len(receiver.received) == 1


def test_setting_names_other_targets() -> None:
    settings = Settings(("composio",), webhook_targets=parse_targets("hooks.example.com"))
    with serving(settings) as client:
        made = subscribe(Service(client), "https://hooks.example.com/a")
        assert made["webhook_url"] == "https://hooks.example.com/a"


def test_retries_can_be_switched_off() -> None:
    with serving(Settings(("composio",), webhook_retries=())) as client:
        composio = Service(client)
        subscribe(composio, "http://127.0.0.1:9/a")
        send_message(composio)
        (delivery,) = deliveries(composio, client)
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)
    assert delivery["attempts"][0]["error"]


def test_server_stops_while_messages_wait_for_the_clock(caplog: pytest.LogCaptureFixture) -> None:
    threads = set(threading.enumerate())
    with serving() as client:
        composio = Service(client)
        subscribe(composio, "http://127.0.0.1:9/a")
        send_message(composio)
        assert [each["state"] for each in deliveries(composio, client)] == ["waiting"]
    assert set(threading.enumerate()) == threads
    assert caplog.records == []


def test_server_stops_while_a_receiver_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    threads = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as server:
        client = server.enter_context(serving())
        composio = Service(client)
        subscribe(composio, f"http://127.0.0.1:{silent.getsockname()[1]}/a")
        send_message(composio)
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(4) == b"POST"
            server.close()
            while connection.recv(65_536):
                pass
    assert set(threading.enumerate()) == threads
    assert caplog.records == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8", "me.example"])
def test_nothing_is_sent_to_the_emulator_itself(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def everywhere(_: httpx.URL) -> list[str]:
        return ["127.0.0.1"]

    if host == "me.example":
        monkeypatch.setattr("emulator.server.webhooks.sender._addresses", everywhere)
    settings = Settings(("composio",), webhook_retries=(), webhook_targets=parse_targets("any"))
    with serving(settings) as client:
        composio = Service(client)
        subscribe(composio, f"http://{host}:{client.base_url.port}/__admin/reset")
        send_message(composio)
        (delivery,) = deliveries(composio, client)
        assert delivery["state"] == "withheld"
        assert "is this emulator itself" in delivery["attempts"][0]["error"]
