"""What is measured: one row a kind of request, every request different from all others.

A counter stands in the body or the query of each, so that no cache of whole responses can help.
The benchmark's document is `benchmarks/orders.yaml`; the other rows ask the built-in services.
"""

import json
import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import http_request

Json = Any

DOCUMENT = Path(__file__).with_name("orders.yaml")
#: What `emulator serve` is given for all rows.
SPECS = ("paragon", "composio", "agentflow", str(DOCUMENT))

JSON_TYPE = {"Content-Type": "application/json"}
KEY = {"X-Api-Key": "ak_benchmark", **JSON_TYPE}
BEARER = {"Authorization": "Bearer benchmark", **JSON_TYPE}

EXECUTE = "/api/v3.1/tools/execute/SLACK_SEND_MESSAGE"
SESSIONS = "/api/v3.1/tool_router/session"


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of request: `make` gives the bytes of the request with a number.

    `setup` is posted to the control plane before; `status` is that of every response, 0 stands for
    any success. `follow` gives the request that comes after a response, in the place of a new one.
    """

    name: str
    title: str
    make: Callable[[int], bytes]
    status: int = 200
    setup: tuple[tuple[str, Json], ...] = ()
    streams: bool = False
    follow: Callable[[bytes], bytes | None] | None = None

    @property
    def expected(self) -> bytes:
        """How every response begins."""
        return f"HTTP/1.1 {self.status or 2}".encode()


def execute(number: int) -> bytes:
    """A message to send with Slack, through Composio."""
    text = f"Deployed build {number} to production"
    arguments = {"channel": "C0123456789", "text": text}
    body = {"user_id": "user_1", "version": "20251001_00", "arguments": arguments}
    return http_request("POST", EXECUTE, KEY, _json(body))


def example(number: int) -> bytes:
    """An order to read, answered with the document's example."""
    return http_request(
        "GET", f"/v1/orders/{number + 1}/summary?expand=lines&page={number}", KEY, b""
    )


def order(number: int) -> dict[str, Json]:
    """A valid order of about 1 KB."""
    address = {
        "street": f"{number % 200 + 1} Harbour Road",
        "city": "Gothenburg",
        "postal_code": f"{10_000 + number % 90_000}",
        "country": "SE",
    }
    lines = [
        {
            "sku": f"ABC-{(number + each) % 100_000:05}",
            "name": f"Mug with the number {number + each}",
            "quantity": each + 1,
            "unit_price_cents": 1_250 + number % 1_000,
            "weight_kg": 0.35,
        }
        for each in range(4)
    ]
    return {
        "reference": f"WE-{number % 100_000_000:04}",
        "channel": "web",
        "currency": "EUR",
        "placed_at": "2026-04-28T14:30:00Z",
        "deliver_on": "2026-05-04",
        "customer": {
            "name": "Ada Lovelace",
            "email": f"ada{number}@example.com",
            "phone": "+46701234567",
        },
        "shipping_address": address,
        "billing_address": address,
        "lines": lines,
        "discount": 0.1,
        "gift": False,
        "tags": ["spring", "returning"],
        "notes": f"Leave it at the door of number {number}, please.",
        "metadata": {"campaign": "spring", "session": f"s{number}"},
    }


def generated(number: int) -> bytes:
    """An order to place, answered with a generated one of about 1 KB."""
    return http_request("POST", "/v1/orders/quote", KEY, _json(order(number)))


def rejected(number: int) -> bytes:
    """An order with a wrong value, each time another one, in one of three places."""
    wrong = order(number)
    if number % 3 == 0:
        wrong["lines"][1]["quantity"] = 1_000 + number
    elif number % 3 == 1:
        wrong["channel"] = f"channel{number}"
    else:
        wrong["shipping_address"] = {**wrong["shipping_address"], "postal_code": f"S{number}"}
    return http_request("POST", "/v1/orders/quote", KEY, _json(wrong))


def stream(number: int) -> bytes:
    """A message to an agent, answered with a stream of five events."""
    body = {"message": f"What is {number} + 5?", "conversation_id": "c", "message_id": f"m{number}"}
    return http_request("POST", "/api/v1/agent/agent_calc/chat", BEARER, _json(body))


def stubbed(number: int) -> bytes:
    """A request that a stub answers."""
    return http_request("GET", f"/flags/beta?user={number}", {}, b"")


def session(number: int) -> bytes:
    """A session to create."""
    toolkits = {"enable": ["slack", "github"]}
    return http_request(
        "POST", SESSIONS, KEY, _json({"user_id": f"user_{number}", "toolkits": toolkits})
    )


def session_again(response: bytes) -> bytes | None:
    """The request that reads the session which was just created; None after one that read it."""
    found = re.search(rb'"session_id":"([^"]+)"', response)
    if not response.startswith(b"HTTP/1.1 201") or found is None:
        return None
    return http_request("GET", f"{SESSIONS}/{found[1].decode()}", KEY, b"")


STUBS = tuple(
    ("/__admin/mappings", {"request": request, "response": {"jsonBody": {"enabled": True}}})
    for request in (
        *({"method": "GET", "urlPath": f"/flags/{number}"} for number in range(20)),
        {"method": "GET", "urlPath": "/flags/beta"},
    )
)
#: Never applies: it is for an operation that no row asks for.
RULE = ("/__admin/faults", {"fault": "error", "where": {"operation": "deleteAgent"}})

ROWS = {
    row.name: row
    for row in (
        Row("a", "Composio executes a tool", execute),
        Row("b", "GET answered with the document's example", example),
        Row("c", "1 KB body validated, 1 KB response generated", generated, 201),
        Row("d", "1 KB body rejected", rejected, 422),
        Row("e", "AgentFlow streams 5 events", stream, streams=True),
        Row("f", "a stub answers, one of 21", stubbed, setup=STUBS),
        Row("g", "as a, with a fault rule that doesn't apply", execute, setup=(RULE,)),
        Row("h", "a session created, then read", session, 0, follow=session_again),
    )
}


def _json(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def row_names(text: str) -> list[str]:
    """The names in `a,b`; raises ArgumentTypeError where there is no such row."""
    names = text.split(",")
    for name in names:
        if name not in ROWS:
            raise ArgumentTypeError(f"there is no row {name!r}; there are {', '.join(ROWS)}")
    return names
