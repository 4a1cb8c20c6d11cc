"""Faults of streams that wait: they count the events of all parts, and strike the last as such."""

import httpx
import pytest

from tests.support.agentflow import Caller, types, waiting
from tests.support.fault_calls import rule

APPROVED = ["start", "approval_required", "approval_approved", "end"]


@pytest.mark.parametrize(
    ("fault", "parameters", "rest"),
    [
        ("stream-cut", {"after": 3}, ["approval_approved"]),
        ("stream-duplicate", {"event": 3}, ["approval_approved", "approval_approved", "end"]),
        ("stream-reorder", {"event": 3}, ["end", "approval_approved"]),
        ("stream-no-terminal", {}, ["approval_approved"]),
        ("stream-error", {"after": 3}, ["approval_approved", "error"]),
        ("stream-heartbeat", {}, ["approval_approved", "end"]),
        ("stream-stall", {"after": 3, "ms": 0}, ["approval_approved", "end"]),
        ("stream-cut", {"after": 9}, ["approval_approved", "end"]),
        ("stale", {}, ["approval_approved", "end"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fault_strikes_the_stream_as_a_whole(
    client: httpx.Client, fault: str, parameters: dict[str, int], rest: list[str]
) -> None:
    scope = f"parts-{fault}-{parameters.get('after', '')}"
    caller = Caller(client, scope)
    rule(client, scope, fault, parameters=parameters)
    with waiting(caller) as (id_, first, events):
        caller.respond(id_, status="approved")
        told = [*first, *events]
    assert types(told) == [*APPROVED[:2], *rest]
    assert types(told)[-1] != "error" or told[-1]["seq"] == 3
