"""Flatten a schema: follow references, merge `allOf`, take one branch of every choice."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from emulator.http.messages import Json
from emulator.schema.draws import Word, chance, shuffled
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.depths import ENDLESS, Depths
from emulator.schema.flatten.discriminators import stand_ins
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat, merge, property_schema
from emulator.schema.flatten.negation import REFUSED, negate
from emulator.schema.flatten.references import resolve
from emulator.schema.keywords import words

#: Keywords that apply other schemas to the same value, or are rewritten here.
APPLICATORS = words(
    "$ref allOf oneOf anyOf not if then else const dependentSchemas discriminator "
    "unevaluatedProperties unevaluatedItems"
)
#: Keywords that flattening only approximates: the whole schema must judge what is drawn.
RISKY = words(
    "oneOf not if dependentSchemas dependentRequired unevaluatedProperties unevaluatedItems "
    "contains propertyNames patternProperties"
)


#: How many attempts may fail before branches of `oneOf` are set apart by force.
PATIENCE = 4


class Flattener:
    """Flattens one schema, several times if need be: each time it tries other branches first."""

    def __init__(self, checker: Checker, depths: Depths, word: Word, shallow: bool) -> None:
        self.checker = checker
        self.depths = depths
        self.word = word
        self.shallow = shallow
        self.risky = False
        self.branches = 1
        self.attempts = 0
        self.followed: dict[str, None] = {}
        #: The choices of one run: between what, which was taken, and the steps left before.
        self.trail: list[tuple[list[Json], int, int]] = []
        #: Whether nothing but those choices was left to chance, and each could be kept to.
        self.straight = True
        self._orders: list[list[int]] = []
        # Lists are kept beside their indexes: an id means nothing once its list is gone.
        self._untried: dict[int, tuple[list[Json], list[int]]] = {}

    def begin(self, above: Mapping[str, None]) -> None:
        """Begin a run; `above` are the references followed on the way here.

        Branches that repeat none of them come first.
        """
        self.attempts += 1
        self.followed = {}
        self.trail = []
        self.straight = True
        self._above = above

    def flatten(self, schema: Json, orders: Iterable[list[int]] = ()) -> Flat:
        """The flat schema; raises Ungeneratable where its parts contradict each other.

        `orders` are those of the first choices, where they are drawn already.
        """
        self._orders = list(orders)
        return self._flatten(schema, (), None)

    def _flatten(self, schema: Json, via: tuple[str, ...], concrete: str | None) -> Flat:
        """`concrete` is the reference that names the thing drawn, for inherited discriminators."""
        if schema is False:
            raise Ungeneratable("the schema is false: it allows no value")
        if not isinstance(schema, dict):
            return {}
        self.checker.effort.spend()
        if APPLICATORS.isdisjoint(schema):
            self.risky = self.risky or not RISKY.isdisjoint(schema)
            return schema
        self.risky = self.risky or not RISKY.isdisjoint(schema)
        flat = {k: v for k, v in schema.items() if k not in APPLICATORS}
        if "const" in schema:
            flat = merge(flat, {"enum": [schema["const"]]})
        flat = self._referenced(flat, schema, via, concrete)
        for sub in schema.get("allOf", ()):
            flat = merge(flat, self._flatten(sub, via, concrete))
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                flat = self._chosen(flat, schema, schema[keyword], via)
        if "discriminator" in schema and "oneOf" not in schema and "anyOf" not in schema:
            flat = self._discriminated(flat, schema, concrete or (via[0] if via else None))
        return self._conditions(flat, schema, via)

    def _referenced(
        self, flat: Flat, schema: Json, via: tuple[str, ...], concrete: str | None
    ) -> Flat:
        reference = schema.get("$ref")
        if reference is None or reference in via:
            return flat
        self.followed[reference] = None
        target = resolve(reference, self.checker.definitions)
        return merge(flat, self._flatten(target, (*via, reference), concrete or reference))

    def _conditions(self, flat: Flat, schema: Json, via: tuple[str, ...]) -> Flat:
        if "not" in schema:
            flat = merge(flat, self._flatten_negation(schema["not"], via))
        if "if" in schema:
            flat = self._conditional(flat, schema, via)
        for name, sub in schema.get("dependentSchemas", {}).items():
            flat = self._dependent(flat, name, sub, via)
        return _closed(flat, schema)

    def _first(self, flat: Flat, ways: list[Callable[[], Flat]]) -> Flat:
        """Merge the first way that does not contradict the schema so far."""
        reason = "there is nothing to choose from"
        for way in ways:
            try:
                return merge(flat, way())
            except Ungeneratable as error:
                reason = error.reason
                self.straight = False
        raise Ungeneratable(reason)

    def _chosen(self, flat: Flat, schema: Json, options: list[Json], via: tuple[str, ...]) -> Flat:
        self.branches = max(self.branches, len(options))
        discriminator = schema.get("discriminator")

        def way(option: Json) -> Callable[[], Flat]:
            def taken() -> Flat:
                branch = self._flatten(option, via, None)
                if isinstance(discriminator, dict) and isinstance(option, dict):
                    branch = self._discriminated(branch, schema, option.get("$ref"))
                is_one_of = options is schema.get("oneOf") and self.attempts > PATIENCE
                if is_one_of and self.checker.by_name and isinstance(discriminator, dict):
                    self.checker.named = True
                elif is_one_of:
                    branch = self._set_apart(branch, option, options, via)
                return branch

            return taken

        left = self.checker.effort.left
        order = self._orders.pop(0) if self._orders else self.order(options)
        self.trail += [(options, index, left) for index in order[:1]]
        return self._first(flat, [way(options[index]) for index in order])

    def _set_apart(
        self, branch: Flat, option: Json, options: list[Json], via: tuple[str, ...]
    ) -> Flat:
        """Add properties to a branch that the other branches refuse."""
        for other in options:
            if other is option:
                continue
            theirs = self._flatten(other, via, None).get("properties", {})
            for name, sub in theirs.items():
                if name not in branch.get("properties", {}) and sub not in (True, False, {}):
                    apart: Flat = {"properties": {name: negate(sub)}, "required": [name]}
                    branch = merge(branch, apart)
                    break
        return branch

    def order(self, options: list[Json], depths: Sequence[int] | None = None) -> list[int]:
        """Untried branches before tried ones, then those that end soonest when it gets deep.

        `depths` are those of the options, where they are known already.
        """
        if depths is None:
            depths = [self.depths.of(option) for option in options]
        usable = [i for i, depth in enumerate(depths) if depth < ENDLESS]
        untried = self._untried.get(id(options), (options, usable))[1] or usable
        order = shuffled(self.word, usable)
        order.sort(key=lambda i: (i not in untried, *self._rank(options[i], depths[i])))
        if order:
            self._untried[id(options)] = (options, [i for i in untried if i != order[0]])
        return order

    def _rank(self, option: Json, depth: int) -> tuple[int, bool, bool]:
        repeats = isinstance(option, dict) and option.get("$ref") in self._above
        return (depth if self.shallow else 0, repeats, option == {"type": "null"})

    def _flatten_negation(self, schema: Json, via: tuple[str, ...]) -> Flat:
        if not isinstance(schema, dict) or list(schema) != ["$ref"]:
            choices = len(self.trail)
            flat = self._flatten(negate(schema), via, None)
            # Its options are made anew in each run, so that none of them was tried before.
            self.straight = self.straight and len(self.trail) == choices
            return flat
        reference = schema["$ref"]
        if reference in via:
            return {REFUSED: schema}
        target = resolve(reference, self.checker.definitions)
        return self._flatten_negation(target, (*via, reference))

    def _conditional(self, flat: Flat, schema: Json, via: tuple[str, ...]) -> Flat:
        def holds() -> Flat:
            return merge(
                self._flatten(schema["if"], via, None), self._flatten(schema.get("then"), via, None)
            )

        def fails() -> Flat:
            return merge(
                self._flatten_negation(schema["if"], via),
                self._flatten(schema.get("else"), via, None),
            )

        ways = [holds, fails]
        self.branches = max(self.branches, 2)
        self.straight = False
        return self._first(flat, ways if chance(self.word, 0.5) else ways[::-1])

    def _dependent(self, flat: Flat, name: str, sub: Json, via: tuple[str, ...]) -> Flat:
        def present() -> Flat:
            return merge({"required": [name]}, self._flatten(sub, via, None))

        def absent() -> Flat:
            return {"properties": {name: False}}

        if name in flat.get("required", ()):
            return merge(flat, present())
        self.branches = max(self.branches, 2)
        self.straight = False
        ways = [present, absent]
        return self._first(flat, ways if chance(self.word, 0.5) else ways[::-1])

    def _discriminated(self, flat: Flat, schema: Json, reference: str | None) -> Flat:
        """Set the property that a discriminator names to the value of the branch taken."""
        discriminator = schema["discriminator"]
        name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        if not isinstance(name, str) or reference is None:
            return flat
        for value in stand_ins(discriminator.get("mapping") or {}, reference):
            if self.checker.accepts(property_schema(flat, name), value):
                constant: Flat = {"properties": {name: {"enum": [value]}}, "required": [name]}
                return merge(flat, constant)
        return flat


def _closed(flat: Flat, schema: Json) -> Flat:
    """Turn `unevaluated…` into `additionalProperties` and `items` of the merged schema."""
    for unevaluated, rest in (
        ("unevaluatedProperties", "additionalProperties"),
        ("unevaluatedItems", "items"),
    ):
        if unevaluated in schema and rest not in flat:
            flat = {**flat, rest: schema[unevaluated]}
    return flat
