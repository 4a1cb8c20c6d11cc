"""The values of a containment check: two schemas, a gap between them, the verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from emulator.http.messages import Json

#: Where in a value: names of properties and indexes of items, from the outside in.
Steps: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema (JSON Schema 2020-12) whose `$ref`s are `#/$defs/<name>` into `definitions`.

    `accepts` is a validator of it; without one the generator's own judges.
    """

    root: Json
    definitions: Mapping[str, Json]
    accepts: Callable[[Json], bool] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One place where the wider schema is not shown to accept what the narrower one does.

    `keyword` is the wider one's, `doubt` a schema of values there that it may refuse. Where it is
    `silent` the narrower one does not describe the property, so that it allows any value.
    """

    keyword: str
    at: Steps = ()
    doubt: Json = True
    silent: bool = False

    def below(self, step: str | int) -> "Gap":
        """The same gap, seen from one level further out."""
        return Gap(self.keyword, (step, *self.at), self.doubt, self.silent)


#: The gaps between two schemas, the wider first.
Compare: TypeAlias = Callable[[Json, Json], list[Gap]]


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap with the counterexample found for it, if one was."""

    gap: Gap
    counterexample: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one schema contains another: `no` has a counterexample, `unknown` only gaps."""

    answer: Literal["yes", "no", "unknown"]
    found: tuple[ShownGap, ...] = ()

    @property
    def counterexample(self) -> Json:
        """A value that the narrower schema accepts and the wider one refuses."""
        return next(each.counterexample[0] for each in self.found if each.counterexample)
