"""The stubs of a scope with its scenarios and settings, as one immutable value."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from emulator.http.messages import Json
from emulator.stubs.faults import NO_DELAY, Delay
from emulator.stubs.matching.index import PatternIndex
from emulator.stubs.matching.pattern import RequestPattern
from emulator.stubs.matching.places import Place
from emulator.stubs.matching.subject import Subject
from emulator.stubs.shards import Shards, regrouped
from emulator.stubs.stub import STARTED, Stub

#: A stub after its rank: its priority, and a number that is its own.
Ranked = tuple[int, int, Stub]


@dataclass(frozen=True, slots=True)
class StubSettings:
    """Settings of every stub response in the scope; `raw` as they were written."""

    delay: Delay = NO_DELAY
    raw: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class StubBook:
    """The stubs with their ranks: by priority, then the newest first. Not slotted: that is cached.

    `states` are those of scenarios that have left `Started`; `oldest` and `newest` are the numbers
    of the stubs at the ends. The ids that are made of `taken` and the numbers below are taken.
    `size_bytes` is how long all stubs are as they were written.
    """

    index: PatternIndex[Ranked] = field(default_factory=PatternIndex)
    by_id: Shards[str, Ranked] = field(default_factory=Shards)
    by_scenario: Shards[str, tuple[Ranked, ...]] = field(default_factory=Shards)
    states: Shards[str, str] = field(default_factory=Shards)
    settings: StubSettings = StubSettings()
    newest: int = 0
    oldest: int = 0
    taken: int = 0
    size_bytes: int = 0

    def __len__(self) -> int:
        return len(self.by_id)

    def __bool__(self) -> bool:
        return bool(self.by_id or self.settings.raw)

    @cached_property
    def stubs(self) -> tuple[Stub, ...]:
        """The stubs in the order of matching."""
        return tuple(stub for _, _, stub in sorted(self.by_id.values()))

    def find(self, subject: Subject) -> Stub | None:
        """The first stub that matches the request, its scenario in the state that it needs."""
        for _, _, stub in self.index.candidates(subject.request):
            active = stub.required is None or self.state(stub.scenario or "") == stub.required
            if active and stub.pattern.matches(subject):
                return stub
        return None

    def stub(self, id_: str) -> Stub | None:
        """The stub with this id."""
        ranked = self.by_id.get(id_)
        return ranked[2] if ranked else None

    def with_stub(self, stub: Stub) -> "StubBook":
        """This book with a stub added, or replaced where there is one with its id.

        One with another priority has come in the order of the one it replaces.
        """
        old = self.by_id.get(stub.id)
        newest, oldest = self.newest, self.oldest
        if old is not None and old[0] == stub.priority:
            number = old[1]
        elif old is not None and stub.priority < old[0]:
            number = oldest = oldest + 1
        else:
            number = newest = newest - 1
        ranked = (stub.priority, number, stub)
        taken = self._free_number - 1
        return self._changed([old] if old else [], [ranked], newest, oldest, taken)

    def following(self, before: "StubBook", after: "StubBook") -> "StubBook":
        """This book, which began with the stubs of `before`, with those of `after` instead.

        What was added to it or changed in it stays, what was deleted of it stays deleted, and so do
        the states of its scenarios.
        """
        if self is before:
            return after
        gone = [stub.id for stub in before.stubs if self.stub(stub.id) is None]
        book = replace(after.without(gone), settings=self.settings)
        for stub in reversed(self.stubs):
            if before.stub(stub.id) is not stub:
                book = book.with_stub(stub)
        states = {name: self.states.get(name) for name in self.states if book.of_scenario(name)}
        return replace(book, states=Shards[str, str]().changed(states))

    def without(self, unwanted: Iterable[str]) -> "StubBook":
        """This book without the stubs with these ids."""
        gone = (self.by_id.get(id_) for id_ in set(unwanted))
        found = [ranked for ranked in gone if ranked]
        return self._changed(found, [], self.newest, self.oldest, 0)

    def like(self, pattern: RequestPattern) -> tuple[Stub, ...]:
        """The stubs whose pattern was written like this one."""
        same = self.index.at(pattern.place)
        return tuple(stub for _, _, stub in same if stub.pattern.raw == pattern.raw)

    def state(self, scenario: str) -> str:
        """The state a scenario is in."""
        state = self.states.get(scenario)
        return STARTED if state is None else state

    def with_state(self, scenario: str, state: str) -> "StubBook":
        """This book with a scenario in another state."""
        return replace(self, states=self.states.changed({scenario: state}))

    def started(self) -> "StubBook":
        """This book with every scenario in the state `Started`."""
        return replace(self, states=Shards())

    def of_scenario(self, scenario: str) -> tuple[Stub, ...]:
        """The stubs that name a scenario, in the order of matching."""
        return tuple(stub for _, _, stub in self.by_scenario.get(scenario) or ())

    def possible_states(self, scenario: str) -> tuple[str, ...]:
        """The states a scenario can be in; none where no stub names it."""
        stubs = self.of_scenario(scenario)
        named = (state for stub in stubs for state in (stub.required, stub.new) if state)
        return tuple(dict.fromkeys((STARTED, *named))) if stubs else ()

    def scenarios(self) -> Mapping[str, tuple[str, ...]]:
        """The scenarios that stubs name, with the states they can be in."""
        return {name: self.possible_states(name) for name in sorted(self.by_scenario)}

    def free_id(self) -> str:
        """The id for a stub that has none: a UUID, the same in every run."""
        return _id(self._free_number)

    @cached_property
    def _free_number(self) -> int:
        number = max(len(self), self.taken) + 1
        while self.by_id.get(_id(number)) is not None:
            number += 1
        return number

    def _changed(
        self, gone: list[Ranked], come: list[Ranked], newest: int, oldest: int, taken: int
    ) -> "StubBook":
        """This book less some stubs, with others; states go with the last stub of a scenario."""
        by_id: dict[str, Ranked | None] = {ranked[2].id: None for ranked in gone}
        by_id |= {ranked[2].id: ranked for ranked in come}
        left, entered = _by_scenario(gone), _by_scenario(come)
        by_scenario, states = self.by_scenario, self.states
        if left or entered:
            by_scenario = regrouped(by_scenario, left, entered)
            states = states.changed({name: None for name, _ in left if not by_scenario.get(name)})
        index = self.index.changed(_by_place(gone), _by_place(come))
        size = self.size_bytes + sum(each[2].size_bytes for each in come)
        size -= sum(each[2].size_bytes for each in gone)
        shards = (index, self.by_id.changed(by_id), by_scenario, states)
        return StubBook(*shards, self.settings, newest, oldest, taken, size)


#: The book of a scope in which nothing was stubbed.
NO_STUBS = StubBook()


def _by_place(stubs: Iterable[Ranked]) -> list[tuple[Place, Ranked]]:
    return [(ranked[2].pattern.place, ranked) for ranked in stubs]


def _by_scenario(stubs: Iterable[Ranked]) -> list[tuple[str, Ranked]]:
    named = ((ranked[2].scenario, ranked) for ranked in stubs)
    return [(name, ranked) for name, ranked in named if name is not None]


def _id(number: int) -> str:
    digits = hashlib.sha256(f"stub {number}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
