"""For each keyword of the wider schema, the gaps to one alternative of the narrower one."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema.containment.model import Compare, Gap
from emulator.schema.flatten.alternatives import Alternative
from emulator.schema.flatten.merge import Flat, describes, item_schema, property_schema
from emulator.schema.flatten.negation import REFUSED
from emulator.schema.instances import listed
from emulator.schema.numbers import exact
from emulator.schema.regex import generate as patterns

_Gaps: TypeAlias = Callable[[Compare, Flat, Json, Alternative], Iterable[Gap]]

#: Stands for any property that a schema does not describe.
UNNAMED = "x-undescribed-property"
#: Schemas of arrays whose items are equal.
_EQUALS: tuple[Json, ...] = ("a", 1, None, True, {}, [])
_ALIKE = [{"items": {"const": value}} for value in _EQUALS]


@dataclass(frozen=True, slots=True)
class Check:
    """The check of one keyword; `type` is the only type it applies to, empty for all."""

    type: str
    gaps: _Gaps


def _type(_c: Compare, _w: Flat, types: Json, narrow: Alternative) -> Iterable[Gap]:
    allowed = listed(types)
    if narrow.type in allowed or (narrow.type == "integer" and "number" in allowed):
        return
    step = exact(narrow.flat.get("multipleOf"))
    if narrow.type == "number" and "integer" in allowed:
        if step is None or step.denominator != 1:
            yield Gap("type", doubt={"type": "number", "anyOf": _fractions(narrow.flat)})
        return
    yield Gap("type", doubt={"type": narrow.type})


def _fractions(flat: Flat) -> list[Json]:
    """Fractions near the ends of a range, since most numbers drawn are whole."""
    low, high = flat.get("minimum", 0), flat.get("maximum", 1)
    listed = [low + 0.5, high - 0.5, low + 0.01]
    return [{"enum": listed, REFUSED: {"type": "integer"}}, {REFUSED: {"type": "integer"}}]


def _enum(_c: Compare, _w: Flat, options: Json, narrow: Alternative) -> Iterable[Gap]:
    yield Gap("enum", doubt={"type": narrow.type, REFUSED: {"enum": options}})


def _const(_c: Compare, _w: Flat, value: Json, narrow: Alternative) -> Iterable[Gap]:
    yield Gap("const", doubt={"type": narrow.type, REFUSED: {"const": value}})


def _bound(keyword: str, *, lower: bool) -> _Gaps:
    """The check of a numeric bound; lower and upper bounds mirror each other."""
    opposite = {
        "minimum": "exclusiveMaximum",
        "exclusiveMinimum": "maximum",
        "maximum": "exclusiveMinimum",
        "exclusiveMaximum": "minimum",
    }[keyword]
    sign = 1 if lower else -1

    def gaps(_c: Compare, _w: Flat, argument: Json, narrow: Alternative) -> Iterable[Gap]:
        wanted, own = exact(argument), _end(narrow.flat, lower=lower)
        if wanted is not None:
            wanted *= sign
            kept = own is not None and (
                own[0] > wanted or (own[0] == wanted and (own[1] or "exclusive" not in keyword))
            )
            if not kept:
                yield Gap(keyword, doubt={"type": "number", opposite: argument})

    return gaps


def _end(flat: Flat, *, lower: bool) -> tuple[Fraction, bool] | None:
    """The end of a flat schema's range and whether it is left out; upper ends are negated."""
    sign, name = (1, "inimum") if lower else (-1, "aximum")
    ends = [
        (sign * bound, left_out)
        for keyword, left_out in ((f"m{name}", False), (f"exclusiveM{name}", True))
        if (bound := exact(flat.get(keyword))) is not None
    ]
    if not ends:
        return None
    end, left_out = max(ends)
    if flat["type"] == "integer":
        whole = math.ceil(end)
        return Fraction(whole + (left_out and whole == end)), False
    return end, left_out


def _multiple(_c: Compare, _w: Flat, argument: Json, narrow: Alternative) -> Iterable[Gap]:
    wanted, own = exact(argument), exact(narrow.flat.get("multipleOf"))
    if own is None and narrow.type == "integer":
        own = Fraction(1)
    if wanted and (own is None or (own / wanted).denominator != 1):
        yield Gap("multipleOf", doubt={"type": "number", REFUSED: {"multipleOf": argument}})


def _size(keyword: str, own: Callable[[Flat], float]) -> _Gaps:
    """The check of a bound on sizes; `own` is the bound of the narrower schema."""
    opposite, step = ("max", -1) if keyword.startswith("min") else ("min", 1)
    opposite += keyword[3:]

    def gaps(_c: Compare, _w: Flat, argument: Json, narrow: Alternative) -> Iterable[Gap]:
        if (own(narrow.flat) - argument) * step > 0:
            yield Gap(keyword, doubt={"type": narrow.type, opposite: argument + step})

    return gaps


def _most_items(flat: Flat) -> float:
    closed = len(flat.get("prefixItems", ())) if flat.get("items") is False else math.inf
    return min(float(flat.get("maxItems", math.inf)), closed)


def _most_properties(flat: Flat) -> float:
    closed = flat.get("additionalProperties") is False and not flat.get("patternProperties")
    named = len(flat.get("properties", ())) if closed else math.inf
    return min(float(flat.get("maxProperties", math.inf)), named)


def _least_properties(flat: Flat) -> int:
    return max(int(flat.get("minProperties", 0)), len(flat.get("required", ())))


def _pattern(_c: Compare, _w: Flat, argument: Json, narrow: Alternative) -> Iterable[Gap]:
    if argument not in listed(narrow.flat.get("pattern", [])):
        yield Gap("pattern", doubt={"type": "string", REFUSED: {"pattern": argument}})


def _format(_c: Compare, _w: Flat, argument: Json, narrow: Alternative) -> Iterable[Gap]:
    if narrow.flat.get("format") != argument:
        yield Gap("format", doubt={"type": "string"})


def _unique(_c: Compare, _w: Flat, wanted: Json, narrow: Alternative) -> Iterable[Gap]:
    if wanted and not narrow.flat.get("uniqueItems") and _most_items(narrow.flat) > 1:
        doubt = {"type": "array", "minItems": 2, "anyOf": [*_ALIKE, True]}
        yield Gap("uniqueItems", doubt=doubt)


def _required(_c: Compare, _w: Flat, names: Json, narrow: Alternative) -> Iterable[Gap]:
    for name in names:
        if name not in narrow.flat.get("required", ()):
            doubt = {"type": "object", "properties": {name: False}}
            yield Gap("required", (name,), doubt=doubt)


def _dependent(_c: Compare, _w: Flat, table: Json, narrow: Alternative) -> Iterable[Gap]:
    own = narrow.flat.get("dependentRequired", {})
    required = narrow.flat.get("required", ())
    for cause, names in table.items():
        for name in names:
            if name not in (cause, *own.get(cause, ()), *required):
                yield Gap(
                    "dependentRequired", doubt={"required": [cause], "properties": {name: False}}
                )


def _properties(compare: Compare, _w: Flat, table: Json, narrow: Alternative) -> Iterable[Gap]:
    for name, sub in table.items():
        own = property_schema(narrow.flat, name)
        silent = name not in narrow.flat.get("properties", {}) and own in (True, {})
        gaps = compare(sub, own)
        if silent and gaps:
            yield Gap("properties", (name,), gaps[0].doubt, silent=True)
        else:
            yield from (gap.below(name) for gap in gaps)


def _shaped(compare: Compare, _w: Flat, table: Json, narrow: Alternative) -> Iterable[Gap]:
    flat = narrow.flat
    for shape, sub in table.items():
        for name, own in flat.get("properties", {}).items():
            if patterns.accepts(shape, name):
                yield from (gap.below(name) for gap in compare(sub, own))
        rest = flat.get("patternProperties", {})
        others = [own for other, own in rest.items() if other != shape]
        if shape in rest:
            yield from (Gap("patternProperties") for _ in compare(sub, rest[shape]))
        else:
            others.append(flat.get("additionalProperties", True))
            if any(compare(sub, own) for own in others):
                yield Gap("patternProperties", doubt={"type": "object", "minProperties": 1})


def _additional(compare: Compare, wide: Flat, sub: Json, narrow: Alternative) -> Iterable[Gap]:
    flat = narrow.flat
    for name, own in flat.get("properties", {}).items():
        if not describes(wide, name):
            own = property_schema(flat, name)
            gaps = compare(sub, own)
            if sub is False and gaps:
                yield Gap("additionalProperties", (name,), own)
            else:
                yield from (gap.below(name) for gap in gaps)
    for shape, own in flat.get("patternProperties", {}).items():
        if shape not in wide.get("patternProperties", ()) and compare(sub, own):
            yield Gap("additionalProperties", doubt={"type": "object", "minProperties": 1})
    rest = flat.get("additionalProperties", True)
    for gap in compare(sub, rest):
        yield Gap("additionalProperties", (UNNAMED, *gap.at), gap.doubt)


def _names(compare: Compare, _w: Flat, sub: Json, narrow: Alternative) -> Iterable[Gap]:
    own = narrow.flat.get("propertyNames", True)
    own = {"allOf": [{"type": "string"}, own]}
    if _most_properties(narrow.flat) < math.inf and "additionalProperties" in narrow.flat:
        own = {"enum": list(narrow.flat.get("properties", ()))}
    if compare(sub, own):
        yield Gap("propertyNames", doubt={"type": "object", "minProperties": 1})


def _items(compare: Compare, wide: Flat, _a: Json, narrow: Alternative) -> Iterable[Gap]:
    flat = narrow.flat
    firsts = max(len(wide.get("prefixItems", ())), len(flat.get("prefixItems", ())))
    for index in range(firsts + 1):
        if index < _most_items(flat):
            pair = item_schema(wide, index), item_schema(flat, index)
            yield from (gap.below(index) for gap in compare(*pair))


def _prefix(compare: Compare, wide: Flat, argument: Json, narrow: Alternative) -> Iterable[Gap]:
    return () if "items" in wide else _items(compare, wide, argument, narrow)


CHECKS: Mapping[str, Check] = {
    "type": Check("", _type),
    "enum": Check("", _enum),
    "const": Check("", _const),
    "minimum": Check("number", _bound("minimum", lower=True)),
    "exclusiveMinimum": Check("number", _bound("exclusiveMinimum", lower=True)),
    "maximum": Check("number", _bound("maximum", lower=False)),
    "exclusiveMaximum": Check("number", _bound("exclusiveMaximum", lower=False)),
    "multipleOf": Check("number", _multiple),
    "minLength": Check("string", _size("minLength", lambda f: f.get("minLength", 0))),
    "maxLength": Check(
        "string",
        _size("maxLength", lambda f: f.get("maxLength", math.inf)),
    ),
    "pattern": Check("string", _pattern),
    "format": Check("string", _format),
    "required": Check("object", _required),
    "dependentRequired": Check("object", _dependent),
    "properties": Check("object", _properties),
    "patternProperties": Check("object", _shaped),
    "additionalProperties": Check("object", _additional),
    "propertyNames": Check("object", _names),
    "minProperties": Check("object", _size("minProperties", _least_properties)),
    "maxProperties": Check("object", _size("maxProperties", _most_properties)),
    "items": Check("array", _items),
    "prefixItems": Check("array", _prefix),
    "minItems": Check("array", _size("minItems", lambda f: f.get("minItems", 0))),
    "maxItems": Check("array", _size("maxItems", _most_items)),
    "uniqueItems": Check("array", _unique),
}
