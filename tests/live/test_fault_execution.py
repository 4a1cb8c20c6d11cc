"""Before or after the execution: what the ledger counts when a fault strikes."""

import httpx
import pytest

from emulator.faults.base import FaultType
from emulator.faults.table import FAULTS
from tests.support.fault_calls import PARAGON, STREAM, Call, rule, virtual_time

EMAIL = Call(
    STREAM.path.replace("write_summary", "send_email"),
    {**STREAM.body, "arguments": {"to": "a@example.com", "text": "hi"}},
    STREAM.credential,
)
#: What a fault needs to strike the first call, and to let go of the client.
GIVEN = {
    "rate-limit": {"limit": 1},
    "wrong-content-type": {"media_type": "text/plain"},
    "stream-stall": {"ms": 1},
    "oversize-body": {"bytes": 5000},
}
#: The document has no schema for what tools of this service answer; and there is none before.
UNFIT = ("schema-violation", "stale")
#: What happens unless somebody says otherwise.
HAPPENS_NOT = ("error", "rate-limit")
KINDS = [kind for kind in FAULTS.values() if kind.level != "wire" and kind.name not in UNFIT]


def executions(client: httpx.Client, scope: str) -> int:
    return len(client.get(f"/~{scope}/__admin/executions").json()["executions"])


@pytest.mark.parametrize("after_execution", [None, True, False], ids=["default", "after", "before"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_ledger_counts_what_happened(
    client: httpx.Client, kind: FaultType, after_execution: bool | None
) -> None:
    scope = f"happens-{kind.name}-{after_execution}"
    virtual_time(client, scope)
    call = EMAIL if kind.level == "stream" else PARAGON
    said = {} if after_execution is None else {"after_execution": after_execution}
    rule(client, scope, kind.name, parameters=GIVEN.get(kind.name, {}), **said)
    sent = 2 if kind.name == "rate-limit" else 1  # the first passes
    for _ in range(sent):
        url, headers = f"/~{scope}{call.path}", {**call.credential}
        try:
            with client.stream("POST", url, json=call.body, headers=headers) as answer:
                list(answer.iter_raw())
        except httpx.RemoteProtocolError:
            pass
    assert answer.headers["emulator-fault"] == kind.name
    happens = kind.name not in HAPPENS_NOT if after_execution is None else after_execution
    assert executions(client, scope) == sent - 1 + happens


@pytest.mark.parametrize(
    ("fault", "after_execution", "executed"),
    [("error", None, 1), ("error", True, 3), ("gateway-html", False, 1), ("gateway-html", None, 3)],
)
def test_asked_three_times(
    client: httpx.Client, fault: str, after_execution: bool | None, executed: int
) -> None:
    """A fault for the first attempts of each logical call, then success."""
    scope = f"three-{fault}-{after_execution}"
    said = {} if after_execution is None else {"after_execution": after_execution}
    rule(client, scope, fault, when={"per_call": 2}, **said)
    for call in ("one", "two"):
        answers = [PARAGON.send(client, scope, **{"x-request-id": call}) for _ in range(3)]
        assert [answer.status_code < 500 for answer in answers] == [False, False, True]
    listed = client.get(f"/~{scope}/__admin/executions").json()
    calls = [line["call"] for line in listed["executions"]]
    assert calls == ["one"] * executed + ["two"] * executed


def test_connection_that_is_lost_three_times_executes_by_the_rule(client: httpx.Client) -> None:
    for after_execution, executed in ((True, 3), (False, 1)):
        scope = f"lost-{after_execution}"
        rule(client, scope, "connection-reset", when={"first": 2}, after_execution=after_execution)
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                PARAGON.send(client, scope)
        assert PARAGON.send(client, scope).status_code == 200
        assert executions(client, scope) == executed
