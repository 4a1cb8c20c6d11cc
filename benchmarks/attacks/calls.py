"""Attacks by calls of the control plane, full journals, and names of scopes."""

import json
from collections.abc import Iterator
from functools import partial

from benchmarks.attacks.model import LAST, Attack, Json, nested, posted, request

STUB: Json = {
    "request": {"urlPath": "/slow"},
    "response": {
        "body": "{% for a in range(1000000) %}{{ range(1000)|list|length }}{% endfor %}",
        "transformers": ["response-template"],
    },
}


ECHO: Json = {
    "request": {"urlPath": "/echo", "bodyPatterns": [{"matchesJsonPath": "$..*..[?(@.q == 1)]"}]},
    "response": {"jsonBody": {}},
}


END_OF_TIME: Json = {"now": "9999-12-31T23:59:59-14:00", "frozen": True}


def mappings(number: int) -> Json:
    """So many stubs."""
    stubs = ({"request": {"urlPathPattern": f"/s/{n}/.*"}, "response": {}} for n in range(number))
    return {"mappings": list(stubs)}


CALLS = (
    Attack(
        "a clock at the end of time",
        lambda: request("/plain"),
        ("200",),
        1_000,
        before=(("PUT", "/clock", END_OF_TIME),),
    ),
    Attack(
        "a template without end",
        lambda: request("/slow"),
        ("501", "500"),
        60_000,
        before=(("DELETE", "/mappings", None), ("POST", "/mappings", STUB)),
    ),
    Attack(
        "a path through everything",
        lambda: posted("/echo", nested(b'{"a":[', b"1", b"]}", 300)),
        ("200", "404", "400"),
        60_000,
        before=(("DELETE", "/mappings", None), ("POST", "/mappings", ECHO)),
    ),
    Attack(
        "9,000 stubs beside",
        lambda: request("/s/8999/x"),
        ("200",),
        3_000,
        before=(("POST", "/mappings/import", mappings(9_000)),),
    ),
)


#: What is listed of a full journal.
LISTINGS = ("requests", "requests.har", "requests/unmatched", "events", "coverage")


def full_journal() -> Iterator[bytes]:
    """Requests that fill a journal, of different sizes."""
    for number in range(10_000):
        body = json.dumps({"name": "a" * (number % 5_000)}).encode()
        yield request("/things", {"Content-Type": "application/json"}, body, stays=True)


FULL = (
    Attack("filling the journal", lambda: b"".join(full_journal()) + LAST, ("200",), 250_000),
    *(
        Attack(f"listing {path}", partial(request, f"/__admin/{path}"), ("200",), 200_000)
        for path in LISTINGS
    ),
    Attack(
        "feeds",
        lambda: request("/__admin/events", {"Accept": "text/event-stream"}),
        ("",),
        30_000,
        connections=200,
        reads=False,
        pause_s=1.0,
    ),
)


SCOPES = (
    Attack(
        "names of scopes",
        lambda: (
            b"".join(
                request("/plain", {"Emulator-Scope": f"s{n}"}, stays=True) for n in range(11_000)
            )
            + request("/plain", {"Emulator-Scope": "more"})
        ),
        ("503",),
        60_000,
    ),
)
