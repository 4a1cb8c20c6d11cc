"""The clock of a scope over the wire."""

from typing import Any

import httpx
import pytest


def clock(client: httpx.Client, scope: str) -> Any:
    return client.get(f"/~{scope}/__admin/clock").json()


def test_clock_of_the_server_is_every_scopes(client: httpx.Client) -> None:
    assert clock(client, "clock-new") == {
        "now": "2026-04-28T14:30:00.000Z",
        "frozen": True,
        "skips_delays": False,
    }


def test_advancing_moves_one_scope(client: httpx.Client) -> None:
    moved = client.post("/~clock-one/__admin/clock/advance", json={"seconds": 90.5})
    assert moved.json()["now"] == "2026-04-28T14:31:30.500Z"
    assert clock(client, "clock-two")["now"] == "2026-04-28T14:30:00.000Z"
    assert client.delete("/~clock-one/__admin/clock").json()["now"] == "2026-04-28T14:30:00.000Z"


def test_answers_obey_the_clock(client: httpx.Client) -> None:
    client.put("/~clock-set/__admin/clock", json={"now": "2040-02-03T04:05:06+01:00"})
    body = {"channel": "C1", "message": "hi"}
    call = {"tool": "SLACK_SEND_MESSAGE", "parameters": body}
    headers = {"authorization": "Bearer t"}
    sent = client.post("/~clock-set/projects/p/tools", json=call, headers=headers)
    assert sent.json()["ts"].startswith("2211851106.")


def test_reset_sets_the_clock_too(client: httpx.Client) -> None:
    client.post("/~clock-reset/__admin/clock/advance", json={"seconds": 60})
    client.post("/~clock-reset/__admin/reset")
    assert clock(client, "clock-reset")["now"] == "2026-04-28T14:30:00.000Z"


def test_delay_passes_in_virtual_time(client: httpx.Client) -> None:
    client.put("/~clock-skip/__admin/clock", json={"skips_delays": True})
    headers = {"authorization": "Bearer t", "prefer": "delay=600000"}
    assert client.get("/~clock-skip/projects/p/tools", headers=headers).status_code == 200
    assert clock(client, "clock-skip")["now"] == "2026-04-28T14:40:00.000Z"


@pytest.mark.parametrize(
    ("path", "method", "body", "pointer"),
    [
        ("", "PUT", {"now": "soon"}, "/now"),
        ("", "PUT", {"frozen": "yes"}, "/frozen"),
        ("", "PUT", {"speed": 2}, "/speed"),
        ("", "PUT", [], ""),
        ("/advance", "POST", {"seconds": -1}, "/seconds"),
        ("/advance", "POST", {"seconds": 1e12}, "/seconds"),
        ("/advance", "POST", {}, ""),
        ("/advance", "POST", None, ""),
    ],
)
def test_what_cannot_be_set_is_refused(
    client: httpx.Client, path: str, method: str, body: object, pointer: str
) -> None:
    answer = client.request(method, f"/~clock-bad/__admin/clock{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["violations"][0]["pointer"] == pointer
    assert clock(client, "clock-bad")["now"] == "2026-04-28T14:30:00.000Z"


def test_clock_does_not_go_past_the_calendar(client: httpx.Client) -> None:
    client.put("/~clock-late/__admin/clock", json={"now": "9999-12-31T23:59:59Z"})
    answer = client.post("/~clock-late/__admin/clock/advance", json={"seconds": 3600})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_body_that_is_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    assert client.put("/__admin/clock", content=body).status_code == 400


def test_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    assert client.put("/__admin/clock", content=b" " * 10_000_001).status_code == 413
