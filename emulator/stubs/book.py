"""The stubs of a scope with its scenarios and settings, as one immutable value."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from emulator.http.messages import Json
from emulator.stubs.faults import NO_DELAY, Delay
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import STARTED, Stub

#: Stubs in one scope; who sends more has a loop by mistake.
STUB_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class StubSettings:
    """Settings of every stub response in the scope; `raw` as they were written."""

    delay: Delay = NO_DELAY
    raw: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StubBook:
    """The stubs in the order of matching: by priority, then the newest first.

    `states` are those of scenarios that have left `Started`.
    """

    stubs: tuple[Stub, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    settings: StubSettings = StubSettings()

    def __bool__(self) -> bool:
        return bool(self.stubs or self.settings.raw)

    def find(self, subject: Subject) -> Stub | None:
        """The first stub that matches the request, its scenario in the state that it needs."""
        path = subject.request.path
        for stub in self.stubs:
            if stub.path is not None and stub.path != path:
                continue
            active = stub.required is None or self.state(stub.scenario or "") == stub.required
            if active and stub.pattern.matches(subject):
                return stub
        return None

    def stub(self, id_: str) -> Stub | None:
        """The stub with this id."""
        return next((stub for stub in self.stubs if stub.id == id_), None)

    def with_stub(self, stub: Stub) -> "StubBook":
        """This book with a stub added, or replaced where there is one with its id."""
        if self.stub(stub.id) is None:
            stubs = [stub, *self.stubs]
        else:
            stubs = [stub if each.id == stub.id else each for each in self.stubs]
        return self._of(sorted(stubs, key=lambda each: each.priority))

    def without(self, unwanted: Iterable[str]) -> "StubBook":
        """This book without the stubs with these ids."""
        ids = frozenset(unwanted)
        return self._of(stub for stub in self.stubs if stub.id not in ids)

    def state(self, scenario: str) -> str:
        """The state a scenario is in."""
        return self.states.get(scenario, STARTED)

    def with_state(self, scenario: str, state: str) -> "StubBook":
        """This book with a scenario in another state."""
        return replace(self, states={**self.states, scenario: state})

    def scenarios(self) -> Mapping[str, tuple[str, ...]]:
        """The scenarios that stubs name, with the states they can be in."""
        found: dict[str, dict[str, None]] = {}
        for stub in self.stubs:
            if stub.scenario is not None:
                states = found.setdefault(stub.scenario, {STARTED: None})
                states |= dict.fromkeys(filter(None, (stub.required, stub.new)))
        return {name: tuple(states) for name, states in sorted(found.items())}

    def free_id(self) -> str:
        """The id for a stub that has none: a UUID, the same in every run."""
        return next(id_ for id_ in _ids(len(self.stubs)) if self.stub(id_) is None)

    def _of(self, stubs: Iterable[Stub]) -> "StubBook":
        """This book with other stubs; states of scenarios that are gone go with them."""
        book = replace(self, stubs=tuple(stubs))
        named = {stub.scenario for stub in book.stubs}
        states = {name: state for name, state in self.states.items() if name in named}
        return replace(book, states=states)


#: The book of a scope in which nothing was stubbed.
NO_STUBS = StubBook()


def _ids(number: int) -> Iterator[str]:
    while True:
        number += 1
        digits = hashlib.sha256(f"stub {number}".encode()).hexdigest()
        yield f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
