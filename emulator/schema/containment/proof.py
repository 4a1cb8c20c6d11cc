"""Prove that one schema contains another, or name the gaps that are left.

It runs over the alternatives of the narrower schema and the keywords of the wider one. Both may be
recursive: what is being proved is taken for granted further in, which holds because values are
finite. What rests on an assumption that turns out wrong is forgotten again.
"""

from collections.abc import Mapping
from typing import TypeAlias

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.schema.containment.disjoint import disjoint
from emulator.schema.containment.keywords import CHECKS
from emulator.schema.containment.model import Gap
from emulator.schema.containment.unchanged import references_in
from emulator.schema.flatten.alternatives import GROUPS, Alternative, admits, alternatives, group
from emulator.schema.flatten.checker import Checker
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.schema.flatten.references import resolve

#: Two schemas as text, the wider first.
_Pair: TypeAlias = tuple[bytes, bytes]
#: Steps of a proof that would only help another.
FEW_STEPS = 500
#: Whole numbers of a range that are tried one by one.
FEW_VALUES = 32
_ALL: Mapping[str, list[Json]] = {"null": [None], "boolean": [True, False]}
_APPLICATORS = ("$ref", "allOf", "anyOf", "oneOf", "not", "if", "contains", "dependentSchemas")
_UNDECIDED = ("unevaluatedProperties", "unevaluatedItems")


class Proof:
    """A proof under way: the pairs of schemas compared so far, and their gaps."""

    def __init__(
        self,
        wider: Mapping[str, Json],
        narrower: Mapping[str, Json],
        same: frozenset[str],
        effort: Effort,
    ) -> None:
        self.wider = wider
        self.narrower = narrower
        self.same = same
        self.effort = effort
        self._checkers = Checker(wider, effort), Checker(narrower, effort)
        self._known: dict[_Pair, list[Gap]] = {}
        self._open: set[_Pair] = set()
        self._assumed: set[_Pair] = set()

    def gaps(self, wide: Json, narrow: Json) -> list[Gap]:
        """The gaps between two schemas of the same value."""
        self.effort.spend()
        if wide is True or wide == {} or narrow is False or self.equal(wide, narrow):
            return []
        pair = dump(wide), dump(narrow)
        if pair in self._known:
            if pair in self._open:
                self._assumed.add(pair)
            return self._known[pair]
        self._open.add(pair)
        assumed = len(self._known)
        self._known[pair] = []
        found = [
            gap
            for each in alternatives(narrow, self.narrower, self.effort)
            for gap in self.flat_gaps(wide, each)
        ]
        self._open.discard(pair)
        if found:
            if pair in self._assumed:
                self._forget(assumed)
            self._known[pair] = found
        return found

    def _forget(self, assumed: int) -> None:
        """Drop what was proved on an assumption that has turned out wrong."""
        for pair in list(self._known)[assumed:]:
            if not self._known[pair]:
                del self._known[pair]

    def equal(self, wide: Json, narrow: Json) -> bool:
        """Whether two schemas are equal, and so are the definitions they refer to."""
        return bool(wide == narrow) and all(name in self.same for name in references_in(wide))

    def flat_gaps(self, wide: Json, narrow: Alternative) -> list[Gap]:
        """The gaps between a schema and one alternative of another."""
        self.effort.spend()
        if wide is False:
            return [Gap("false", doubt=narrow.flat)]
        if not isinstance(wide, dict):
            return []
        values = self._values(narrow)
        if values is not None:
            refused = [value for value in values if not self.accepts(wide, value)]
            return [Gap(self._blamed(wide, refused[0]), doubt={"enum": refused})] if refused else []
        found: list[Gap] = []
        for keyword, argument in wide.items():
            check = CHECKS.get(keyword)
            if check is not None and check.type in ("", narrow.type, _general(narrow.type)):
                found += check.gaps(self.gaps, wide, argument, narrow)
            elif keyword in _APPLICATORS:
                found += self._applied(wide, keyword, argument, narrow)
            elif keyword in _UNDECIDED:
                found.append(Gap(keyword))
        return found

    def accepts(self, wide: Json, value: Json) -> bool:
        """Whether the wider schema accepts a value."""
        return self._checkers[0].accepts(wide, value)

    def _values(self, narrow: Alternative) -> list[Json] | None:
        """All values of an alternative, where they can be counted."""
        flat = narrow.flat
        listed: list[Json] | None = [flat["const"]] if "const" in flat else flat.get("enum")
        if listed is None:
            listed = _ALL.get(narrow.type) or _few(flat)
        if listed is None:
            return None
        checker = self._checkers[1]
        both = [flat, *narrow.also]
        return [each for each in listed if all(checker.accepts(part, each) for part in both)]

    def _blamed(self, wide: Json, value: Json) -> str:
        """The keyword of a schema that refuses a value, behind references."""
        if not isinstance(wide, dict):
            return "false"
        for keyword, argument in wide.items():
            if keyword == "$ref" and not self.accepts({"$ref": argument}, value):
                return self._blamed(resolve(argument, self.wider), value)
            if keyword == "allOf":
                for sub in argument:
                    if not self.accepts(sub, value):
                        return self._blamed(sub, value)
        for keyword in ("type", *wide):
            if keyword in wide and not self.accepts({keyword: wide[keyword]}, value):
                return str(keyword)
        return ""

    def _applied(
        self, wide: dict[str, Json], keyword: str, argument: Json, narrow: Alternative
    ) -> list[Gap]:
        if keyword == "$ref":
            return self.flat_gaps(resolve(argument, self.wider), narrow)
        if keyword == "allOf":
            return [gap for sub in argument for gap in self.flat_gaps(sub, narrow)]
        if keyword == "anyOf":
            return self._any(argument, narrow)
        if keyword == "oneOf":
            return self._any(argument, narrow) or self._overlaps(argument, narrow)
        if keyword == "dependentSchemas":
            return [
                Gap(keyword)
                for name, sub in argument.items()
                if narrow.type == "object"
                and narrow.flat.get("properties", {}).get(name) is not False
                and self.flat_gaps(sub, narrow)
            ]
        names = next(names for names in GROUPS if names[0] == keyword)
        if keyword == "contains" and narrow.type != "array":
            return []
        own = group(wide, names)
        if any(self.equal(own, each) for each in narrow.also):
            return []
        if keyword == "not" and self._disjoint(argument, narrow):
            return []
        branches = [wide.get(name, True) for name in ("then", "else")]
        if keyword == "if" and not any(self.flat_gaps(sub, narrow) for sub in branches):
            return []
        return [Gap(keyword)]

    def _any(self, options: list[Json], narrow: Alternative) -> list[Gap]:
        """No gap if one branch has none; if only one branch fits the type, its gaps."""
        found = []
        for sub in options:
            gaps = self.flat_gaps(sub, narrow)
            if not gaps:
                return []
            if admits(sub, narrow.type, self.wider, self.effort):
                found.append(gaps)
        if not found:
            return [Gap("type", doubt={"type": narrow.type})]
        return found[0] if len(found) == 1 else [Gap("anyOf", doubt=narrow.flat)]

    def _overlaps(self, options: list[Json], narrow: Alternative) -> list[Gap]:
        """A gap where a value could match two branches of `oneOf` at once."""
        apart = sum(self._disjoint(sub, narrow) for sub in options)
        return [] if apart >= len(options) - 1 else [Gap("oneOf", doubt=narrow.flat)]

    def _disjoint(self, wide: Json, narrow: Alternative) -> bool:
        """Whether a schema surely refuses every value of an alternative of the narrower side."""
        return disjoint(wide, narrow, self.wider, self.narrower, self.effort) or any(
            self._within(wide, refused) for refused in narrow.refused
        )

    def _within(self, wide: Json, refused: Json) -> bool:
        """Whether the schema is contained in one that the alternative refuses; gives up early."""
        effort = Effort(min(self.effort.left, FEW_STEPS))
        granted = effort.left
        try:
            return not Proof(self.narrower, self.wider, self.same, effort).gaps(refused, wide)
        except ExhaustedError:
            return False
        finally:
            self.effort.left -= granted - max(effort.left, 0)


def _few(flat: dict[str, Json]) -> list[Json] | None:
    """The whole numbers of a flat schema, where they are few."""
    low, high = flat.get("minimum"), flat.get("maximum")
    if flat["type"] != "integer" or not (isinstance(low, int) and isinstance(high, int)):
        return None
    return [*range(low, high + 1)] if high - low < FEW_VALUES else None


def _general(name: str) -> str:
    return "number" if name == "integer" else name
