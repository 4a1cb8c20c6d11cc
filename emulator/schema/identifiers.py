"""`$id`, `$self` and anchors: the names that schemas of JSON Schema 2020-12 and documents have."""

import os
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import urldefrag, urljoin, urlsplit

from msgspec import Struct, field

from emulator.http.messages import Json
from emulator.schema.locations import Place, Sources, Tokens, tokens_of

Object = dict[str, Json]

_ANCHORS = ("$anchor", "$dynamicAnchor")
_NAMES = ("$id", *_ANCHORS)


class _Index(Struct):
    """The names in a file. A resource is the file, or a schema with an `$id`, by its pointer."""

    resources: dict[str, Tokens] = field(default_factory=dict)
    bases: dict[Tokens, str] = field(default_factory=dict)
    anchors: dict[tuple[Tokens, str], Tokens] = field(default_factory=dict)
    #: By name; None where several schemas have it.
    unique: dict[str, Tokens | None] = field(default_factory=dict)
    dynamic: dict[Tokens, dict[str, Tokens]] = field(default_factory=dict)


class Identifiers:
    """Finds the schemas and files that can be referred to by a name."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._indexes: dict[str, _Index] = {}
        self._own_names: dict[str, str] = {}

    def anchor(self, file: str, resource: Tokens, name: str) -> Tokens | None:
        """The schema with this `$anchor` or `$dynamicAnchor` in a resource.

        Else the only one in the file, since few know that an `$id` is the end of a name's scope.
        """
        index = self._index(file)
        return index.anchors.get((resource, name)) or index.unique.get(name)

    def dynamic_anchors(self, file: str) -> Mapping[Tokens, Mapping[str, Tokens]]:
        """The schemas with a `$dynamicAnchor` by their names, of each resource in a file."""
        return self._index(file).dynamic

    def resource(self, file: str, tokens: Tokens, url: str) -> Tokens | None:
        """The schema in a file with this `$id`, resolved against a place in the file."""
        index = self._index(file)
        base = index.bases.get(self.around(file, tokens), "")
        return index.resources.get(_join(base or self._own_name(file), url))

    def around(self, file: str, tokens: Tokens) -> Tokens:
        """The resource that a place is in."""
        known = self._index(file).bases
        return next((tokens[:n] for n in range(len(tokens), 0, -1) if tokens[:n] in known), ())

    def matter(self, file: str) -> bool:
        """Whether references in the file depend on the schema around them."""
        return bool(self._index(file).bases)

    def file_named(self, file: str, url: str) -> str | None:
        """The file, among those read, whose `$self` (OpenAPI 3.2) is this URL."""
        name = _join(self._own_name(file), url)
        return next((each for each, own in self._own_names.items() if own == name), None)

    def beside(self, file: str, url: str) -> str:
        """A URL as a path from the file's folder, where `$self` says that it is near the file."""
        base = self._own_name(file)
        try:
            own, other = urlsplit(base), urlsplit(_join(base, url))
        except ValueError:
            return url
        if not base or own[:2] != other[:2] or not other.path:
            return url
        folder = PurePosixPath(own.path).parent
        return PurePosixPath(os.path.relpath(other.path, folder)).as_posix()

    def _own_name(self, file: str) -> str:
        for each in list(self._sources.trees)[len(self._own_names) :]:  # read since then
            tree = self._sources.trees[each]
            name = tree.get("$self") if isinstance(tree, dict) else None
            self._own_names[each] = urldefrag(name)[0] if isinstance(name, str) else ""
        return self._own_names[file]

    def _index(self, file: str) -> _Index:
        if file in self._indexes:
            return self._indexes[file]
        index = self._indexes[file] = _Index()
        tree = self._sources.trees[file]
        named = _named(tree, file, self._own_name(file)) if _names_any(tree) else ()
        for node, place, base, resource in named:
            tokens = tokens_of(place)[1]
            if isinstance(node.get("$id"), str):
                index.bases[tokens] = base
                index.resources.setdefault(base, tokens)
            scope = tokens_of(resource)[1]
            for keyword in _ANCHORS:
                if isinstance(name := node.get(keyword), str):
                    index.anchors.setdefault((scope, name), tokens)
                    index.unique[name] = None if name in index.unique else tokens
            if isinstance(name := node.get("$dynamicAnchor"), str):
                index.dynamic.setdefault(scope, {}).setdefault(name, tokens)
        return index


def _names_any(tree: Json) -> bool:
    """Whether anything has a name; hardly any document has, and places take long to make."""
    stack = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if not value.keys().isdisjoint(_NAMES):
                return True
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return False


def _named(tree: Json, file: str, name: str) -> Iterator[tuple[Object, Place, str, Place]]:
    """Objects with a name: their places, and the URL and place of the resource they are in."""
    stack: list[tuple[Json, Place, str, Place]] = [(tree, file, name, file)]
    while stack:
        value, place, base, resource = stack.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$id"), str):
                base, resource = _join(base, value["$id"]).rstrip("#"), place
            if not value.keys().isdisjoint(_NAMES):
                yield value, place, base, resource
            stack += [(item, (place, key), base, resource) for key, item in value.items()]
        elif isinstance(value, list):
            stack += [(item, (place, index), base, resource) for index, item in enumerate(value)]


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url
