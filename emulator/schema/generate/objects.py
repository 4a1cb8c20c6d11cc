"""Draw objects: which properties, and their values."""

from collections.abc import Iterable

from emulator.http.messages import Json
from emulator.schema.contradictions import LARGEST
from emulator.schema.draws import Word
from emulator.schema.flatten.depths import ENDLESS
from emulator.schema.flatten.effort import ExhaustedError, Ungeneratable
from emulator.schema.flatten.merge import Flat, property_schema
from emulator.schema.generate.around import object_around
from emulator.schema.generate.drawing import DEEP, Above, Drawing, DrawPlan, DrawPlans, Whole
from emulator.schema.generate.inventions import Inventor

#: More properties than this are not invented for a minProperties.
MOST = LARGEST["minProperties"]
#: So many are, where there is no such object.
FEW = 20


class _Members:
    """Properties to draw: their names, and for each its name, plan, and whether it must be.

    They depend on whether one of the `references` is followed above already.
    """

    __slots__ = ("composite", "count", "names", "references", "rows")

    def __init__(
        self,
        plans: dict[str, DrawPlan],
        required: Iterable[str],
        references: frozenset[str] = frozenset(),
    ) -> None:
        self.references = references
        self.names = list(plans)
        self.count = len(plans)
        self.composite = max(sum(not plan.scalar for plan in plans.values()), 1)
        self.rows = [(name, plan, name in required) for name, plan in plans.items()]


class ObjectValue:
    """Draws objects for a flat schema."""

    __slots__ = (
        "_all",
        "_few",
        "_inventor",
        "_plans",
        "flat",
        "high",
        "impossible",
        "low",
        "most",
        "plans",
        "properties",
        "required",
    )

    def __init__(self, flat: Flat, _name: str, plans: DrawPlans) -> None:
        self.flat = flat
        self.plans = plans
        low, high = flat.get("minProperties", 0), flat.get("maxProperties", MOST)
        self.properties: dict[str, Json] = flat.get("properties", {})
        self.most = len(self.properties)
        #: The required names, with those that they require in turn.
        self.required = self._with_dependents(dict.fromkeys(flat.get("required", ())))
        self.impossible = ""
        if len(self.required) > high or low > min(high, MOST):
            self.impossible = f"no object has {low} to {high} properties and all that are required"
        self.low, self.high = int(low), int(high)
        self._inventor = Inventor(flat, plans)
        self._plans: dict[str, DrawPlan] = {}
        self._few: _Members | None = None
        self._all: _Members | None = None

    def draw(self, drawing: Drawing, depth: int, above: Above, allowance: int) -> Json:
        """An object; raises Ungeneratable."""
        if self.impossible:
            if not drawing.near:
                raise Ungeneratable(self.impossible)
            drawing.strayed += 1
        lavish = drawing.optional and depth < DEEP and allowance > 0
        members = self._all if lavish else self._few
        if members is None:
            members = self._lavish(above, allowance) if lavish else self._necessary()
        elif lavish and (allowance < self.most or not members.references.isdisjoint(above)):
            members = self._members(self._ordered(self._wanted(above, allowance)))
        if members.count < self.low or not self.properties:
            missing, room = self.low - members.count, self.high - members.count
            if drawing.near:
                missing = min(missing, FEW)
            where = drawing, depth, above
            more = self._inventor.names(members.names, missing, room, where, lavish)
            members = self._members([*members.names, *more]) if more else members
        drawn = self._values(members, drawing, depth, above, allowance)
        if len(drawn) >= self.low or drawing.near:
            return drawn
        # An optional one could not be drawn: others instead.
        missing, where = self.low - len(drawn), (drawing, depth, above)
        others = self._inventor.names(members.names, missing, MOST, where, lavish)
        drawn |= self._values(self._members(others), drawing, depth, above, allowance)
        if len(drawn) < self.low:
            raise Ungeneratable(f"no object with {self.flat['minProperties']} properties was found")
        return drawn

    def whole(self) -> Whole | None:
        """What draws objects with all properties that are wanted, where each has a whole."""
        if self.impossible or "dependentRequired" in self.flat or not self.properties:
            return None
        members = self._every()
        wholes = [(name, plan.whole) for name, plan, _ in members.rows]
        parts = [(name, whole) for name, whole in wholes if whole is not None]
        if len(parts) < len(wholes) or members.count < self.low:
            return None
        rows = tuple((name, whole.draw) for name, whole in parts)

        def draw(word: Word) -> Json:
            return {name: part(word) for name, part in rows}

        share = max([whole.room for _, whole in parts], default=0)
        return Whole(
            draw,
            object_around([(name, whole.draw, whole.around) for name, whole in parts], draw),
            sum(whole.cost for _, whole in parts),
            max(1, self.most, members.count + members.composite * share),
            1 + max([whole.height for _, whole in parts], default=0),
            members.references.union(*(whole.references for _, whole in parts)),
        )

    def _with_dependents(self, names: dict[str, None]) -> dict[str, None]:
        table = self.flat.get("dependentRequired")
        if not table:
            return names
        names = dict(names)
        queue = list(names)
        while queue:
            for name in table.get(queue.pop(), ()):
                if name not in names:
                    names[name] = None
                    queue.append(name)
        return names

    def _plan(self, name: str) -> DrawPlan:
        """The plan of a property."""
        known = self._plans.get(name)
        if known is None:
            known = self.plans.of(property_schema(self.flat, name), name)
            if name in self.properties or name in self.required:
                self._plans[name] = known
        return known

    def _members(self, names: Iterable[str]) -> _Members:
        return _Members({name: self._plan(name) for name in names}, self.required)

    def _necessary(self) -> _Members:
        """The properties that are required."""
        if self._few is None:
            self._few = self._members(self._ordered(self.required))
        return self._few

    def _lavish(self, above: Above, allowance: int) -> _Members:
        """The properties that are required, and others as far as they are allowed and wanted."""
        if allowance >= self.most and "dependentRequired" not in self.flat:
            members = self._every()
            if members.references.isdisjoint(above):
                return members
        return self._members(self._ordered(self._wanted(above, allowance)))

    def _every(self) -> _Members:
        """The properties that are required or wanted, where nothing is above."""
        if self._all is None:
            names = self._wanted({}, self.most)
            plans = {name: self._plan(name) for name in self._ordered(names)}
            optional = [self._plan(name) for name in names if name not in self.required]
            references = frozenset(each for plan in optional for each in plan.references)
            self._all = _Members(plans, self.required, references)
        return self._all

    def _wanted(self, above: Above, allowance: int) -> dict[str, None]:
        """The required names, then optional ones that are wanted."""
        names = dict(self.required)
        for name in self.properties:
            if name in names or allowance <= 0 or not self._plan(name).wanted(above):
                continue
            more = self._with_dependents({name: None})
            if all(self._plan(other).wanted(above) for other in more):
                allowance -= len(more)
                names |= more
        return names

    def _ordered(self, names: dict[str, None]) -> list[str]:
        """Names in the order of the schema; at most `high`, optional ones given up first."""
        ordered = [name for name in self.properties if name in names]
        ordered += [name for name in names if name not in self.properties]
        surplus = len(ordered) - self.high
        kept: list[str] = []
        for name in reversed(ordered):
            if surplus > 0 and name not in self.required:
                surplus -= 1
            else:
                kept.append(name)
        return kept[::-1]

    def _values(
        self, members: _Members, drawing: Drawing, depth: int, above: Above, allowance: int
    ) -> dict[str, Json]:
        """Draw the properties; leave out optional ones that have no value."""
        share = max(0, allowance - members.count) // members.composite
        effort, word, usual = drawing.effort, drawing.word, drawing.usual
        depth += 1
        drawn: dict[str, Json] = {}
        for name, plan, needed in members.rows:
            simple = plan.simple
            try:
                if simple is not None and usual and effort.left >= plan.cost:
                    effort.left -= plan.cost
                    value = simple(word)
                    if value is None and plan.reason:
                        value = plan.instead(drawing, depth, above, share)
                else:
                    effort.left -= 1
                    if effort.left < 0:
                        raise ExhaustedError
                    if drawing.near and depth > DEEP and plan.depth >= ENDLESS:
                        raise Ungeneratable("it has no end")
                    value = plan.draw(drawing, depth, above, share)
            except Ungeneratable as error:
                if not needed:
                    continue
                if not drawing.near:
                    raise Ungeneratable(f"{name}: {error.reason}") from None
                drawing.strayed += 1
            else:
                drawn[name] = value
        return drawn
