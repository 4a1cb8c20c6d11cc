"""A small validator for drafts: does this example, branch or value satisfy the schema?

The real validator decides on what is sent. This one checks parts while they are drawn, for which
no validator is compiled, and it always ends, whatever the pattern or the recursion.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.schema import numbers
from emulator.schema.flatten.discriminators import named_branch
from emulator.schema.flatten.effort import Effort
from emulator.schema.flatten.merge import describes
from emulator.schema.flatten.negation import REFUSED
from emulator.schema.flatten.references import resolve
from emulator.schema.format_checks import has_format
from emulator.schema.instances import has_type, key, listed
from emulator.schema.regex import generate as patterns

_Via: TypeAlias = tuple[str, ...]
_Check: TypeAlias = Callable[["Checker", dict[str, Json], Json, Json, _Via], bool]

_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


class Checker:
    """Checks values by schemas that may refer to `definitions`.

    `by_name`: of a union with a discriminator, the branch that the value names decides alone, as
    clients read it; a validator asks that no other branch accepts it. `named` says whether one did.
    """

    __slots__ = ("by_name", "definitions", "effort", "named")

    def __init__(
        self, definitions: Mapping[str, Json], effort: Effort, *, by_name: bool = False
    ) -> None:
        self.definitions = definitions
        self.effort = effort
        self.by_name = by_name
        self.named = False

    def accepts(self, schema: Json, value: Json, via: _Via = ()) -> bool:
        """Whether the value is valid; `via` are the references that led here in place."""
        if not isinstance(schema, dict):
            return schema is not False
        self.effort.spend()
        for keyword, argument in schema.items():
            check = _CHECKS.get(keyword)
            if check is not None and not check(self, schema, argument, value, via):
                return False
        return True

    def evaluated(self, schema: Json, value: Json, via: _Via = ()) -> set[Json]:
        """The names of properties, or the indexes of items, that a schema evaluates."""
        if not isinstance(schema, dict):
            return set()
        self.effort.spend()
        found = _own(self, schema, value)
        for sub, sub_via in self.in_place(schema, value, via):
            found |= self.evaluated(sub, value, sub_via)
        return found

    def in_place(self, schema: dict[str, Json], value: Json, via: _Via) -> list[tuple[Json, _Via]]:
        """The subschemas that apply to the same value and accept it."""
        subs = [*schema.get("allOf", ())]
        options = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        subs += [option for option in options if self.accepts(option, value, via)]
        if "if" in schema:
            holds = self.accepts(schema["if"], value, via)
            subs += [schema["if"], schema.get("then")] if holds else [schema.get("else")]
        if isinstance(value, dict):
            subs += [s for name, s in schema.get("dependentSchemas", {}).items() if name in value]
        found = [(sub, via) for sub in subs]
        reference = schema.get("$ref")
        if reference is not None and reference not in via:
            found.append((resolve(reference, self.definitions), (*via, reference)))
        return found


def _own(checker: Checker, schema: dict[str, Json], value: Json) -> set[Json]:
    if isinstance(value, dict):
        if "additionalProperties" in schema or "unevaluatedProperties" in schema:
            return set(value)
        return {name for name in value if describes(schema, name)}
    if isinstance(value, list):
        if "items" in schema or "unevaluatedItems" in schema:
            return set(range(len(value)))
        found = set(range(len(schema.get("prefixItems", ()))))
        if "contains" in schema:
            found |= {i for i, v in enumerate(value) if checker.accepts(schema["contains"], v)}
        return found
    return set()


def _type(_j: Checker, _s: dict[str, Json], types: Json, value: Json, _via: _Via) -> bool:
    if isinstance(types, str):
        return has_type(value, types)
    return any(has_type(value, t) for t in listed(types))


def _enum(_j: Checker, _s: dict[str, Json], options: Json, value: Json, _via: _Via) -> bool:
    wanted = key(value)
    return any(key(option) == wanted for option in options)


def _const(_j: Checker, _s: dict[str, Json], constant: Json, value: Json, _via: _Via) -> bool:
    return bool(key(constant) == key(value))


def _number(_j: Checker, schema: dict[str, Json], _a: Json, value: Json, _via: _Via) -> bool:
    return numbers.keeps(schema, value)


def _pattern(_j: Checker, _s: dict[str, Json], pattern: Json, value: Json, _via: _Via) -> bool:
    return not isinstance(value, str) or all(patterns.accepts(p, value) for p in listed(pattern))


def _format(_j: Checker, schema: dict[str, Json], name: Json, value: Json, _via: _Via) -> bool:
    if isinstance(value, str) and isinstance(name, str):
        return has_format(name, value)
    return name not in ("int32", "int64") or _number(_j, schema, name, value, _via)


def _size(kind: type, *, least: bool) -> _Check:
    def check(_j: Checker, _s: dict[str, Json], limit: Json, value: Json, _via: _Via) -> bool:
        if not isinstance(value, kind) or not isinstance(limit, int | float):
            return True
        return len(value) >= limit if least else len(value) <= limit  # type: ignore[arg-type]

    return check


def _ref(checker: Checker, _s: dict[str, Json], reference: Json, value: Json, via: _Via) -> bool:
    if reference in via:  # it is being applied to this very value already
        return True
    return checker.accepts(resolve(reference, checker.definitions), value, (*via, reference))


def _all_of(checker: Checker, _s: dict[str, Json], subs: Json, value: Json, via: _Via) -> bool:
    return all(checker.accepts(sub, value, via) for sub in subs)


def _any_of(checker: Checker, _s: dict[str, Json], subs: Json, value: Json, via: _Via) -> bool:
    return any(checker.accepts(sub, value, via) for sub in subs)


def _one_of(checker: Checker, schema: dict[str, Json], subs: Json, value: Json, via: _Via) -> bool:
    named = named_branch(schema, subs, value) if checker.by_name else None
    if named is not None:
        checker.named = True
        return checker.accepts(named, value, via)
    return sum(checker.accepts(sub, value, via) for sub in subs) == 1


def _not(checker: Checker, _s: dict[str, Json], sub: Json, value: Json, via: _Via) -> bool:
    return not checker.accepts(sub, value, via)


def _if(checker: Checker, schema: dict[str, Json], sub: Json, value: Json, via: _Via) -> bool:
    branch = "then" if checker.accepts(sub, value, via) else "else"
    return checker.accepts(schema.get(branch, True), value, via)


def _properties(checker: Checker, _s: dict[str, Json], subs: Json, value: Json, _via: _Via) -> bool:
    if not isinstance(value, dict):
        return True
    for name, item in value.items():
        if name in subs and not checker.accepts(subs[name], item):
            return False
    return True


def _shaped(checker: Checker, _s: dict[str, Json], subs: Json, value: Json, _via: _Via) -> bool:
    if not isinstance(value, dict):
        return True
    return all(
        checker.accepts(sub, item)
        for shape, sub in subs.items()
        for name, item in value.items()
        if patterns.accepts(shape, name)
    )


def _additional(
    checker: Checker, schema: dict[str, Json], sub: Json, value: Json, _via: _Via
) -> bool:
    if not isinstance(value, dict):
        return True
    others = [item for name, item in value.items() if not describes(schema, name)]
    return all(checker.accepts(sub, item) for item in others)


def _names(checker: Checker, _s: dict[str, Json], sub: Json, value: Json, _via: _Via) -> bool:
    return not isinstance(value, dict) or all(checker.accepts(sub, name) for name in value)


def _required(_j: Checker, _s: dict[str, Json], names: Json, value: Json, _via: _Via) -> bool:
    return not isinstance(value, dict) or all(name in value for name in names)


def _dependent(_j: Checker, _s: dict[str, Json], table: Json, value: Json, _via: _Via) -> bool:
    if not isinstance(value, dict):
        return True
    return all(name in value for cause, names in table.items() if cause in value for name in names)


def _dependents(checker: Checker, _s: dict[str, Json], table: Json, value: Json, via: _Via) -> bool:
    if not isinstance(value, dict):
        return True
    return all(checker.accepts(sub, value, via) for name, sub in table.items() if name in value)


def _prefix(checker: Checker, _s: dict[str, Json], subs: Json, value: Json, _via: _Via) -> bool:
    if not isinstance(value, list):
        return True
    return all(checker.accepts(sub, item) for sub, item in zip(subs, value, strict=False))


def _items(checker: Checker, schema: dict[str, Json], sub: Json, value: Json, _via: _Via) -> bool:
    if not isinstance(value, list):
        return True
    start = len(schema.get("prefixItems", ()))
    return all(checker.accepts(sub, item) for item in value[start:])


def _contains(
    checker: Checker, schema: dict[str, Json], sub: Json, value: Json, _via: _Via
) -> bool:
    if not isinstance(value, list):
        return True
    count = sum(checker.accepts(sub, item) for item in value)
    low, high = schema.get("minContains", 1), schema.get("maxContains")
    return bool(count >= low and (high is None or count <= high))


def _unique(_j: Checker, _s: dict[str, Json], wanted: Json, value: Json, _via: _Via) -> bool:
    return not wanted or not isinstance(value, list) or len(set(map(key, value))) == len(value)


def _unevaluated(kind: type) -> _Check:
    def check(checker: Checker, schema: dict[str, Json], sub: Json, value: Json, via: _Via) -> bool:
        if not isinstance(value, kind):
            return True
        keyword = "unevaluatedProperties" if kind is dict else "unevaluatedItems"
        known = checker.evaluated({k: v for k, v in schema.items() if k != keyword}, value, via)
        rest = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
        return all(checker.accepts(sub, item) for place, item in rest if place not in known)

    return check


_CHECKS: dict[str, _Check] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    **dict.fromkeys(_NUMERIC, _number),
    "pattern": _pattern,
    "format": _format,
    "minLength": _size(str, least=True),
    "maxLength": _size(str, least=False),
    "minItems": _size(list, least=True),
    "maxItems": _size(list, least=False),
    "minProperties": _size(dict, least=True),
    "maxProperties": _size(dict, least=False),
    "required": _required,
    "$ref": _ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    REFUSED: _not,
    "if": _if,
    "properties": _properties,
    "patternProperties": _shaped,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "dependentRequired": _dependent,
    "dependentSchemas": _dependents,
    "prefixItems": _prefix,
    "items": _items,
    "contains": _contains,
    "uniqueItems": _unique,
    "unevaluatedProperties": _unevaluated(dict),
    "unevaluatedItems": _unevaluated(list),
}
