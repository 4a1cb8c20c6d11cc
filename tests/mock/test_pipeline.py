"""The whole road in one process: nothing a client sends breaks it; equal is answered equal."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import EventStream, Headers, Json, Request, Response
from emulator.mock.assemble import assemble
from emulator.mock.outcome import Outcome
from emulator.mock.pipeline import handle
from emulator.mock.state.counts import RequestCounts
from emulator.mock.state.memory_store import MemoryStore
from emulator.mock.state.store import Hold, Memory, Put
from emulator.settings import Settings
from tests.support.apis import write
from tests.support.assembled import assembled

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)

WIRE = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"))
SEGMENT = st.sampled_from(
    ["", "echo", "calculator", "SLACK_SEND_MESSAGE", "%FF", "%00", "%2F", "a"]
)
PATHS = st.one_of(
    st.builds("/projects/{}/tools".format, SEGMENT),
    st.builds("/projects/{}/actions/".format, SEGMENT),
    st.builds("/api/v3.1/tools/execute/{}".format, SEGMENT),
    st.builds("/api/v1/agent/{}/tools/{}/run".format, SEGMENT, SEGMENT),
    WIRE,
)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "x"])
NAMES = [
    "authorization",
    "x-api-key",
    "content-type",
    "accept",
    "prefer",
    "cookie",
    "x-paragon-credential",
]
VALUES = st.sampled_from(
    [
        "Bearer t",
        "k",
        "application/json",
        "text/event-stream",
        "a=1",
        "*/*;q=0",
        "code=200",
        "example=default",
    ]
)
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES | WIRE), max_size=6).map(tuple)

# The parser reads whole numbers beyond 64 bits as floats.
INTEGERS = st.integers(-(2**63), 2**64 - 1)
VALUE = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["arguments", "parameters", "tool", "action", "text", "user_id", "stream"]
FIELDS += ["conversation_id", "message_id", "idempotency_key", "connected_account_id"]
OBJECT = st.dictionaries(st.sampled_from(FIELDS), VALUE | st.just({}) | st.just("echo"))
BODIES = st.one_of(st.binary(), (VALUE | OBJECT).map(lambda value: json.dumps(value).encode()))

SIGNED_IN: Headers = (
    ("authorization", "Bearer t"),
    ("x-api-key", "k"),
    ("content-type", "application/json"),
)


def answer(request: Request) -> Outcome:
    return handle(assembled().site, Memory(), request, NOW)


@given(METHODS, PATHS, WIRE, HEADERS, BODIES)
def test_nothing_a_client_sends_breaks_the_road(
    method: str, path: str, query: str, headers: Headers, body: bytes
) -> None:
    outcome = answer(Request(method, path, query, headers, body))
    forced = outcome.trace.forced or outcome.trace.rule == "trigger"
    # A method that nobody knows is not implemented (RFC 9110, 15.6.2).
    status = outcome.response.status
    assert forced or status < 500 or (status == 501 and not assembled().site.knows(method))


@given(PATHS, OBJECT)
def test_no_object_breaks_a_tool(path: str, body: Json) -> None:
    outcome = answer(Request("POST", path, "", SIGNED_IN, json.dumps(body).encode()))
    assert outcome.response.status < 500 or outcome.trace.rule == "trigger"


@given(VALUE)
def test_arguments_of_any_kind_are_echoed(value: Json) -> None:
    body = {"arguments": {"value": value}, "conversation_id": "c", "message_id": "m"}
    request = Request(
        "POST", "/api/v1/agent/a/tools/echo/run", "", SIGNED_IN, json.dumps(body).encode()
    )
    sent = answer(request).response
    assert isinstance(sent, Response)
    if sent.status == 200:
        echoed = json.loads(sent.body)["events"][1]["content"]["result"]
        assert echoed == {"value": value}
    else:
        # Whole numbers and floats beyond what the parser takes.
        assert sent.status == 422


@pytest.mark.parametrize(
    "headers",
    [SIGNED_IN, (*SIGNED_IN, ("prefer", "code=429")), ()],
    ids=["success", "preferred", "refused"],
)
def test_equal_requests_get_equal_answers(headers: Headers) -> None:
    body = b'{"arguments": {"channel": "C1"}}'
    headers = tuple(h for h in headers if h[0] != "authorization")
    path = "/api/v3.1/tools/execute/SLACK_SEND_MESSAGE"
    request = Request("POST", path, "", headers, body)
    other = Request("POST", path, "", headers, body + b" ")
    assert answer(request) == answer(request)
    assert answer(request).response != answer(other).response


def test_another_seed_gives_other_ids() -> None:
    path = "/api/v3.1/tools/execute/X"
    seeded = [(*SIGNED_IN[1:], ("prefer", f"seed={seed}")) for seed in ("a", "a", "b")]
    one, two, three = (answer(Request("POST", path, "", h, b"{}")).response for h in seeded)
    assert one == two
    assert one != three


@pytest.mark.parametrize(
    ("prefer", "differs"), [("dynamic=true", True), ("dynamic=true, seed=a", False)]
)
def test_what_is_dynamic_differs_each_time_and_is_the_same_in_every_run(
    prefer: str, differs: bool
) -> None:
    site = assembled("tests/data/acceptance/relations.yaml").site
    request = Request("POST", "/herds/h/goats", headers=(("prefer", prefer),))
    first = handle(site, Memory(), request, NOW)
    seen = RequestCounts({first.key: 1})
    again = [handle(site, Memory(seen=seen), request, NOW).response for _ in range(2)]
    assert again[0] == again[1]
    assert (again[0] == first.response) != differs


@pytest.mark.parametrize(("prefer", "delay_ms"), [("", 200), ("delay=50", 200), ("delay=300", 300)])
def test_tool_takes_its_time(tmp_path: Path, prefer: str, delay_ms: int) -> None:
    tool = "{slug: SLOW, latency_ms: 200, input: {}, outcomes: [{result: 1}]}"
    folder = write(tmp_path, {"paragon/tools/SLOW.yaml": tool})
    site = assemble(Settings(specs=("paragon",), fixtures=folder)).site
    headers = (*SIGNED_IN, ("prefer", prefer))
    request = Request(
        "POST", "/projects/p/tools", "", headers, b'{"tool": "SLOW", "parameters": {}}'
    )
    outcome = handle(site, Memory(), request, NOW)
    assert outcome.response.status == 200
    assert outcome.delay_ms == delay_ms


def test_trace_says_why() -> None:
    trace = answer(Request("GET", "/projects/p/tools", "", SIGNED_IN)).trace
    assert (trace.api, trace.operation, trace.rule) == ("paragon", "listTools", "behaviour")
    refused = answer(Request("GET", "/projects/p/tools", "format=x", SIGNED_IN)).trace
    assert (refused.rule, refused.problem) == ("refusal", "parameters-invalid")
    assert [violation.pointer for violation in refused.violations] == ["/format"]


def _gated_run(stream: str) -> Request:
    body = (
        '{"arguments":{"table":"t"},"conversation_id":"c","message_id":"m","stream":' + stream + "}"
    )
    headers = (("authorization", "Bearer t"), ("content-type", "application/json"))
    path = "/api/v1/agent/agent_clerk/tools/delete_records/run"
    return Request("POST", path, headers=headers, body=body.encode())


def test_continuation_is_a_function_of_snapshot_and_time() -> None:
    store = MemoryStore({s.api.name: s.fixtures.state.collections for s in assembled().services})
    first = handle(assembled().site, store.memory("s"), _gated_run("true"), NOW)
    store.apply("s", "agentflow", first.effects, NOW)
    assert first.pending is not None
    assert first.pending.at == NOW + timedelta(seconds=300)
    ask, snapshot = first.pending.ask, store.memory("s").service("agentflow")
    early = NOW + timedelta(seconds=299)
    waiting, again = ask(snapshot, early), ask(snapshot, early)
    late = ask(snapshot, first.pending.at)
    assert waiting.pending is not None
    assert isinstance(waiting.response, EventStream)
    assert (waiting.response.events, waiting.effects) == ((), ())
    assert waiting.response == again.response
    assert isinstance(late.response, EventStream)
    assert [json.loads(event.data)["type"] for event in late.response.events] == ["error"]
    assert late.pending is None


@pytest.mark.parametrize("prefer", ["code=200", "code=404", "example=seed-stream", "dynamic=true"])
def test_answer_that_was_forced_never_waits(prefer: str) -> None:
    plain = _gated_run("true")
    request = Request(
        "POST", plain.path, headers=(*plain.headers, ("prefer", prefer)), body=plain.body
    )
    outcome = handle(assembled().site, Memory(), request, NOW)
    assert outcome.pending is None
    assert not any(isinstance(effect, Put | Hold) for effect in outcome.effects)
