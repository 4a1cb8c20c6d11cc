"""Rules as they are written: read, refused with a pointer, and where they fit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import FixtureError
from emulator.faults.rate_limit import SHARED_BY
from emulator.http.messages import Json, Request
from emulator.mock.fault_rules.rules import FaultRule, RequestFacts, read_profile, read_rule
from emulator.schema.field_errors import FieldError

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
FACTS = RequestFacts(
    Request("GET", "/"), "paragon", "runTool", "SLACK_SEND_MESSAGE", ("token", "user_1"), "call"
)


def rule(**raw: Json) -> FaultRule:
    read = read_rule({"fault": "delay", **raw}, "fault-1", NOW)
    assert isinstance(read, FaultRule), read
    return read


def test_rule_is_read() -> None:
    raw = {
        "fault": "error",
        "parameters": {"status": 500},
        "where": {"api": "paragon"},
        "when": {"first": 1},
        "after_execution": True,
        "ttl_s": 60,
    }
    read = rule(**raw)
    assert read.fault.as_json() == {
        "fault": "error",
        "parameters": {"status": 500},
        "after_execution": True,
    }
    assert (read.id, read.fault.rule, read.raw) == ("fault-1", "fault-1", {**raw, "id": "fault-1"})


def test_own_id_is_kept() -> None:
    assert rule(id="slow").id == "slow"


@pytest.mark.parametrize(
    ("raw", "pointer", "said"),
    [
        ("delay", "", "object"),
        ({}, "", "fault"),
        ({"fault": "meltdown"}, "/fault", "meltdown"),
        ({"fault": "delay", "parameters": {"ms": "soon"}}, "/parameters/ms", "from 0 to 600000"),
        ({"fault": "delay", "parameters": {"s": 1}}, "/parameters/s", "no parameter is called 's'"),
        ({"fault": "delay", "parameters": []}, "/parameters", "object"),
        ({"fault": "delay", "where": {"path": "/"}}, "/where/path", "path"),
        ({"fault": "delay", "where": {"api": 1}}, "/where/api", "string"),
        ({"fault": "delay", "when": {"first": 0}}, "/when/first", "minimum"),
        ({"fault": "delay", "when": {"first": 1, "every": 2}}, "/when", "1"),
        ({"fault": "delay", "when": {"between": ["soon", 1]}}, "/when", "soon"),
        ({"fault": "delay", "after_execution": "yes"}, "/after_execution", "boolean"),
        ({"fault": "delay", "ttl_s": 0}, "/ttl_s", "0"),
        ({"fault": "delay", "id": "a b"}, "/id", "a b"),
        ({"fault": "delay", "until": 1}, "/until", "until"),
        ({"fault": "eror"}, "/fault", "did you mean 'error'?"),
        ({"fault": "RATE_LIMIT"}, "/fault", "did you mean 'rate-limit'?"),
        ({"fault": "error", "parameters": {"first": 2}}, "/parameters/first", "in `when`"),
        ({"fault": "error", "parameters": {"tool": "X"}}, "/parameters/tool", "in `where`"),
        ({"fault": "outage"}, "/fault", 'it belongs in `when`: {"when": {"outage": …}}'),
        ({"fault": "delay", "first": 2}, "/first", "it belongs in `when`"),
        ({"fault": "delay", "ms": 2}, "/ms", "it belongs in `parameters`"),
        ({"fault": "delay", "tool": "X"}, "/tool", "it belongs in `where`"),
        ({"fault": "delay", "wehn": {"first": 2}}, "/wehn", "did you mean 'when'?"),
        ({"fault": "delay", "when": {"frist": 2}}, "/when/frist", "did you mean 'first'?"),
        ({"fault": "delay", "where": {"oparation": "x"}}, "/where/oparation", "'operation'?"),
        ({"fault": "delay", "where": {"path": "/x"}}, "/where/path", '{"request": {"urlPath": …}}'),
        ({"fault": "delay", "where": {"urlPath": "/x"}}, "/where/urlPath", "in `request`"),
    ],
    ids=str,
)
def test_mistake_is_told_where_it_is(raw: Json, pointer: str, said: str) -> None:
    errors = read_rule(raw, "fault-1", NOW)
    assert not isinstance(errors, FaultRule)
    assert errors[0].pointer == pointer
    assert said in errors[0].message


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ms", "first", "between", "api", "x"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
MEMBERS = st.sampled_from(["parameters", "where", "when", "ttl_s", "id", "after_execution"])


@given(st.dictionaries(MEMBERS, VALUES), st.sampled_from(["delay", "error", "rate-limit", 1]))
def test_nothing_breaks_reading(raw: dict[str, Json], fault: Json) -> None:
    read = read_rule({**raw, "fault": fault}, "fault-1", NOW)
    assert isinstance(read, FaultRule) or all(isinstance(each, FieldError) for each in read)


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        ({}, True),
        ({"api": "paragon"}, True),
        ({"api": "composio"}, False),
        ({"operation": "runTool"}, True),
        ({"operation": "listTools"}, False),
        ({"tool": "SLACK_SEND_MESSAGE"}, True),
        ({"tool": "GMAIL"}, False),
        ({"caller": "token"}, True),
        ({"caller": "user_1"}, True),
        ({"caller": "user_2"}, False),
        ({"api": "paragon", "caller": "user_2"}, False),
    ],
    ids=str,
)
def test_rule_matches_the_facts_of_a_request(where: Json, matches: bool) -> None:
    assert rule(where=where).where.matches(FACTS) is matches


@pytest.mark.parametrize(("after_s", "alive"), [(0, True), (59.9, True), (60, False), (61, False)])
def test_rule_lives_by_the_clock(after_s: float, alive: bool) -> None:
    assert rule(ttl_s=60).alive(NOW + timedelta(seconds=after_s)) is alive
    assert rule().alive(NOW + timedelta(days=1000))


@pytest.mark.parametrize("word", SHARED_BY)
def test_limits_count_together_what_they_say(word: str) -> None:
    other = RequestFacts(FACTS.request, "agentflow", "runTool", "SLACK_SEND_MESSAGE", ("token 2",))
    assert (FACTS.shared_by(word) == other.shared_by(word)) is (word == "scope")


ROWS = [{"fault": "delay"}, {"fault": "error", "id": "down"}]


@pytest.mark.parametrize("raw", [ROWS, {"faults": ROWS}], ids=["list", "object"])
def test_profile_is_read(raw: Json) -> None:
    rules = read_profile(raw, "p.yaml", NOW)
    assert [(rule.id, rule.fault.name) for rule in rules] == [
        ("profile-1", "delay"),
        ("down", "error"),
    ]


@pytest.mark.parametrize(
    ("raw", "pointer", "message"),
    [
        (None, "", "a list of fault rules"),
        ({"rules": []}, "/faults", "a list of fault rules"),
        ([{"fault": "meltdown"}], "/0/fault", "meltdown"),
        ({"faults": [{"fault": "delay"}, {}]}, "/faults/1", "fault"),
        ([{"fault": "delay", "parameters": {"ms": -1}}], "/0/parameters/ms", "from 0 to"),
        ([{"fault": "delay", "id": "a"}] * 2, "/1/id", "used twice"),
    ],
    ids=str,
)
def test_mistake_is_told_with_its_place(raw: Json, pointer: str, message: str) -> None:
    with pytest.raises(FixtureError) as raised:
        read_profile(raw, "p.yaml", NOW)
    assert (raised.value.file, raised.value.pointer) == ("p.yaml", pointer)
    assert message in raised.value.message
