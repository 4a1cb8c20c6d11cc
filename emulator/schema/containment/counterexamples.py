"""Find values that the narrower schema accepts and the wider one refuses."""

from collections.abc import Callable

from emulator.http.messages import Json
from emulator.schema.containment.model import Gap, Schema, Steps
from emulator.schema.draws import random_words
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.schema.generate.generator import Generator, Ungeneratable

#: How often a value is drawn for one gap.
ATTEMPTS = 4
#: Steps of judging one value.
_STEPS = 50_000


class Counterexamples:
    """Draws counterexamples for the gaps between two schemas, the same ones every time."""

    def __init__(self, wider: Schema, narrower: Schema) -> None:
        self._narrower = narrower
        # A value that can't be judged within its steps is no counterexample.
        self._accepts = _judge(narrower, undecided=False)
        self._keeps = _judge(wider, undecided=True)
        self._generator = Generator(narrower.definitions)

    def of(self, gap: Gap) -> tuple[Json, ...]:
        """One value that the narrower schema accepts and the wider refuses, if one is found.

        It holds what the gap doubts, and little else.
        """
        schema = {"allOf": [self._narrower.root, around(gap.at, gap.doubt, gap.keyword)]}
        for seed in range(ATTEMPTS):
            try:
                value = self._generator.generate(
                    schema,
                    random_words(bytes([seed])),
                    is_valid=self._shows,
                    optional=seed % 2 == 1,
                )
            except Ungeneratable:
                continue
            return (value,)
        return ()

    def _shows(self, value: Json) -> bool:
        return self._accepts(value) and not self._keeps(value)


def around(at: Steps, doubt: Json, keyword: str = "") -> Json:
    """A schema of values that are `doubt` at a place; for `required`, one level further out."""
    steps = at[:-1] if keyword == "required" else at
    schema: Json = doubt
    for step in reversed(steps):
        if isinstance(step, str):
            schema = {"type": "object", "required": [step], "properties": {step: schema}}
        else:
            before = [True] * step
            schema = {"type": "array", "minItems": step + 1, "prefixItems": [*before, schema]}
    return schema


def _judge(schema: Schema, *, undecided: bool) -> Callable[[Json], bool]:
    if schema.accepts is not None:
        return schema.accepts

    def accepts(value: Json) -> bool:
        try:
            return Checker(schema.definitions, Effort(_STEPS)).accepts(schema.root, value)
        except ExhaustedError:
            return undecided

    return accepts
