"""What `Prefer` and `?__code=` ask for, and what can't be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Request
from emulator.http.problems import Problem
from emulator.mock.preferences import NOTHING, Preferences, read_preferences

RESET = make_fault(FAULTS["connection-reset"], {})[0]


def read(*prefer: str, query: str = "") -> Preferences | Problem:
    headers = tuple(("prefer", value) for value in prefer)
    return read_preferences(Request("GET", "/", query, headers))


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        ("code=404", Preferences(code=404)),
        ("CODE = 404", Preferences(code=404)),
        ('code="404"', Preferences(code=404)),
        ("code=404,example=x", Preferences(code=404, example="x")),
        ("code=404 , , example=x,", Preferences(code=404, example="x")),
        ('example="a, b; c=\\"d\\""', Preferences(example='a, b; c="d"')),
        ("example=a=b", Preferences(example="a")),
        ("dynamic=true", Preferences(dynamic=True)),
        ("dynamic=TRUE", Preferences(dynamic=True)),
        ("dynamic=false", NOTHING),
        ("seed=a b", Preferences(seed="a b")),
        ("delay=0", NOTHING),
        ("delay=600000", Preferences(delay_ms=600_000)),
        ("fault=connection-reset", Preferences(fault=RESET)),
        (
            "fault=stream-cut; after=2; after_execution=false",
            Preferences(
                fault=Fault(
                    FAULTS["stream-cut"], {"after": 2, "clean": True}, after_execution=False
                )
            ),
        ),
        ("code=404; x=1, seed=s", Preferences(code=404, seed="s")),
        ("code=404, code=500", Preferences(code=404)),
        ("return=minimal, code=404", Preferences(code=404)),
        ("return=minimal; code=404", NOTHING),
        ("respond-async, wait=10", NOTHING),
        ("codes=404", NOTHING),
        ("", NOTHING),
        (",;=", NOTHING),
        ('code="404', NOTHING),
    ],
)
def test_prefer(prefer: str, expected: Preferences) -> None:
    assert read(prefer) == expected


@pytest.mark.parametrize(
    "prefer",
    [
        *("code", "code=", "code=abc", "code=99", "code=600", "code=0404", "code=-404", "code=4XX"),
        *("code=404.0", "code=٤٠٤", 'code=""', "delay", "delay=-1", "delay=1.5", "delay=600001"),
        *(
            "delay=9999999999",
            "delay=٣",
            "dynamic=yes",
            "fault",
            "fault=",
            "fault=meltdown",
            "fault=outage",
        ),
        *("fault=connection-reset; x", "fault=stream-cut; after=-1", "fault=delay; ms=soon"),
    ],
)
def test_value_that_cannot_be_is_a_problem(prefer: str) -> None:
    problem = read(prefer)
    assert isinstance(problem, Problem)
    assert problem.type.name == "preference-invalid"
    assert problem.violations[0].location == "header"
    assert problem.violations[0].pointer.split("/")[1] == prefer.partition("=")[0]


def test_repeated_headers_are_one_list() -> None:
    assert read("code=404", "example=x") == Preferences(code=404, example="x")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("__code=404", Preferences(code=404)),
        ("a=1&__code=404&__example=a%20b", Preferences(code=404, example="a b")),
        ("__dynamic=true&__seed=", Preferences(dynamic=True, seed="")),
        ("__delay=5&__fault=connection-reset", Preferences(delay_ms=5, fault=RESET)),
        ("code=404", NOTHING),
        ("__proto__=1", NOTHING),
        ("a=__code=404", NOTHING),
        ("__code=404&__code=500", Preferences(code=404)),
    ],
)
def test_query(query: str, expected: Preferences) -> None:
    assert read(query=query) == expected


def test_query_that_cannot_be_is_a_problem() -> None:
    problem = read(query="__code=x")
    assert isinstance(problem, Problem)
    assert problem.violations[0].location == "query"


def test_header_counts_and_query_does_not() -> None:
    assert read("seed=s", query="__code=404") == Preferences(seed="s")


@pytest.mark.parametrize(
    ("preferences", "forced"),
    [
        (NOTHING, False),
        (Preferences(seed="s", dynamic=True, delay_ms=1), False),
        (Preferences(code=200), True),
        (Preferences(example="x"), True),
        (Preferences(fault=RESET), True),
    ],
)
def test_forced_answers_prove_nothing(preferences: Preferences, forced: bool) -> None:
    assert preferences.forced is forced


@given(st.text(st.sampled_from('code=404,;" \\example=fault\tüx-')), st.text())
def test_no_text_breaks_reading(prefer: str, query: str) -> None:
    assert isinstance(read(prefer), Preferences | Problem)
    assert isinstance(read(query=query), Preferences | Problem)


QUOTED = st.text(st.characters(min_codepoint=32, max_codepoint=126))


@given(QUOTED)
def test_quoted_value_comes_back(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    assert read(f'return=minimal, example="{escaped}", seed=s') == Preferences(
        example=value, seed="s"
    )
