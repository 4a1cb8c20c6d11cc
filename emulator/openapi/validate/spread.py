"""Read values spread over several names: exploded objects and deepObject."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from emulator.http.messages import Json
from emulator.openapi.validate.brackets import (
    Leaves,
    Node,
    ReadLeaf,
    build_tree,
    read_child,
    read_tree,
)
from emulator.schema.coerce.coercion import Shape

#: Raw values by decoded name; a name is taken out when a parameter claims it.
Groups: TypeAlias = dict[str, Leaves]
#: The names with brackets by the name before them.
Index: TypeAlias = Mapping[str, list[str]]
Take: TypeAlias = Callable[[str, Shape, Groups, Index, ReadLeaf], Json]

#: No name of the value was sent.
ABSENT: Any = object()


def take_deep(name: str, shape: Shape, groups: Groups, index: Index, read_leaf: ReadLeaf) -> Json:
    """Take `name[…]` out of the groups as one value, else ABSENT; raises MalformedError."""
    node = _take_node(name, groups, index)
    return ABSENT if node is None else read_tree(node, shape, read_leaf)


def take_exploded(
    name: str, shape: Shape, groups: Groups, index: Index, read_leaf: ReadLeaf
) -> Json:
    """Take an object's properties out of the groups, else ABSENT; raises MalformedError.

    Properties that are objects may come in brackets (`address[city]`), alone or below the
    parameter's own name (`customer[address][city]`), as there is no other way to write them.
    """
    value: dict[str, Json] = {}
    for key, inner in shape.properties.items():
        node = _take_node(key, groups, index)
        if node is not None:
            value[key] = read_child(key, node, inner, read_leaf)
    whole = _take_node(name, groups, index)
    if isinstance(whole, dict):
        value.update(read_tree(whole, shape, read_leaf))
    elif whole is not None and not value:
        return read_leaf(whole, shape)
    if shape.catch_all:
        value.update(take_rest(shape, groups, index, read_leaf))
    return value or ABSENT


def take_rest(shape: Shape, groups: Groups, index: Index, read_leaf: ReadLeaf) -> dict[str, Json]:
    """Take everything left as properties; raises MalformedError."""
    value = {}
    for name in list(groups):
        base = name.partition("[")[0]
        key = base if base in index else name
        node = _take_node(key, groups, index)
        if node is not None:
            value[key] = read_child(key, node, shape.property(key), read_leaf)
    return value


def _take_node(name: str, groups: Groups, index: Index) -> Node | None:
    if name in groups:
        return groups.pop(name)
    names = [full for full in index.get(name, ()) if full in groups]
    return build_tree(name, {full: groups.pop(full) for full in names}) if names else None
