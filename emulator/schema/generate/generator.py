"""Generate values for JSON Schema 2020-12: valid, plausible, the same for the same seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from emulator.http.messages import Json
from emulator.schema.draws import Word
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.depths import ENDLESS
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable
from emulator.schema.generate.around import Taken
from emulator.schema.generate.drawing import Drawing, DrawPlans, Mode
from emulator.schema.generate.plans import compiled

__all__ = ["Generator", "Ungeneratable"]

#: About how many optional values one response has.
ALLOWANCE = 400
#: Steps of drawing and checking in one attempt, and in all attempts at a value.
STEPS = 15_000
ALL_STEPS = 30_000

_LAVISH = (Mode(True, True), Mode(True, False), Mode(True, False, True))
_SPARE = (Mode(False, True), Mode(False, False), Mode(False, False, True), Mode(False, False, True))
_NEAR = (Mode(True, True, near=True), Mode(False, False, near=True))
#: What a judged value is drawn by first, with optional properties or without.
_BY_NAME = {True: Mode(True, True, by_name=True), False: Mode(False, True, by_name=True)}


@dataclass(frozen=True, slots=True)
class Generator:
    """Draws values of schemas; `definitions` is what `#/$defs/<name>` points to.

    Neither they nor the schemas may change afterwards: each is compiled once into a plan.
    """

    definitions: Mapping[str, Json]
    _plans: DrawPlans = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_plans", DrawPlans(self.definitions, compiled))

    def generate(
        self,
        schema: Json,
        word: Word,
        *,
        is_valid: Callable[[Json], bool] | None = None,
        optional: bool = True,
    ) -> Json:
        """Draw a value of the schema that `is_valid`; raises Ungeneratable after a bounded search.

        Optional properties are drawn too while the value stays modest, unless `optional` is false.
        The value shares nothing with the schema. Equal states of `word` give equal values.
        """
        if optional:
            value = self._at_once(schema, word)
            if value is not None and (is_valid is None or is_valid(value)):
                return value
        reason, left = "no value was found", ALL_STEPS
        modes = iter((*_LAVISH, *_SPARE) if optional else _SPARE)
        mode: Mode | None = next(modes) if is_valid is None else _BY_NAME[optional]
        while mode is not None:
            effort = Effort(min(left, STEPS))
            left -= effort.left
            checker = Checker(self.definitions, effort, by_name=mode.by_name)
            try:
                value = self._attempt(schema, word, mode, checker)
            except Ungeneratable as error:
                reason = error.reason
            else:
                if is_valid is None or is_valid(value):
                    return value
                reason = "the values drawn were not valid"
            left += max(effort.left, 0)
            if mode.by_name and not checker.named:
                next(modes)  # which would be the same again
            mode = next(modes, None)
        raise Ungeneratable(reason)

    def is_by_name(self, schema: Json, value: Json) -> bool:
        """Whether a value is valid if discriminators decide, and only so."""
        checker = Checker(self.definitions, Effort(STEPS), by_name=True)
        try:
            return checker.accepts(schema, value) and checker.named
        except (ExhaustedError, RecursionError, Ungeneratable):
            return False

    def near(self, schema: Json, word: Word) -> Json:
        """Draw a value that comes near what no value satisfies; raises Ungeneratable.

        All is as in a valid value but the parts that have none, and what they are part of.
        """
        reason = "no value was found"
        for mode in _NEAR:
            try:
                checker = Checker(self.definitions, Effort(STEPS), by_name=True)
                return self._attempt(schema, word, mode, checker)
            except Ungeneratable as error:
                reason = error.reason
        raise Ungeneratable(reason)

    def around(self, schema: Json, word: Word, given: Json, taken: Taken) -> Json:
        """A value that has what `given` has of the same names, valid or not; the rest is drawn.

        None where nothing fits, or it would take a search. What it has of `given` is `taken`.
        """
        return self._at_once(schema, word, given, taken)

    def _at_once(
        self, schema: Json, word: Word, given: Json = None, taken: Taken | None = None
    ) -> Json:
        """What the first attempt draws, where that takes no search; else None."""
        whole = self._plans.of(schema, "").whole
        if whole is None or whole.room > ALLOWANCE or whole.cost >= STEPS:
            return None
        try:
            return whole.draw(word) if taken is None else whole.around(word, given, taken)
        except Ungeneratable:
            return None

    def _attempt(self, schema: Json, word: Word, mode: Mode, checker: Checker) -> Json:
        """Draw in one way; raises Ungeneratable, whatever the reason."""
        try:
            plan = self._plans.of(schema, "")
            if plan.depth >= ENDLESS and not mode.near:
                raise Ungeneratable("what the schema requires has no value, or no end")
            checker.effort.spend()
            return plan.draw(Drawing(word, mode, checker), 0, {}, ALLOWANCE)
        except ExhaustedError:
            raise Ungeneratable("the search took too many steps") from None
        except RecursionError:
            raise Ungeneratable("the schema is nested too deeply") from None
