"""Opening an exchange: known and unknown paths, with what `Prefer` asks for, take one road."""

import json
from datetime import UTC, datetime

import pytest

from emulator.http.messages import Json, Request, Response
from emulator.mock.admission import judge, open_exchange
from emulator.mock.exchange import Exchange
from emulator.mock.fault_rules.book import FaultBook
from emulator.mock.fault_rules.rules import FaultRule, read_rule
from emulator.mock.outcome import Outcome
from emulator.mock.pipeline import handle
from emulator.mock.site import Site
from emulator.mock.state.store import Memory
from emulator.stubs.book import NO_STUBS
from emulator.stubs.matching.subject import Value
from emulator.stubs.stub import Stub, parse_stub
from tests.support.assembled import assembled

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
ROADS = pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/projects/p/tools"),
        ("GET", "/projects/p/unknown"),
        ("GET", "/nowhere"),
        ("DELETE", "/projects/p/tools"),
    ],
    ids=["known path", "unknown path of a service", "unknown path of none", "unknown method"],
)


@pytest.fixture(scope="module")
def site() -> Site:
    return assembled("paragon", "agentflow").site


def request(method: str, path: str, prefer: str = "") -> Request:
    return Request(method, path, "", (("authorization", "Bearer t"), ("prefer", prefer)))


def outcome(site: Site, *parts: str) -> Outcome:
    return handle(site, Memory(), request(*parts), NOW)


@ROADS
def test_preferred_fault_is_injected_on_every_road(site: Site, method: str, path: str) -> None:
    found = outcome(site, method, path, "fault=malformed-json")
    assert [fault.name for fault in found.faults] == ["malformed-json"]
    assert isinstance(found.response, Response)
    with pytest.raises(json.JSONDecodeError):
        json.loads(found.response.body)


@ROADS
def test_preferred_delay_is_kept_on_every_road(site: Site, method: str, path: str) -> None:
    assert outcome(site, method, path, "delay=300").delay_ms == 300


@ROADS
def test_unreadable_preference_is_rejected_on_every_road(
    site: Site, method: str, path: str
) -> None:
    found = outcome(site, method, path, "code=banana")
    assert (found.response.status, found.trace.problem) == (400, "preference-invalid")
    assert [violation.pointer for violation in found.trace.violations] == ["/code"]


LONG = b'{"a": [' + b'"xx",' * 20_000 + b'1], "b": 2}'
WANTED = '{"a": "${json-unit.ignore}", "b": 2}'
#: (request patterns of stubs, the first after the others; what answers)
JUDGED: dict[str, tuple[list[Json], str]] = {
    "none": ([], "refusal"),
    "equal": ([{"bodyPatterns": [{"equalToJson": WANTED}]}], "stub"),
    "not equal": ([{"bodyPatterns": [{"equalToJson": '{"a": 1}'}]}], "refusal"),
    "the second": ([{"bodyPatterns": [{"matches": ".*y"}]},
                    {"bodyPatterns": [{"matchesJsonPath": "$.b"}]}], "stub"),
    "several": ([{"bodyPatterns": [{"contains": '"xx"'}, {"matchesJsonPath": "$.c"}]}], "refusal"),
    "of a scenario in another state": (
        [{"bodyPatterns": [{"matchesJsonPath": "$.b"}], "state": "later"}],
        "refusal",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("patterns", "rule"), JUDGED.values(), ids=JUDGED)
@pytest.mark.parametrize("path", ["/nowhere", "/projects/p/tools"])
def test_body_that_was_judged_is_not_read_again(
    site: Site, path: str, patterns: list[Json], rule: str
) -> None:
    book = NO_STUBS
    for pattern in patterns:
        state = pattern.get("state", "Started")
        raw = {
            "request": {"bodyPatterns": pattern["bodyPatterns"]},
            "response": {
                "body": "{{jsonPath request.body '$.b'}}",
                "transformers": ["response-template"],
            },
            "scenarioName": "s",
            "requiredScenarioState": state,
        }
        stub = parse_stub(raw, book.free_id())
        assert isinstance(stub, Stub)
        book = book.with_stub(stub)
    asked = Request("POST", path, headers=(("content-type", "application/json"),), body=LONG)
    where = read_rule({"fault": "delay", "where": {"request": {"bodyPatterns": [
        {"matchesJsonPath": "$.c"}]}}}, "r", NOW)  # fmt: skip
    assert isinstance(where, FaultRule)
    memory = Memory(stubs=book or None, faults=FaultBook((where,)))
    plain = handle(site, memory, asked, NOW)
    assert plain.trace.rule == rule
    judged = judge(site, asked, memory)
    assert handle(site, memory, asked, NOW, judged) == plain
    # Whoever read it once more would find something else by now.
    assert judged.subject is not None
    judged.subject.body = Value(b"{}")
    again = handle(site, memory, asked, NOW, judged)
    assert (again.trace.rule, again.faults) == (rule, plain.faults)


def test_stubs_that_came_after_a_body_was_judged_are_asked(site: Site) -> None:
    asked = Request("POST", "/nowhere", body=LONG)
    judged = judge(site, asked, Memory())
    stub = parse_stub({"request": {"bodyPatterns": [{"matchesJsonPath": "$.b"}]}}, "late")
    assert isinstance(stub, Stub)
    memory = Memory(stubs=NO_STUBS.with_stub(stub))
    assert handle(site, memory, asked, NOW, judged).trace.rule == "stub"


def opened(site: Site, *parts: str) -> Exchange:
    return open_exchange(site, Memory(), request(*parts), NOW)


def test_rejected_exchange_has_no_valid_request(site: Site) -> None:
    assert opened(site, "GET", "/projects/p/tools").valid is not None
    unreadable = opened(site, "GET", "/projects/p/tools", "code=banana")
    assert unreadable.refusal is not None
    assert unreadable.valid is None


def test_unknown_method_has_the_operations_of_its_path_beside_it(site: Site) -> None:
    stray = opened(site, "DELETE", "/projects/p/tools")
    assert stray.endpoint is None
    assert stray.neighbour is not None
    assert (stray.api, stray.operation) == ("paragon", "")
    assert stray.refusal is not None
    assert dict(stray.refusal.headers)["allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_are_answered_by_the_methods_of_the_path(site: Site) -> None:
    found = outcome(site, "OPTIONS", "/projects/p/tools")
    assert found.response == Response(204, (("allow", "GET, HEAD, OPTIONS, POST"),))
    assert (found.trace.api, found.trace.rule) == ("paragon", "options")


@ROADS
def test_preference_forces_only_what_it_can_choose(site: Site, method: str, path: str) -> None:
    found = outcome(site, method, path, "code=401")
    assert found.trace.forced is (found.trace.operation != "")


@pytest.mark.parametrize("prefer", ["", "code=404", "fault=error", "code=banana"])
@pytest.mark.parametrize("token", ["Bearer t", ""])
@pytest.mark.parametrize("body", [b'{"text": "a b"}', b"{}", b"[", b"", b'{"text": 1}'])
@pytest.mark.parametrize("target", ["/api/v1/agent/a/tools/write_summary/run", "/nowhere"])
def test_what_was_judged_before_comes_to_the_same(
    site: Site, prefer: str, token: str, body: bytes, target: str
) -> None:
    fields = (("authorization", token), ("content-type", "application/json"), ("prefer", prefer))
    asked = Request("POST", target, "", fields if prefer else fields[:2], body)
    plain = handle(site, Memory(), asked, NOW)
    assert handle(site, Memory(), asked, NOW, judge(site, asked)) == plain
