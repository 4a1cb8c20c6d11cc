"""What a service's own semantics see of a call, and what they may say."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from emulator.errors import RenderError
from emulator.fixtures.load import Fixtures
from emulator.fixtures.templates.context import TemplateValues
from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.http.targets import THIS_MACHINE, Targets
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Effect, Snapshot
from emulator.openapi.validate.request import ValidRequest


@dataclass(frozen=True, slots=True)
class Call:
    """A valid request, what the service has stored, what it remembers, and values for templates.

    `targets` are where webhooks may go.
    """

    request: ValidRequest
    fixtures: Fixtures
    snapshot: Snapshot
    values: TemplateValues
    targets: Targets = THIS_MACHINE

    def fresh_id(self, prefix: str = "", length: int = 12) -> str:
        """An id that no record of this scope has: the same at the same point of every run."""
        counted = f"{prefix}\0{self.snapshot.sequence}".encode()
        return prefix + hashlib.sha256(counted).hexdigest()[:length]

    def shaped(self, shape: str, **variables: Json) -> Json:
        """A record as the service sends it: the stored shape with this name, filled in.

        Raises RenderError where no such shape is stored.
        """
        template = self.fixtures.shapes.get(shape)
        if template is None:
            raise RenderError("fixtures", f"there is no shapes/{shape}.yaml")
        return template(self.values.all(variables))

    def path(self, name: str) -> str:
        """A path parameter as text."""
        return str(self.request.parameters["path"].get(name, ""))

    def query(self, name: str) -> Json:
        """A query parameter's value, None where it was not sent."""
        return self.request.parameters["query"].get(name)


@dataclass(frozen=True, slots=True)
class Rest:
    """What an answer still lacks, because the service waits for somebody.

    `ask` gives the next part. It is asked when the scope has changed, and at `at`: with the same
    request, a later snapshot and a later time. Nobody asks it once the client has left.
    """

    ask: "Behaviour"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service wants said: a fixture by id, values for its templates, effects.

    `media_type` overrides content negotiation where the service does not negotiate;
    `delay_ms` is how long the service takes. With a `rest` a stream goes on with the events of the
    next part, while any other answer waits and is the last part's.
    """

    fixture: str
    variables: Mapping[str, Json] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    media_type: str | None = None
    delay_ms: int = 0
    rest: Rest | None = None


#: Bound to one operation of one API. None leaves the choice to the document.
Behaviour = Callable[[Call], Answer | Problem | None]


@dataclass(frozen=True, slots=True)
class Events:
    """What can happen at a service, and what follows from it: changes, messages to webhooks.

    `types` are the types of events that it knows, in the state that a call sees.
    """

    types: Callable[[Call], Collection[str]]
    follow: Callable[[Call, Sequence[Emit]], Iterable[Effect]]


def behave(behaviour: Behaviour, events: Events | None, call: Call) -> Answer | Problem | None:
    """What the behaviour says, its effects with what follows from the events among them."""
    said = behaviour(call)
    if not isinstance(said, Answer) or not any(isinstance(each, Emit) for each in said.effects):
        return said
    return replace(said, effects=with_consequences(events, call, said.effects))


def with_consequences(
    events: Events | None, call: Call, effects: Sequence[Effect]
) -> tuple[Effect, ...]:
    """The effects with what follows from each event in its place; nothing where nobody cares."""
    emitted = [effect for effect in effects if isinstance(effect, Emit)]
    if not emitted:
        return tuple(effects)
    others = tuple(effect for effect in effects if not isinstance(effect, Emit))
    return others if events is None else (*others, *events.follow(call, emitted))
