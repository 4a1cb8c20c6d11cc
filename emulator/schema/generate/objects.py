"""Draw objects: which properties, and their values."""

from random import Random

from emulator.http.messages import Json
from emulator.schema.draws import between, pick
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.flatten.merge import Flat, conjunction, property_schema
from emulator.schema.generate import words
from emulator.schema.generate.drawing import Draw, Drawing, Position
from emulator.schema.regex import generate as patterns

#: More properties than this are not invented for a minProperties.
MOST = 2_000
_SCALARS = ("string", "integer", "number", "boolean", "null")


def draw_object(flat: Flat, position: Position, drawing: Drawing, draw: Draw) -> Json:
    """An object for a flat schema; raises Ungeneratable."""
    low, high = flat.get("minProperties", 0), flat.get("maxProperties", MOST)
    required = _required(flat)
    if len(required) > high or low > min(high, MOST):
        raise Ungeneratable(f"no object has {low} to {high} properties and all that are required")
    names = _named(flat, required, position, drawing)
    names = _limited(names, required, int(high))
    where = (position, drawing, draw)
    names += _invented(flat, names, int(low), int(high), *where)
    drawn = _values(flat, names, required, *where)
    if len(drawn) < low:  # an optional one could not be drawn: others instead
        others = _invented(flat, names, len(names) + int(low) - len(drawn), MOST, *where)
        drawn |= _values(flat, others, required, *where)
    if len(drawn) < low:
        raise Ungeneratable(f"no object with {low} properties was found")
    return drawn


def _required(flat: Flat) -> dict[str, None]:
    """The required names, with those that they require in turn."""
    required = dict.fromkeys(flat.get("required", ()))
    return _with_dependents(flat, required)


def _with_dependents(flat: Flat, names: dict[str, None]) -> dict[str, None]:
    table = flat.get("dependentRequired")
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


def _named(
    flat: Flat, required: dict[str, None], position: Position, drawing: Drawing
) -> list[str]:
    """The properties to draw: those of the schema in its order, then others it requires."""
    properties = flat.get("properties", {})
    names = dict(required)
    left = position.allowance if drawing.lavish(position) else 0
    for name, schema in properties.items():
        if name in names or left <= 0 or not drawing.wanted(schema, position):
            continue
        more = _with_dependents(flat, {name: None})
        if all(drawing.wanted(property_schema(flat, other), position) for other in more):
            left -= len(more)
            names |= more
    return [n for n in properties if n in names] + [n for n in names if n not in properties]


def _limited(names: list[str], required: dict[str, None], high: int) -> list[str]:
    """At most `high` names, optional ones given up first."""
    surplus = len(names) - high
    kept: list[str] = []
    for name in reversed(names):
        if surplus > 0 and name not in required:
            surplus -= 1
        else:
            kept.append(name)
    return kept[::-1]


def _invented(
    flat: Flat,
    names: list[str],
    low: int,
    high: int,
    position: Position,
    drawing: Drawing,
    draw: Draw,
) -> list[str]:
    """Invent names: as many as are missing, or an entry or two of a map."""
    wanted = low - len(names)
    if wanted <= 0:
        if flat.get("properties") or not (
            drawing.mode.any_type or _is_map(flat, position, drawing)
        ):
            return []
        wanted = min(between(drawing.rng, 0 if drawing.mode.any_type else 1, 2), high - len(names))
    known = dict.fromkeys(names)
    unused = [n for n, s in flat.get("properties", {}).items() if n not in known and s is not False]
    found = unused[: max(0, wanted)] if low > len(names) else []
    known.update(dict.fromkeys(found))
    for attempt in range(wanted * 2 + 20):
        if len(found) >= wanted:
            break
        name = _new_name(flat, attempt, position, drawing, draw)
        if name is not None and name not in known and _open(flat, name, position, drawing):
            known[name] = None
            found.append(name)
    return found


def _is_map(flat: Flat, position: Position, drawing: Drawing) -> bool:
    """Whether the schema describes values of any name, and optional ones are wanted."""
    described = flat.get("patternProperties") or isinstance(flat.get("additionalProperties"), dict)
    return bool(described) and drawing.lavish(position)


def _open(flat: Flat, name: str, position: Position, drawing: Drawing) -> bool:
    """Whether an undescribed property of this name may be drawn."""
    if name in flat.get("properties", {}):
        return False
    return drawing.wanted(property_schema(flat, name), position)


def _new_name(
    flat: Flat, attempt: int, position: Position, drawing: Drawing, draw: Draw
) -> str | None:
    rng = drawing.rng
    shapes = [s for s, sub in flat.get("patternProperties", {}).items() if sub is not False]
    if shapes and (attempt % 2 == 0 or flat.get("additionalProperties") is False):
        name = _shaped_name(pick(rng, shapes), rng)
        rule = flat.get("propertyNames", True)
        return name if name is None or drawing.checker.accepts(rule, name) else None
    if flat.get("additionalProperties") is False:
        return None
    if "propertyNames" in flat:
        rule = conjunction([{"type": "string"}, flat["propertyNames"]])
        inner = Position("key", position.depth + 1, position.above, 0)
        try:
            return str(draw(rule, inner, drawing))
        except Ungeneratable:
            return None
    name = pick(rng, words.NOUNS)
    return name if attempt < 20 else f"{name}_{attempt}"


def _shaped_name(shape: str, rng: Random) -> str | None:
    """A name that matches a pattern, followed by a word where the pattern allows one."""
    name = patterns.sample(shape, rng, 0, 64)
    longer = f"{name}{pick(rng, words.NOUNS)}"
    return longer if name is not None and patterns.accepts(shape, longer) else name


def _values(
    flat: Flat,
    names: list[str],
    required: dict[str, None],
    position: Position,
    drawing: Drawing,
    draw: Draw,
) -> dict[str, Json]:
    """Draw the properties; leave out optional ones that have no value."""
    schemas = {name: property_schema(flat, name) for name in names}
    composite = sum(not _is_scalar(schema) for schema in schemas.values())
    share = max(0, position.allowance - len(names)) // max(composite, 1)
    depth, above = position.depth + 1, position.above
    drawn: dict[str, Json] = {}
    for name, schema in schemas.items():
        try:
            drawn[name] = draw(schema, Position(name, depth, above, share), drawing)
        except Ungeneratable as error:
            if name in required:
                raise Ungeneratable(f"{name}: {error.reason}") from None
    return drawn


def _is_scalar(schema: Json) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") in _SCALARS if isinstance(schema.get("type"), str) else "enum" in schema
    )
