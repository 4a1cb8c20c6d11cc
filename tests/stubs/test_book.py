"""A scope's stubs: which one answers, and what states its scenarios are in."""

from typing import Any

import pytest

from emulator.http.messages import Request
from emulator.stubs.book import NO_STUBS, StubBook
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub, parse_stub

GET = Subject(Request("GET", "/a"))


def stub(id_: str, **fields: Any) -> Stub:
    parsed = parse_stub({"id": id_, "request": {"urlPath": "/a"}, **fields}, "")
    assert isinstance(parsed, Stub), parsed
    return parsed


def book(*stubs: Stub) -> StubBook:
    made = NO_STUBS
    for each in stubs:
        made = made.with_stub(each)
    return made


def found(made: StubBook) -> str | None:
    answering = made.find(GET)
    return answering.id if answering else None


@pytest.mark.parametrize(
    ("stubs", "answers"),
    [
        ([], None),
        ([stub("old"), stub("new")], "new"),
        ([stub("urgent", priority=1), stub("new")], "urgent"),
        ([stub("late", priority=9), stub("other")], "other"),
        ([stub("a"), stub("elsewhere", request={"urlPath": "/b"})], "a"),
        ([stub("a"), stub("b"), stub("a", name="edited")], "b"),
        ([stub("a"), stub("b"), stub("a", priority=1)], "a"),
        ([stub("needs", scenarioName="S", requiredScenarioState="x")], None),
        ([stub("starts", scenarioName="S", requiredScenarioState="Started")], "starts"),
    ],
)
def test_the_most_urgent_then_the_newest_answers(stubs: list[Stub], answers: str | None) -> None:
    assert found(book(*stubs)) == answers


def test_scenario_decides_which_stub_answers() -> None:
    one = stub("one", scenarioName="S", requiredScenarioState="Started", newScenarioState="next")
    two = stub("two", scenarioName="S", requiredScenarioState="next")
    made = book(one, two)
    assert made.scenarios() == {"S": ("Started", "next")}
    assert (found(made), found(made.with_state("S", "next"))) == ("one", "two")


def test_state_goes_with_the_last_stub_of_its_scenario() -> None:
    made = book(stub("one", scenarioName="S"), stub("two")).with_state("S", "next")
    assert made.without(["two"]).state("S") == "next"
    assert made.without(["one"]).state("S") == "Started"


def test_id_that_is_free_is_the_same_in_every_run() -> None:
    first = NO_STUBS.free_id()
    assert first == "839a25ca-caf6-4ce4-a2d2-afc7ce67f691"
    assert book(stub(first)).free_id() not in (first, book(stub("a"), stub("b")).free_id())


def test_book_without_stubs_and_settings_is_none() -> None:
    assert not NO_STUBS
    assert not book(stub("a")).without(["a"])
    assert book(stub("a"))
