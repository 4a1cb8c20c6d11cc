"""Tools as data: what a tool takes and gives, what comes of a call, and what it stands on."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from emulator.catalogue.outcomes import Event, Outcome
from emulator.messages import Json
from emulator.templates import Template

SIDE_EFFECTS = ("read", "write", "delete", "send")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `raw` is its file's object, with what it inherits, as templates see it.

    `values` are named values that its outcomes share, in the order they are made.
    """

    slug: str
    file: str
    input: Json
    outcomes: tuple[Outcome, ...]
    raw: Mapping[str, Json]
    output: Json = True
    toolkit: str = ""
    side_effect: str = "read"
    latency_ms: int = 0
    require_approval: bool = False
    values: Mapping[str, Template] = field(default_factory=dict)
    extension: "Extension | None" = None

    def outcome(self, variables: Mapping[str, Json]) -> Outcome | None:
        """The first own outcome whose condition holds for these variables (`arguments`, …)."""
        for outcome in self.outcomes:
            if outcome.when is None or outcome.when(variables):
                return outcome
        return None

    def without(self, names: Set[str]) -> "Tool":
        """The tool without the outcomes of these names, its own or those it takes over."""
        kept = tuple(outcome for outcome in self.outcomes if outcome.name not in names)
        below = self.extension
        extension = below and replace(below, base=below.base.without(names))
        return replace(self, outcomes=kept, extension=extension)

    def chain(self) -> Iterator["Tool"]:
        """The tool itself, what it extends, what that extends, …"""
        yield self
        if self.extension is not None:
            yield from self.extension.base.chain()

    def cases(self) -> Iterator[tuple[Outcome, Mapping[str, Json] | None]]:
        """Every outcome a call can have, with arguments of this tool that lead to it."""
        yield from ((outcome, outcome.example) for outcome in self.outcomes)
        if self.extension is not None:
            examples = self.extension.examples
            for outcome, _ in self.extension.base.cases():
                if outcome.name in examples:
                    yield outcome, examples[outcome.name]


@dataclass(frozen=True, slots=True)
class Extension:
    """How a tool stands on another one: its arguments and its answers, made from each other.

    `arguments` makes the other tool's arguments from this one's; `result` and `error` make this
    tool's answer from the other's, which comes as it is where they are None. `events` happen once
    the other has done what it does. `examples` are arguments of this tool that lead to the other's
    outcomes, by name, as far as any can.
    """

    base: Tool
    arguments: Template
    result: Template | None = None
    error: Template | None = None
    events: tuple[Event, ...] = ()
    examples: Mapping[str, Mapping[str, Json] | None] = field(default_factory=dict)
