"""Route a raw path and method; concrete segments win over templated ones.

One tree over path segments for all documents. A request costs one step a segment, whatever the
number of operations; the path is matched before percent-decoding, so `%2F` stays inside a segment.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import unquote

import msgspec

from emulator.http.nearest import nearest

T = TypeVar("T")

#: The names of the parameters in the path, and the target.
_Route: TypeAlias = tuple[tuple[str, ...], T]

_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})

#: A target, and the raw text of the parameters in its path.
Found: TypeAlias = tuple[T, Mapping[str, str]]

#: Longer paths are not compared with others.
_MOST_SEGMENTS, _MOST_CHARACTERS = 12, 200
#: Among more segments none is looked for.
_MOST_COMPARED = 300

#: Stands for a parameter, whose name is known at the end of the path.
_PLACE = "{}"

_TEMPLATED = re.compile(r"\{([^{}]*)\}")


class Match(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """The target of a path and method, with the raw (still encoded) text of its parameters."""

    target: T
    path: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NoMethod:
    """The path is known, the method is not; `allowed` are the methods that are."""

    allowed: tuple[str, ...]
    target: object


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, "_Node[T]"] = field(default_factory=dict)
    patterns: dict[str, tuple[re.Pattern[str], "_Node[T]"]] = field(default_factory=dict)
    any: "_Node[T] | None" = None
    methods: dict[str, "_Route[T]"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Router(Generic[T]):
    """The compiled tree; see `compile_router`.

    `_plain` are the routes without parameters, `_literal` the nodes of the tree that paths without
    parameters lead to.
    """

    _root: _Node[T]
    _plain: Mapping[str, Mapping[str, Found[T]]] = field(default_factory=dict)
    _literal: Mapping[str, _Node[T]] = field(default_factory=dict)

    def find(self, method: str, path: str) -> Match[T] | NoMethod | None:
        """The target for a method and raw path; None where no template has this path."""
        found = self.lookup(method, path)
        if found is not None:
            return Match(*found)
        return self._search(method, path)

    def lookup(self, method: str, path: str) -> Found[T] | None:
        """What `find` finds, where the most concrete step leads there each time.

        Nearly always it does. None says nothing: `find` may still find a target.
        """
        methods = self._plain.get(path)
        if methods is not None and method in methods:
            return methods[method]
        before, _, last = path.rpartition("/")
        node, segments = self._literal.get(before), [last]
        if node is None:
            before, _, last_but_one = before.rpartition("/")
            node, segments = self._literal.get(before), [last_but_one, last]
            if node is None:
                node, segments = self._root, path.split("/")[1:]
        values: list[str] = []
        decode = "%" in path
        for segment in segments:
            child = node.literals.get(unquote(segment) if decode else segment)
            if child is None:
                child = node.any
                if child is None or node.patterns or not segment:
                    return None
                values.append(segment)
            node = child
        route = node.methods.get(method)
        if route is None:
            return None
        names, target = route
        if len(values) == 1:
            return target, {names[0]: values[0]}
        return target, dict(zip(names, values, strict=True))

    def beginning(self, *starts: str) -> "Router[T] | None":
        """The routes whose first segment begins with one of these texts; None without any."""
        root, found = self._root, _Node[T]()
        found.literals = {s: node for s, node in root.literals.items() if s.startswith(starts)}
        found.patterns = {s: each for s, each in root.patterns.items() if s.startswith(starts)}
        return Router(found) if found.literals or found.patterns else None

    def nearest(self, path: str) -> str:
        """The template nearest to a path that none has; empty where none is near.

        It has the same segments but for misspelt ones, slashes too many, or another base path.
        """
        if len(path) > _MOST_CHARACTERS or path.count("/") > _MOST_SEGMENTS:
            return ""
        segments = [unquote(segment) for segment in path.split("/") if segment]
        for begin in range(len(segments)):
            # Behind another base path the rest has to be there as it is.
            found = _nearest(self._root, segments[begin:], slips=0 if begin else 2)
            if found and not found[0].startswith("{"):  # that would be near to everything
                return "/" + "/".join(found)
        return ""

    def _search(self, method: str, path: str) -> Match[T] | NoMethod | None:
        segments = path.split("/")[1:]
        allowed: dict[str, object] = {}
        found = _descend(self._root, segments, 0, (), method, allowed)
        if found is not None:
            return found
        return NoMethod(tuple(sorted(allowed)), next(iter(allowed.values()))) if allowed else None


@dataclass(frozen=True, slots=True)
class Clash(Generic[T]):
    """Two routes with one method and template, names of parameters aside; `kept` answers."""

    method: str
    template: str
    kept: T
    lost: T


def compile_router(
    routes: Iterable[tuple[str, str, T]], fallbacks: Iterable[tuple[str, str, T]] = ()
) -> tuple[Router[T], tuple[Clash[T], ...]]:
    """A router for `(method, path template, target)` triples, and the clashes among `routes`.

    The first of two clashing routes is kept. `fallbacks` take what nobody else has, silently.
    """
    root: _Node[T] = _Node()
    clashes = []
    for method, template, target in routes:
        if kept := _add(root, method, template, target):
            clashes.append(Clash(method, template, kept[1], target))
    for route in fallbacks:
        _add(root, *route)
    literal = dict(_literal(root, ""))
    plain: dict[str, Mapping[str, Found[T]]] = {
        path: {method: (target, _NO_PARAMETERS) for method, (_, target) in node.methods.items()}
        for path, node in literal.items()
        if node.methods
    }
    return Router(root, plain, literal), tuple(clashes)


def _literal(node: _Node[T], path: str) -> Iterator[tuple[str, _Node[T]]]:
    """The nodes below this one without parameters, by path, but for those with a `%` or `/` in it.

    Such a path leads nowhere else.
    """
    for segment, child in node.literals.items():
        if "%" not in segment and "/" not in segment:
            yield f"{path}/{segment}", child
            yield from _literal(child, f"{path}/{segment}")


def _add(root: _Node[T], method: str, template: str, target: T) -> _Route[T] | None:
    """Add a route, or return the one that is there already."""
    node, names = root, []
    for segment in template.split("/")[1:]:
        node = _child(node, segment)
        names += _TEMPLATED.findall(segment)
    route = tuple(names), target
    kept = node.methods.setdefault(method, route)
    return None if kept is route else kept


def _child(node: _Node[T], segment: str) -> _Node[T]:
    if not _TEMPLATED.search(segment):
        return node.literals.setdefault(unquote(segment), _Node())
    if _TEMPLATED.fullmatch(segment):
        node.any = node.any or _Node()
        return node.any
    # `{owner}.json`, `v{major}.{minor}`: literal text beside parameters, matched as a whole.
    literals = [unquote(part) for part in _TEMPLATED.split(segment)[::2]]
    shape = "\0".join(literals)
    if shape not in node.patterns:
        pattern = "(.+?)".join("".join(map(_either, literal)) for literal in literals)
        node.patterns[shape] = (re.compile(pattern, re.DOTALL), _Node())
        # The one with most literal text is the most concrete.
        node.patterns = dict(sorted(node.patterns.items(), key=lambda item: -len(item[0])))
    return node.patterns[shape][1]


def _either(character: str) -> str:
    """A pattern of a character of a path as it is, and percent-encoded as clients may send it."""
    if character.isascii() and character.isalnum():
        return character
    encoded = "".join(f"%{octet:02X}" for octet in character.encode(errors="replace"))
    return f"(?:{re.escape(character)}|(?i:{encoded}))"


def _nearest(
    node: _Node[T], segments: list[str], slips: int, before: tuple[str, ...] = ()
) -> list[str] | None:
    """The segments of the nearest template with so many misspelt ones at most; None without any."""
    if not segments:
        names = next((iter(names) for names, _ in node.methods.values()), None)
        if names is None:
            return None
        return [f"{{{next(names)}}}" if text == _PLACE else text for text in before]
    first, rest = segments[0], segments[1:]
    compared = bool(slips) and first not in node.literals and len(node.literals) <= _MOST_COMPARED
    meant = nearest(first, node.literals) if compared else first
    steps = ((meant, node.literals.get(meant)), (_PLACE, node.any))
    for text, child in steps:
        left = slips - (text not in (first, _PLACE))
        found = _nearest(child, rest, left, (*before, text)) if child is not None else None
        if found is not None:
            return found
    return None


def _descend(
    node: _Node[T],
    segments: list[str],
    index: int,
    values: tuple[str, ...],
    method: str,
    allowed: dict[str, object],
) -> Match[T] | None:
    if index == len(segments):
        route = node.methods.get(method)
        if route is not None:
            names, target = route
            return Match(target, dict(zip(names, values, strict=True)))
        if not allowed:  # the most concrete template says what the path is
            allowed.update({name: other for name, (_, other) in node.methods.items()})
        return None
    segment = segments[index]
    literal = node.literals.get(unquote(segment) if "%" in segment else segment)
    if literal is not None:
        found = _descend(literal, segments, index + 1, values, method, allowed)
        if found is not None:
            return found
    for pattern, child in node.patterns.values():
        if matched := pattern.fullmatch(segment):
            more = (*values, *matched.groups())
            found = _descend(child, segments, index + 1, more, method, allowed)
            if found is not None:
                return found
    if node.any is not None and segment:
        return _descend(node.any, segments, index + 1, (*values, segment), method, allowed)
    return None
