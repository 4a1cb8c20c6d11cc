"""Compile schemas to shapes: follow references, unite alternatives, a level when it is asked for.

A schema is first expanded into branches: each branch is a set of schemas that apply together
(`allOf`, `$ref`), the branches are alternatives (`anyOf`, `oneOf`, `then` and `else`). Properties
and items of the branches expand the same way. `not` and the `dependent…` keywords restrict values,
but never say how to read one, and are left to validation.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TypeAlias

from emulator.http.exact import is_number
from emulator.http.messages import Json
from emulator.schema.coerce.coercion import ALL_TYPES, ANY, SCALAR_TYPES, Parts, Shape, to_text
from emulator.schema.coerce.scalars import TEXT_LIMITS, judge_of_scalars
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.instances import listed

Branch: TypeAlias = tuple[Mapping[str, Json], ...]
Branches: TypeAlias = tuple[Branch, ...]

#: One alternative on which no schema weighs.
UNLIMITED: Branches = ((),)

#: Bounds for documents made to be large: more alternatives, shapes or levels decode as untyped.
_MAX_BRANCHES = 256
_MAX_SHAPES = 20_000
_MAX_DEPTH = 64

_OBJECT_HINTS = frozenset({"properties", "additionalProperties", "patternProperties"})
_ARRAY_HINTS = frozenset({"items", "prefixItems"})


def compile_shape(schema: Json, definitions: Mapping[str, Json]) -> Shape:
    """The shape of a JSON Schema (2020-12) whose references point to `#/$defs/…` in `definitions`.

    References that lead nowhere count as empty schemas: the loader has reported them.
    """
    return _ShapeCompiler(definitions).shape(schema)


class _ShapeCompiler:
    """Compiles each set of schemas once, so that recursive schemas become recursive shapes."""

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions
        self._shapes: dict[frozenset[frozenset[int]], Shape] = {}
        self._expanded: dict[str, Branches] = {}

    def shape(self, schema: Json) -> Shape:
        return self._shape(self._expand(schema), 0)

    def _shape(self, branches: Branches, depth: int) -> Shape:
        typed = [(branch, types) for branch in branches if (types := _types(branch))]
        branches = tuple(branch for branch, _ in typed)
        key = frozenset(frozenset(map(id, branch)) for branch in branches)
        if key in self._shapes:
            return self._shapes[key]
        if branches in ((), UNLIMITED) or depth > _MAX_DEPTH or len(self._shapes) > _MAX_SHAPES:
            return ANY
        objects = [branch for branch, types in typed if "object" in types]
        arrays = [branch for branch, types in typed if "array" in types]
        texts = [branch for branch, types in typed if "string" in types]
        shape = Shape(
            types=frozenset[str]().union(*(types for _, types in typed)),
            literals=_literals(branches),
            free_text=any(map(_takes_any_text, texts)),
            filled=bool(arrays) and all(map(_needs_items, arrays)),
            binary=any(map(_is_binary, texts)),
            catch_all=any(map(_invites_properties, objects)),
            xml=_xml(branches),
            parts=cache(partial(self._parts, objects, arrays, depth + 1))
            if objects or arrays
            else Parts,
            takes=judge_of_scalars(typed) if arrays else None,
        )
        self._shapes[key] = shape
        return shape

    def _parts(self, objects: Sequence[Branch], arrays: Sequence[Branch], depth: int) -> Parts:
        names = _property_names(objects)
        return Parts(
            {name: self._shape(self._property(objects, name), depth) for name in names},
            self._additional(objects, depth),
            self._prefix_items(arrays, depth),
            self._items(arrays, depth),
        )

    def _property(self, objects: Sequence[Branch], name: str) -> Branches:
        return _union(
            self._all_of(schema["properties"][name] for schema in branch if _declares(schema, name))
            for branch in objects
            if any(_declares(schema, name) for schema in branch)
        )

    def _additional(self, objects: Sequence[Branch], depth: int) -> Shape | None:
        alternatives: list[Branches] = []
        for branch in objects:
            patterns = [
                p for value in _keywords("patternProperties", branch, dict) for p in value.values()
            ]
            rest = list(_keywords("additionalProperties", branch))
            if False not in rest:
                alternatives.append(self._all_of(rest))
            alternatives.extend(self._expand(pattern) for pattern in patterns)
        return self._shape(_union(alternatives), depth) if alternatives else None

    def _items(self, arrays: Sequence[Branch], depth: int) -> Shape | None:
        given = [list(_keywords("items", branch)) for branch in arrays]
        alternatives = [self._all_of(schemas) for schemas in given if schemas]
        return self._shape(_union(alternatives), depth) if alternatives else None

    def _prefix_items(self, arrays: Sequence[Branch], depth: int) -> tuple[Shape, ...]:
        given = [list(_keywords("prefixItems", branch, list)) for branch in arrays]
        length = max((len(items) for lists in given for items in lists), default=0)
        return tuple(
            self._shape(
                _union(
                    self._all_of(items[index] for items in lists if index < len(items))
                    for lists in given
                ),
                depth,
            )
            for index in range(length)
        )

    def _all_of(self, schemas: Iterable[Json]) -> Branches:
        branches = UNLIMITED
        for schema in schemas:
            branches = _product(branches, self._expand(schema))
        return branches

    def _expand(self, schema: Json, depth: int = 0) -> Branches:
        if schema is False:
            return ()
        if not isinstance(schema, dict) or not schema or depth > _MAX_DEPTH:
            return UNLIMITED
        branches: Branches = UNLIMITED if schema.keys() == {"$ref"} else ((schema,),)
        if isinstance(schema.get("$ref"), str):
            branches = _product(branches, self._referenced(schema["$ref"], depth + 1))
        for member in _schemas(schema.get("allOf")):
            branches = _product(branches, self._expand(member, depth + 1))
        for members in _alternatives(schema):
            expanded = [self._expand(member, depth + 1) for member in members]
            branches = _product(branches, _union(expanded))
        return branches

    def _referenced(self, ref: str, depth: int) -> Branches:
        if ref not in self._expanded:
            self._expanded[ref] = UNLIMITED  # what a schema that refers to itself says of itself
            self._expanded[ref] = self._expand(resolve_or_any(ref, self._definitions), depth)
        return self._expanded[ref]


def _union(alternatives: Iterable[Branches]) -> Branches:
    unique = {frozenset(map(id, branch)): branch for group in alternatives for branch in group}
    return tuple(unique.values())[:_MAX_BRANCHES]


def _product(left: Branches, right: Branches) -> Branches:
    if len(left) * len(right) > _MAX_BRANCHES:
        return left
    return tuple(_together(a, b) for a in left for b in right)


def _together(left: Branch, right: Branch) -> Branch:
    present = set(map(id, left))
    return left + tuple(schema for schema in right if id(schema) not in present)


def _alternatives(schema: Mapping[str, Json]) -> list[list[Json]]:
    lists = [_schemas(schema.get("anyOf")), _schemas(schema.get("oneOf"))]
    if "if" in schema:
        lists.append([schema.get("then", True), schema.get("else", True)])
    return [members for members in lists if members]


def _schemas(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _keywords(keyword: str, branch: Branch, *kinds: type) -> list[Json]:
    """The values of a keyword in a branch, without those of a wrong type."""
    return [s[keyword] for s in branch if isinstance(s.get(keyword), kinds or (dict, bool))]


def _declares(schema: Mapping[str, Json], name: str) -> bool:
    properties = schema.get("properties")
    return isinstance(properties, dict) and name in properties


def _property_names(objects: Sequence[Branch]) -> list[str]:
    names: dict[str, None] = {}
    for branch in objects:
        for schema in branch:
            if isinstance(schema.get("properties"), dict):
                names.update(dict.fromkeys(schema["properties"]))
    return list(names)


def _types(branch: Branch) -> frozenset[str]:
    types = ALL_TYPES
    for schema in branch:
        if "type" in schema:
            types &= _named_types(schema["type"])
        for values in _value_lists(schema):
            types &= frozenset().union(*(_named_types(_type_of(value)) for value in values))
    if types != ALL_TYPES:
        return types
    keys = frozenset[str]().union(*branch)
    hints = {"object"} if keys & _OBJECT_HINTS else set()
    hints |= {"array"} if keys & _ARRAY_HINTS else set()
    return frozenset(hints) or ALL_TYPES


def _named_types(value: Json) -> frozenset[str]:
    names = frozenset(name for name in listed(value) if isinstance(name, str))
    return names | {"integer"} if "number" in names else names & ALL_TYPES


def _value_lists(schema: Mapping[str, Json]) -> list[list[Json]]:
    lists = [schema["enum"]] if isinstance(schema.get("enum"), list) else []
    return [*lists, [schema["const"]]] if "const" in schema else lists


def _type_of(value: Json) -> str:
    if value is None:
        return "null"
    if is_number(value):
        return "number"
    kinds = {bool: "boolean", str: "string", list: "array"}
    return kinds.get(type(value), "object")


def _literals(branches: Branches) -> dict[str, Json]:
    values = [
        value
        for branch in branches
        for schema in branch
        for members in _value_lists(schema)
        for value in members
        if _type_of(value) in SCALAR_TYPES
    ]
    # Strings last: where 1 and "1" are both members, the text was meant.
    return {to_text(v): v for v in sorted(values, key=lambda v: isinstance(v, str))}


def _takes_any_text(branch: Branch) -> bool:
    return not any(TEXT_LIMITS & schema.keys() for schema in branch)


def _needs_items(branch: Branch) -> bool:
    return any(least > 0 for least in _keywords("minItems", branch, int, float))


def _is_binary(branch: Branch) -> bool:
    return any(
        schema.get("format") == "binary"
        or ("contentMediaType" in schema and "contentEncoding" not in schema)
        for schema in branch
    )


def _invites_properties(branch: Branch) -> bool:
    rest = _keywords("additionalProperties", branch)
    if _keywords("patternProperties", branch, dict):
        return True
    if rest:
        return False not in rest
    return not _property_names([branch])


def _xml(branches: Branches) -> dict[str, Json]:
    merged: dict[str, Json] = {}
    for branch in branches:
        for schema in branch:
            if isinstance(schema.get("xml"), dict):
                known = {k: v for k, v in schema["xml"].items() if isinstance(v, (str, bool))}
                merged = {**known, **merged}
    return merged
