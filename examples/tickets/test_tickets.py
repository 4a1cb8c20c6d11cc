"""The help desk over HTTP: what it remembers, what it tells, and whom it refuses."""

from collections.abc import Iterator

import httpx
import pytest

from emulator.client.embedded import Emulator
from emulator.client.scope import Scope


@pytest.fixture
def desk(tickets_url: str, tickets_headers: dict[str, str]) -> Iterator[httpx.Client]:
    base_url = f"{tickets_url}/help-desk/v1"
    with httpx.Client(base_url=base_url, headers=tickets_headers, trust_env=False) as client:
        yield client


@pytest.fixture
def inbox() -> Iterator[Scope]:
    """Another server, for what is delivered: an emulator sends nothing to itself."""
    with Emulator("tickets") as receiver:
        scope = receiver.scope()
        scope.stub("POST", "/inbox", status=204)
        yield scope


def test_ticket_is_remembered(desk: httpx.Client) -> None:
    made = desk.post("/tickets", json={"title": "The printer is on fire"})
    assert made.status_code == 201
    assert desk.get(f"/tickets/{made.json()['id']}").json() == made.json()
    assert desk.get("/tickets", params={"status": "open"}).json()["tickets"][1:] == [made.json()]


def test_unknown_ticket_is_not_found(desk: httpx.Client) -> None:
    answer = desk.get("/tickets/T-0")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is no ticket T-0."})


def test_tool_closes_a_ticket(desk: httpx.Client, emulator: Scope) -> None:
    assert (
        desk.post("/tools/CLOSE_TICKET", json={"id": "T-1"}).json()["result"]["status"] == "closed"
    )
    assert desk.get("/tickets/T-1").json()["status"] == "closed"
    assert desk.post("/tools/CLOSE_TICKET", json={"id": "T-0"}).status_code == 409
    emulator.assert_executed("CLOSE_TICKET", times=1, arguments={"id": "T-1"})


def test_tool_stands_on_one_that_the_emulator_brings(desk: httpx.Client) -> None:
    answer = desk.post("/tools/TELL_TEAM", json={"news": "Lunch is ready"})
    assert answer.json() == {"result": {"told": "Lunch is ready"}}


def test_webhook_hears_of_tickets(desk: httpx.Client, emulator: Scope, inbox: Scope) -> None:
    desk.put("/webhook", json={"url": f"{inbox.url}/inbox"})
    desk.post("/tickets", json={"title": "No paper"})
    emulator.emit("tickets", "ticket.closed", {"id": "T-1"})
    assert [each.state for each in emulator.deliveries()] == ["delivered", "delivered"]
    inbox.assert_called("POST", "/inbox", times=1, json_contains={"type": "ticket.created"})
    inbox.assert_called("POST", "/inbox", times=1, json_contains={"type": "ticket.closed"})


def test_title_chooses_a_rejection(desk: httpx.Client) -> None:
    assert desk.post("/tickets", json={"title": "too many"}).status_code == 429
    assert desk.post("/tickets", json={"title": ""}).status_code == 400


@pytest.mark.emulator("tickets", auth="known")
def test_only_known_keys_are_accepted(desk: httpx.Client) -> None:
    assert desk.get("/tickets").status_code == 200
    assert desk.get("/tickets", headers={"X-Desk-Key": "nobody's"}).status_code == 401
