"""The table of faults: the names that stay, and what holds for all of them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.base import LEVELS, FaultContext, NotApplicable, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import AnyResponse, Event, EventStream, Request, Response
from emulator.openapi.document.model import MediaType, ResponseObject
from emulator.schema.chance import chance_of
from emulator.schema.validators import Schemas, compile_schemas

#: Stable for ever: they stand in tests and profiles of others.
NAMED = {
    "http": """
        error delay dribble bandwidth rate-limit wrong-content-type malformed-json schema-violation
        empty-body oversize-body gateway-html stale bad-gzip
    """,
    "stream": """
        stream-cut stream-cut-in-frame stream-cut-in-character stream-stall stream-duplicate
        stream-reorder stream-no-terminal stream-error stream-heartbeat
    """,
}

JSON = (("content-type", "application/json"),)
SSE = (("content-type", "text/event-stream"),)
SCHEMA = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
SCHEMAS: Schemas = compile_schemas({"pet": SCHEMA}, {})
DOCUMENTED = ResponseObject("200", "", (MediaType("application/json", "pet"),), (), "documented")

EVENTS = st.lists(st.builds(Event, st.text(max_size=5)), max_size=4).map(tuple)
BODIES = st.binary(max_size=8) | st.sampled_from([b'{"id":1}', b"[]", b"1", b'"a"', b"{}"])
ANSWERS: st.SearchStrategy[AnyResponse] = st.one_of(
    st.builds(Response, st.sampled_from([200, 204, 404]), st.just(JSON) | st.just(()), BODIES),
    st.builds(EventStream, st.just(200), st.just(SSE), EVENTS),
)
NAMES = st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=4)


@pytest.mark.parametrize("level", NAMED)
def test_faults_of_a_level_have_their_names(level: str) -> None:
    names = [name for name, kind in FAULTS.items() if kind.level == level]
    assert sorted(names) == sorted(NAMED[level].split())


def test_every_fault_says_what_it_is() -> None:
    wrong = [
        name
        for name, kind in FAULTS.items()
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        or kind.level not in LEVELS
        or not kind.description.endswith(".")
        or not all(each.help.endswith(".") for each in kind.parameters)
        or not (kind.decides or kind.alters or kind.plays)
    ]
    assert wrong == []


@given(ANSWERS, NAMES, st.none() | ANSWERS)
def test_no_faults_break_an_answer_that_others_have_altered(
    answer: AnyResponse, names: list[str], earlier: AnyResponse | None
) -> None:
    chance = chance_of("seed")
    context = FaultContext(Request("GET", "/"), chance, DOCUMENTED, SCHEMAS, earlier)
    for name in names:
        fault = make_fault(FAULTS[name], {})[0].settled(chance)
        after = fault.alter(answer, context)
        answer = answer if isinstance(after, NotApplicable) else after
        assert isinstance(answer, AnyResponse)


@pytest.mark.parametrize("kind", ["any", "missing-property", "wrong-type", "wrong-value", "null"])
def test_violation_is_one_by_the_validator(kind: str) -> None:
    broken = _violated(kind, b'{"id":1}')
    assert isinstance(broken, Response)
    assert not SCHEMAS.is_valid("pet", json.loads(broken.body))


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("extra-property", b'{"id":1}', "the schema accepts all of 1 changed bodies"),
        ("any", b"[]", "breaks its schema anyway"),
        ("any", b"{", "this body is none"),
        ("any", b"", "has none"),
    ],
)
def test_schema_that_cannot_be_broken_is_told(kind: str, body: bytes, reason: str) -> None:
    missed = _violated(kind, body)
    assert isinstance(missed, NotApplicable)
    assert reason in missed.reason


def _violated(kind: str, body: bytes) -> AnyResponse | NotApplicable:
    context = FaultContext(Request("GET", "/"), chance_of("s"), DOCUMENTED, SCHEMAS)
    fault, _ = make_fault(FAULTS["schema-violation"], {"kind": kind})
    return fault.alter(Response(200, JSON, body), context)
