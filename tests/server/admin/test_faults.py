"""Rules of faults over the wire: set, listed, deleted, refused; their log and their types."""

import json
from typing import Any

import httpx
import pytest

from emulator.faults.table import FAULTS
from tests.support.fault_calls import PARAGON, rule


def faults(client: httpx.Client, scope: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client.get(f"/~{scope}/__admin/faults").json()["faults"]
    return listed


def test_rule_is_set_listed_and_deleted(client: httpx.Client) -> None:
    raw = {"fault": "error", "where": {"api": "paragon"}, "when": {"first": 2}, "ttl_s": 60}
    added = client.post("/~rules-one/__admin/faults", json=raw)
    assert (added.status_code, added.json()) == (201, {**raw, "id": "fault-1"})
    assert faults(client, "rules-one") == [{**raw, "id": "fault-1"}]
    assert faults(client, "rules-other") == []
    assert client.delete("/~rules-one/__admin/faults/fault-1").status_code == 204
    assert client.delete("/~rules-one/__admin/faults/fault-1").status_code == 404
    assert faults(client, "rules-one") == []


def test_rule_with_a_known_id_takes_the_place_of_the_other(client: httpx.Client) -> None:
    rule(client, "rules-same", "error", id="down", when={"first": 1})
    assert PARAGON.send(client, "rules-same").status_code == 503
    assert PARAGON.send(client, "rules-same").status_code == 200
    rule(client, "rules-same", "error", id="down", when={"first": 1})
    assert len(faults(client, "rules-same")) == 1
    assert PARAGON.send(client, "rules-same").status_code == 503


def test_all_rules_are_deleted(client: httpx.Client) -> None:
    rule(client, "rules-all", "error")
    rule(client, "rules-all", "delay")
    assert [each["id"] for each in faults(client, "rules-all")] == ["fault-1", "fault-2"]
    assert client.delete("/~rules-all/__admin/faults").status_code == 204
    assert faults(client, "rules-all") == []
    assert PARAGON.send(client, "rules-all").status_code == 200


def test_reset_forgets_rules_and_turns(client: httpx.Client) -> None:
    rule(client, "rules-reset", "error")
    client.post("/~rules-reset/__admin/reset")
    assert faults(client, "rules-reset") == []


def test_rule_dies_by_the_clock_of_its_scope(client: httpx.Client) -> None:
    rule(client, "rules-ttl", "error", ttl_s=60)
    client.post("/~rules-ttl/__admin/clock/advance", json={"seconds": 59})
    assert PARAGON.send(client, "rules-ttl").status_code == 503
    client.post("/~rules-ttl/__admin/clock/advance", json={"seconds": 1})
    assert PARAGON.send(client, "rules-ttl").status_code == 200
    assert faults(client, "rules-ttl") == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"fault": "meltdown"}, "/fault"),
        ({"fault": "delay", "parameters": {"ms": "soon"}}, "/parameters/ms"),
        ({"fault": "delay", "when": {"every": 0}}, "/when/every"),
        ({"fault": "delay", "where": {"operation": "listInvoicez"}}, "/where/operation"),
        ({"fault": "delay", "where": {"api": "nope"}}, "/where/api"),
        ({"fault": "delay", "where": {"tool": "NO_SUCH"}}, "/where/tool"),
        ([], ""),
        (None, ""),
    ],
    ids=str,
)
def test_mistake_is_refused_and_nothing_changes(
    client: httpx.Client, body: Any, pointer: str
) -> None:
    rule(client, "rules-bad", "delay", id="kept", parameters={"ms": 0})
    refused = client.post("/~rules-bad/__admin/faults", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["violations"][0]["pointer"] == pointer
    assert [each["id"] for each in faults(client, "rules-bad")] == ["kept"]


def test_rules_of_a_scope_are_bounded(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.server.admin.faults.RULE_LIMIT", 2)
    for id_ in ("a", "b"):
        rule(client, "rules-many", "delay", id=id_)
    refused = client.post("/~rules-many/__admin/faults", json={"fault": "delay"})
    assert (refused.status_code, len(faults(client, "rules-many"))) == (409, 2)
    rule(client, "rules-many", "error", id="a")


def test_log_tells_what_struck_and_what_could_not(client: httpx.Client) -> None:
    rule(client, "rules-log", "delay", parameters={"distribution": "uniform", "ms": 1})
    rule(client, "rules-log", "stream-cut")
    PARAGON.send(client, "rules-log")
    head, line = client.get("/~rules-log/__admin/faults/log").text.splitlines()
    assert json.loads(head) == {"seed": "emulator"}
    entry = json.loads(line)
    assert entry["request"] == "POST /projects/p1/tools"
    assert [each["fault"] for each in entry["faults"]] == ["stream-cut", "delay"]
    assert entry["faults"][1]["parameters"]["distribution"] == "fixed"
    assert entry["missed"] == {"stream-cut": "it is for event streams, and this response is none"}


def test_types_are_the_table(client: httpx.Client) -> None:
    types = client.get("/__admin/faults/types").json()["faults"]
    assert [each["name"] for each in types] == list(FAULTS)
    delay = next(each for each in types if each["name"] == "delay")
    assert delay["parameters"][0] == {
        "name": "ms",
        "takes": "a number from 0 to 600000",
        "default": 1000,
        "help": FAULTS["delay"].parameters[0].help,
    }


def test_rules_tell_how_often_they_struck(client: httpx.Client) -> None:
    rule(client, "rules-counts", "error", id="half", when={"every": 2})
    rule(client, "rules-counts", "stream-cut", id="never")
    for _ in range(4):
        PARAGON.send(client, "rules-counts")
    counts = client.get("/~rules-counts/__admin/faults/counts").json()["counts"]
    found = {each["id"]: (each["matched"], each["injected"]) for each in counts}
    assert found == {"half": (4, 2), "never": (4, 0)}
    assert next(each["missed"] for each in counts if each["id"] == "never")
