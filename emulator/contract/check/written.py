"""A document as its author wrote it, by which a real server is judged.

What the emulator adds for itself, the shape of another version that it reads a document in, and
what it leaves out because it can't use it, are no part of what that server promises.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document.augment import without_added
from emulator.openapi.document.load import read_tree
from emulator.openapi.document.model import Api, Operation

#: Members whose values are data of the API, not of the document: a `$ref` in them is no reference.
_DATA = frozenset({"example", "default", "const", "enum", "value"})


def written_document(api: Api) -> Mapping[str, Json]:
    """The file as it is, or, where it needs others, all of them joined in one document."""
    try:
        tree = read_tree(Path(api.file))
    except DocumentError:  # it is of no file, or gone since it was read
        tree = None
    if isinstance(tree, dict) and not foreign_references(tree):
        return without_files(tree) if "swagger" in tree else tree
    return without_added(api.document)


def without_files(document: Mapping[str, Json]) -> Mapping[str, Json]:
    """A Swagger 2 document less the schemas `type: file` of responses: that is any content.

    Schemathesis takes it for a string, and what it can decode of a file for none.
    """

    def operation(value: Json) -> Json:
        if not isinstance(value, dict) or "responses" not in value:
            return value
        return {**value, "responses": _each(value["responses"], _without_file)}

    paths = _each(document.get("paths"), lambda item: _each(item, operation))
    shared = _each(document.get("responses"), _without_file)
    changed = {"paths": paths, "responses": shared}
    return {**document, **{name: changed[name] for name in changed if name in document}}


def _each(values: Json, change: Callable[[Json], Json]) -> Json:
    if not isinstance(values, dict):
        return values
    return {name: change(value) for name, value in values.items()}


def _without_file(response: Json) -> Json:
    schema = response.get("schema") if isinstance(response, dict) else None
    if isinstance(schema, dict) and schema.get("type") == "file":
        return {name: value for name, value in response.items() if name != "schema"}
    return response


def written_api(api: Api) -> Api:
    """The API without the responses that the emulator added."""
    return replace(api, operations=tuple(map(_written, api.operations)))


def _written(operation: Operation) -> Operation:
    kept = {key: each for key, each in operation.responses.items() if not each.augmented}
    return replace(operation, responses=kept)


def foreign_references(document: Mapping[str, Json]) -> tuple[str, ...]:
    """References that lead out of the document, sorted: the engine would fetch them unasked."""
    return tuple(sorted(set(_references(document))))


def _references(node: Json) -> Iterator[str]:
    # A stack rather than recursion: a document may be nested deeper than Python's.
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            for key, value in node.items():
                if key in ("$ref", "externalValue") and isinstance(value, str):
                    if key == "externalValue" or not value.startswith("#"):
                        yield value
                elif key not in _DATA:
                    pending.append(value)
        elif isinstance(node, list):
            pending.extend(node)
