"""`$id` and `$anchor`: the names that schemas of JSON Schema 2020-12 give themselves."""

from collections.abc import Iterator
from urllib.parse import urljoin

from emulator.http.messages import Json
from emulator.schema.locations import Place, Sources, Tokens, tokens_of

Object = dict[str, Json]

_NAMES = ("$id", "$anchor", "$dynamicAnchor")


class Identifiers:
    """Finds the schemas that can be referred to by a name instead of a pointer.

    Anchors are taken as unique in a file, which is more than the specification asks for.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._anchors: dict[str, dict[str, Tokens]] = {}
        self._resources: dict[str, dict[str, Tokens]] = {}
        self._bases: dict[str, dict[Tokens, str]] = {}

    def anchor(self, file: str, name: str) -> Tokens | None:
        """The schema in a file with this `$anchor` or `$dynamicAnchor`."""
        self._index(file)
        return self._anchors[file].get(name)

    def resource(self, file: str, tokens: Tokens, url: str) -> Tokens | None:
        """The schema in a file with this `$id`, resolved against a place in the file."""
        self._index(file)
        base = self._bases[file].get(self.around(file, tokens), "")
        return self._resources[file].get(_join(base, url))

    def around(self, file: str, tokens: Tokens) -> Tokens:
        """The nearest schema around a place that has an `$id`; () if there is none."""
        self._index(file)
        known = self._bases[file]
        return next((tokens[:n] for n in range(len(tokens), 0, -1) if tokens[:n] in known), ())

    def matter(self, file: str) -> bool:
        """Whether references in the file depend on the schema around them."""
        self._index(file)
        return bool(self._bases[file])

    def _index(self, file: str) -> None:
        if file in self._anchors:
            return
        anchors = self._anchors.setdefault(file, {})
        resources = self._resources.setdefault(file, {})
        bases = self._bases.setdefault(file, {})
        tree = self._sources.trees[file]
        for node, place, base in _named(tree, file) if _names_any(tree) else ():
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(keyword), str):
                    anchors.setdefault(node[keyword], tokens_of(place)[1])
            if isinstance(node.get("$id"), str):
                tokens = tokens_of(place)[1]
                bases[tokens] = base
                resources.setdefault(base, tokens)


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


def _named(tree: Json, file: str) -> Iterator[tuple[Object, Place, str]]:
    """Objects with an `$id` or anchor, their places and the URL of the schema around them."""
    stack: list[tuple[Json, Place, str]] = [(tree, file, "")]
    while stack:
        value, place, base = stack.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$id"), str):
                base = _join(base, value["$id"]).rstrip("#")
            if not value.keys().isdisjoint(_NAMES):
                yield value, place, base
            stack += [(item, (place, key), base) for key, item in value.items()]
        elif isinstance(value, list):
            stack += [(item, (place, index), base) for index, item in enumerate(value)]


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url
