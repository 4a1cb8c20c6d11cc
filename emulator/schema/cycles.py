"""Open cycles of schemas that apply themselves to the same value: validation would never end.

`Pet: {oneOf: [Cat]}, Cat: {allOf: [Pet]}` is a common way of writing inheritance. A validator that
follows it literally runs in circles. Each circle is opened where it closes: the reference there
becomes what it leads to, once, without what leads back. What only refers in circles becomes `{}`.
"""

from collections.abc import Iterable, Iterator

from emulator.http.messages import Json
from emulator.schema.locations import Place
from emulator.schema.notices import Notices

Schema = dict[str, Json]

_LISTS = ("allOf", "anyOf", "oneOf")
_CONDITION = frozenset(["if", "then", "else"])
_SINGLE = ("not", *_CONDITION)
_IN_PLACE = frozenset([*_LISTS, *_SINGLE, "dependentSchemas"])
_MAX_COPIED = 20_000  # objects, in all circles of a document
_MAX_DEPTH = 40  # of a copy, and of where it is put: validators refuse 256 levels


def break_cycles(links: Iterable[tuple[Schema, Schema | bool, Place]], notices: Notices) -> None:
    """Open all cycles of in-place references, changing the schemas.

    `links` are the schemas that hold a `$ref`, what it leads to, and its place for the notice.
    """
    _Opener(links, notices).run()


class _Opener:
    def __init__(
        self, links: Iterable[tuple[Schema, Schema | bool, Place]], notices: Notices
    ) -> None:
        self.notices = notices
        self.copied = 0
        self.links = {id(node): (target, place) for node, target, place in links}
        self.open: set[int] = set()
        self.done: set[int] = set()

    def run(self) -> None:
        targets = [target for target, _ in self.links.values() if isinstance(target, dict)]
        # From the base of a hierarchy, so that its list of variants keeps its references.
        targets.sort(key=lambda target: "oneOf" not in target and "anyOf" not in target)
        for target in targets:
            if id(target) not in self.done:
                self.search(target)

    def search(self, start: Schema) -> None:
        """Depth first, on a stack: schemas whose references are being followed are `open`."""
        self.open.add(id(start))
        stack = [(start, list(self.references(start)))]
        while stack:
            schema, todo = stack[-1]
            if not todo:
                stack.pop()
                self.open.discard(id(schema))
                self.done.add(id(schema))
                continue
            node, depth = todo.pop()
            target = self.links[id(node)][0]
            if id(target) in self.open:
                self.unroll(node, target, depth)
                todo += self.references(node, depth)
            elif isinstance(target, dict) and id(target) not in self.done:
                self.open.add(id(target))
                stack.append((target, list(self.references(target))))

    def references(self, schema: Schema, depth: int = 0) -> Iterator[tuple[Schema, int]]:
        """The schemas with a reference that apply to the same value as this one, and how deep."""
        stack = [(schema, depth)]
        while stack:
            node, depth = stack.pop()
            if "$ref" in node and id(node) in self.links:
                yield node, depth
            stack += [(child, depth + 1) for child in _in_place(node)]

    def unroll(self, node: Schema, target: Json, depth: int) -> None:
        self.notices.add(
            self.links[id(node)][1],
            "schema-cycle",
            f"{node['$ref']} leads back here without going into the value; read once",
        )
        copy = self.copy(target, _MAX_DEPTH)[0] if depth < _MAX_DEPTH else {}
        del node["$ref"]
        if node.keys() & copy.keys():
            node["allOf"] = [*node.get("allOf", []), copy]
        else:
            node.update(copy)
            if "$ref" in copy:
                self.links[id(node)] = self.links[id(copy)]

    def copy(self, schema: Schema, levels: int) -> tuple[Schema, bool]:
        """Copy a schema without references to what is open, and say whether one is missing.

        What judges other values is shared. A choice or condition that lacks something would decide
        otherwise than meant, so it goes as a whole; the circle went through it anyway.
        """
        self.copied += 1
        if self.copied > _MAX_COPIED or not levels:
            return {}, True
        result = {key: item for key, item in schema.items() if key not in _IN_PLACE}
        lacking = set()
        if "$ref" in result and id(schema) in self.links:
            link = self.links[id(schema)]
            if id(link[0]) in self.open:
                del result["$ref"]
                lacking.add("$ref")
            else:
                self.links[id(result)] = link
        for keyword in [keyword for keyword in schema if keyword in _IN_PLACE]:
            result[keyword], lacks = self.copy_part(schema[keyword], keyword, levels - 1)
            lacking |= {keyword} if lacks else set()
        gone = lacking - {"$ref", "allOf"}
        for keyword in gone | (_CONDITION if gone & _CONDITION else set()):
            result.pop(keyword, None)
        return result, bool(lacking)

    def copy_part(self, value: Json, keyword: str, levels: int) -> tuple[Json, bool]:
        """Copy what a keyword holds, and say whether a reference is missing in it."""
        if keyword in _LISTS:
            parts = [self.copy_part(item, "", levels) for item in value]
            return [part for part, _ in parts], any(lacks for _, lacks in parts)
        if keyword == "dependentSchemas":
            copies = {name: self.copy_part(item, "", levels) for name, item in value.items()}
            kept = {name: part for name, (part, _) in copies.items()}
            return kept, any(lacks for _, lacks in copies.values())
        return self.copy(value, levels) if isinstance(value, dict) else (value, False)


def _in_place(schema: Schema) -> list[Schema]:
    """The subschemas that apply to the same value."""
    found = [item for keyword in _LISTS for item in schema.get(keyword, [])]
    found += [schema[keyword] for keyword in _SINGLE if keyword in schema]
    found += schema.get("dependentSchemas", {}).values()
    return [item for item in found if isinstance(item, dict)]
