"""Names in brackets, as in `filter[tags][0]=a`: deepObject, and what forms made of it.

OpenAPI defines deepObject for objects of scalars only. For the rest we follow what servers agree
on (Rails, PHP, qs, Stripe): more brackets nest, `[]` appends, numbers index an array where the
schema allows one. Indices only order the items, so that `a[999999999]` costs nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from emulator.http.messages import Json
from emulator.http.percent import MalformedError
from emulator.schema.coerce.coercion import Shape
from emulator.schema.pointers import escape

#: Levels of brackets a name may have.
MAX_LEVELS = 32

#: A tree of names over leaves of raw values; repeated names make several.
Leaves: TypeAlias = list[Any]
Tree: TypeAlias = dict[str, "Node"]
Node: TypeAlias = Tree | Leaves
ReadLeaf: TypeAlias = Callable[[Leaves, Shape], Json]

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_ALL_BRACKETS = re.compile(r"(?:\[[^\[\]]*\])+")
_INDEX = re.compile(r"[0-9]{1,18}")


def index_names(names: Iterable[str]) -> dict[str, list[str]]:
    """Names with brackets by what is before the first: `{"a": ["a[b]", "a[c]"]}`."""
    index: dict[str, list[str]] = {}
    for name in names:
        base, bracket, _ = name.partition("[")
        if base and bracket:
            index.setdefault(base, []).append(name)
    return index


def are_matched(name: str) -> bool:
    """Whether the brackets of a name are such: else they are part of it like any other sign."""
    return _ALL_BRACKETS.fullmatch(name, name.find("[")) is not None


def build_tree(base: str, values: Mapping[str, Leaves]) -> Tree:
    """The tree of all `values` whose names start with `base[`; raises MalformedError."""
    tree: Tree = {}
    for name, leaves in values.items():
        tokens = _tokens(name, base)
        for occurrence, leaf in enumerate(leaves):
            _insert(tree, tokens, occurrence, leaf)
    return tree


def read_tree(tree: Node, shape: Shape, read_leaf: ReadLeaf) -> Json:
    """The JSON value of a tree: arrays where the shape wants them; raises MalformedError."""
    if isinstance(tree, list):
        return read_leaf(tree, shape)
    if _is_array(tree, shape):
        ordered = sorted(tree, key=int)
        return [
            read_child(name, tree[name], shape.item(position), read_leaf)
            for position, name in enumerate(ordered)
        ]
    return {
        name: read_child(name, node, shape.property(name), read_leaf) for name, node in tree.items()
    }


def read_child(name: str, node: Node, shape: Shape, read_leaf: ReadLeaf) -> Json:
    """The value below a name, which goes into the pointer of a MalformedError."""
    try:
        return read_tree(node, shape, read_leaf)
    except MalformedError as error:
        error.pointer = "/" + escape(name) + error.pointer
        raise


def _tokens(name: str, base: str) -> list[str]:
    rest = name[len(base) :]
    tokens = _BRACKETS.findall(rest)
    if sum(map(len, tokens)) + 2 * len(tokens) != len(rest):
        raise MalformedError("style", f"the brackets in '{name}' don't match")
    if len(tokens) > MAX_LEVELS:
        raise MalformedError("style", f"brackets nest deeper than {MAX_LEVELS} levels")
    return tokens


def _insert(tree: Tree, tokens: list[str], occurrence: int, leaf: Any) -> None:
    *path, last = tokens
    for token in path:
        # The first `a[][x]` belongs to the first item, the second to the second.
        key = token or str(occurrence if last else 0)
        child = tree.setdefault(key, {})
        if isinstance(child, list):
            raise MalformedError("style", f"'[{key}]' is sent as a value and with brackets")
        tree = child
    leaves = tree.setdefault(last or str(len(tree)), [])
    if isinstance(leaves, dict):
        raise MalformedError("style", f"'[{last}]' is sent as a value and with brackets")
    leaves.append(leaf)


def _is_array(tree: Tree, shape: Shape) -> bool:
    if "array" not in shape.types or not tree:
        return False
    return all(map(_INDEX.fullmatch, tree)) and not set(tree) & shape.properties.keys()


#: Raw values by decoded name; a name is taken out when a parameter claims it.
Groups: TypeAlias = dict[str, Leaves]
#: The names with brackets by the name before them.
Index: TypeAlias = Mapping[str, list[str]]

#: No name of the value was sent.
ABSENT: Any = object()


def take_deep(name: str, shape: Shape, groups: Groups, index: Index, read_leaf: ReadLeaf) -> Json:
    """Take `name[…]` out of the groups as one value, else ABSENT; raises MalformedError.

    The bare name is left: it may be another parameter's.
    """
    tree = _take_brackets(name, groups, index)
    return ABSENT if tree is None else read_tree(tree, shape, read_leaf)


def take_named(name: str, shape: Shape, groups: Groups, index: Index, read_leaf: ReadLeaf) -> Json:
    """Take `name` or `name[…]` out of the groups, else ABSENT; raises MalformedError."""
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
    return _take_brackets(name, groups, index)


def _take_brackets(name: str, groups: Groups, index: Index) -> Tree | None:
    names = [full for full in index.get(name, ()) if full in groups]
    return build_tree(name, {full: groups.pop(full) for full in names}) if names else None
