"""A scope's stubs: which one answers, and what states its scenarios are in."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_book_follows_its_folder_and_keeps_what_is_its_own() -> None:
    before = book(stub("same"), stub("changed"), stub("gone"), stub("edited"), stub("deleted"))
    scope = before.with_stub(stub("edited", name="here")).with_stub(stub("own"))
    scope = scope.without(["deleted"]).with_state("S", "x")
    same = [stub("same"), stub("changed", name="there"), stub("edited", name="there")]
    after = book(*same, stub("deleted"), stub("new"))
    followed = scope.following(before, after)
    assert [each.id for each in followed.stubs] == ["own", "new", "edited", "changed", "same"]
    assert [each.name for each in followed.stubs[2:4]] == ["here", "there"]
    assert before.following(before, after) is after
    assert not followed.states


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


class NaiveBook:
    """What a book is like, told by a list that is searched from its start."""

    def __init__(self) -> None:
        self.stubs: list[Stub] = []
        self.states: dict[str, str] = {}

    def put(self, stub: Stub) -> None:
        if any(each.id == stub.id for each in self.stubs):
            stubs = [stub if each.id == stub.id else each for each in self.stubs]
        else:
            stubs = [stub, *self.stubs]
        self.keep(sorted(stubs, key=lambda each: each.priority))

    def keep(self, stubs: list[Stub]) -> None:
        self.stubs = stubs
        named = {stub.scenario for stub in stubs}
        self.states = {name: state for name, state in self.states.items() if name in named}

    def find(self, subject: Subject) -> Stub | None:
        for stub in self.stubs:
            state = self.states.get(stub.scenario or "", "Started")
            if stub.required in (None, state) and stub.pattern.matches(subject):
                return stub
        return None

    def scenarios(self) -> list[str]:
        return sorted({stub.scenario for stub in self.stubs if stub.scenario is not None})


STUBS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abcdefgh"),
        "request": st.sampled_from(
            [
                *({}, {"urlPath": "/a/1"}, {"url": "/a/1?q=1"}, {"urlPathTemplate": "/a/{x}"}),
                *({"urlPathTemplate": "/{y}/{x}"}, {"urlPattern": "/a/.*"}, {"urlPath": "/b"}),
                {"urlPathPattern": "/(a|b)/?.*"},
            ]
        ),
    },
    optional={
        "priority": st.sampled_from([1, 4, 5, 9]),
        "scenarioName": st.sampled_from(["S", "T"]),
    },
)
METHODS = st.sampled_from(["", "GET", "POST"])
STATES = st.sampled_from(["", "Started", "x"])
PUT = st.tuples(st.just("put"), STUBS, METHODS, STATES)
GONE = st.tuples(st.just("without"), st.lists(st.sampled_from("abcdefgh"), max_size=3))
MOVED = st.tuples(st.just("state"), st.sampled_from(["S", "T"]), STATES)
REQUESTS = [
    Subject(Request(method, path, query))
    for method in ("GET", "POST")
    for path in ("/a/1", "/b", "/b/2", "/")
    for query in ("", "q=1")
]


@given(st.lists(PUT | GONE | MOVED, max_size=25))
def test_index_finds_what_a_search_from_the_start_finds(steps: list[tuple[Any, ...]]) -> None:
    made, naive = NO_STUBS, NaiveBook()
    for step in steps:
        if step[0] == "put":
            _, raw, method, required = step
            raw = {**raw, "request": {**raw["request"], **({"method": method} if method else {})}}
            if required and "scenarioName" in raw:
                raw = {**raw, "requiredScenarioState": required}
            parsed = parse_stub(raw, "")
            assert isinstance(parsed, Stub), parsed
            made = made.with_stub(parsed)
            naive.put(parsed)
        elif step[0] == "without":
            made = made.without(step[1])
            naive.keep([stub for stub in naive.stubs if stub.id not in step[1]])
        elif step[1] in naive.scenarios():
            made = made.with_state(*step[1:])
            naive.states[step[1]] = step[2]
        assert list(made.stubs) == naive.stubs
        assert [made.state(name) for name in "ST"] == [
            naive.states.get(name, "Started") for name in "ST"
        ]
        assert list(made.scenarios()) == naive.scenarios()
    assert [made.find(each) for each in REQUESTS] == [naive.find(each) for each in REQUESTS]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ({"urlPath": "/a/N"}, "/a/77"),
        ({"url": "/a/N?q=1"}, "/a/77?q=1"),
        ({"method": "GET", "urlPathTemplate": "/a/N/{id}"}, "/a/77/x"),
        ({"urlPathTemplate": "/{id}/N"}, "/x/77"),
        ({"method": "GET", "urlPathPattern": "/a/N/[0-9]+"}, "/a/77/5"),
    ],
)
def test_stubs_elsewhere_are_not_examined(pattern: dict[str, str], path: str) -> None:
    """One of ten thousand is found as one of one is."""
    made = NO_STUBS
    for number in range(1_000):
        request = {name: text.replace("N", str(number)) for name, text in pattern.items()}
        made = made.with_stub(stub(f"s{number}", request=request))
    asked = Request("GET", *path.partition("?")[::2])
    assert [ranked[2].id for ranked in made.index.candidates(asked)] == ["s77"]
    assert list(made.index.candidates(Request("GET", "/other"))) == []


def test_request_in_flight_keeps_the_book_it_saw() -> None:
    before = book(stub("a"))
    after = before.with_stub(stub("b")).without(["a"])
    assert (found(before), found(after)) == ("a", "b")
    assert [stub.id for stub in before.stubs] == ["a"]


def test_stubs_written_alike_are_found_by_their_pattern() -> None:
    made = book(stub("a"), stub("b", request={"urlPath": "/b"}), stub("c"))
    assert [each.id for each in made.like(stub("new").pattern)] == ["c", "a"]


def test_id_that_is_free_does_not_depend_on_what_was_asked_before() -> None:
    made = NO_STUBS
    for number in range(40):
        made = made.with_stub(stub(made.free_id()))
        if number == 20:
            made = made.without([each.id for each in made.stubs[10:]])
        assert made.free_id() == replace(made, taken=0).free_id()
        assert made.stub(made.free_id()) is None
    assert len(made) == 29
