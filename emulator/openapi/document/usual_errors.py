"""The error that a document usually describes: for what it says nothing about.

Responses for 4xx and 5xx count, and `default` beside a success. The media type and schema that
most of them have is the usual one.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from emulator.http.media_types import base_type, is_json, is_xml
from emulator.http.messages import Json
from emulator.openapi.document.fields import METHODS
from emulator.schema.pointers import follow

#: Error responses that say nothing else, by status; one for any status is under `default`.
#: A response is named by the keys of its operation and its own.
Places: TypeAlias = Mapping[str, tuple[str, str]]

#: Media types beside JSON and XML that an error may have.
_OTHERS = frozenset(("text/plain", "text/html", "application/*", "*/*"))
_TEXTS = ("text/plain", "text/html")
#: What says nothing of the shape, and of what the members are names.
_NOTES = frozenset(("title", "description", "example", "examples", "default", "externalDocs"))
_NAMED = frozenset(("properties", "patternProperties", "$defs"))


class UsualError(Struct, frozen=True):
    """The content that errors usually have, and the responses that show it."""

    content: Mapping[str, Json]
    places: Places


class _Described(Struct, frozen=True):
    """A response for errors: `shapes` are its media types with what describes each."""

    place: tuple[str, str]
    content: Mapping[str, Json]
    shapes: tuple[tuple[str, str], ...]
    #: Whether successes of the operation look the same.
    ambiguous: bool

    @property
    def status(self) -> str:
        """A status, a range, or `default`."""
        return self.place[1]

    @property
    def shown(self) -> bool:
        """Whether the author gave an example."""
        return any("example" in each or each.get("examples") for each in self.content.values())


def usual_error(document: Mapping[str, Json]) -> UsualError | None:
    """What errors of a normalised document usually look like, None where it describes none."""
    found = list(_errors(document))
    found = [each for each in found if not each.ambiguous] or found
    pairs = Counter(pair for each in found for pair in each.shapes)
    if not pairs:
        return None
    # Of as many, JSON comes first, then what the document has first.
    usual = max(pairs, key=lambda pair: (pairs[pair], is_json(pair[0]), pair[0] not in _TEXTS))
    having = [each for each in found if usual in each.shapes]
    wholes = Counter(each.shapes for each in having)
    whole = max(wholes, key=lambda shapes: wholes[shapes])
    alike = [each for each in having if each.shapes == whole]
    # For a status without a response of its own, one that is for several speaks best.
    alike.sort(key=lambda each: (not each.shown, each.status.isdigit()))
    general = alike[0]
    places = {each.status: each.place for each in reversed(alike)}
    return UsualError(general.content, {**places, "default": general.place})


def _errors(document: Mapping[str, Json]) -> Iterator[_Described]:
    shapes = _Shapes(document)
    for path, raw_item in (document.get("paths") or {}).items():
        item = shapes.behind(raw_item)
        for method in METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            raw = operation.get("responses")
            named = raw.items() if isinstance(raw, dict) else ()
            responses = {str(key): shapes.behind(value) for key, value in named}
            good = [each for key, each in responses.items() if key[0] in "23"]
            accepted = {pair for each in good for pair in shapes.of(each)}
            for key, response in responses.items():
                if key[0] not in "45" and not (key == "default" and good):
                    continue
                own = shapes.of(response)
                if own:
                    content = {name: shapes.behind(each) for name, each in _content(response)}
                    status = key if key == "default" else key.upper()
                    ambiguous = not accepted.isdisjoint(own)
                    place = f"{method.upper()} {path}", status
                    yield _Described(place, content, own, ambiguous)


def _content(response: Mapping[str, Json]) -> list[tuple[str, Json]]:
    content = response.get("content")
    return list(content.items()) if isinstance(content, dict) else []


class _Shapes:
    """What describes responses; each schema is written out once."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self._known: dict[int, str] = {}

    def behind(self, value: Json) -> Mapping[str, Json]:
        """The object itself, behind any references; {} where there is none."""
        try:
            found = follow(self.document, value)
        except KeyError:
            return {}
        return found if isinstance(found, dict) else {}

    def of(self, response: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
        """The media types of a response that describe a body, with what describes it, sorted."""
        found = [(name, self._shape(self.behind(raw))) for name, raw in _content(response)]
        return tuple(sorted((name, shape) for name, shape in found if shape and _speaks(name)))

    def _shape(self, media_type: Mapping[str, Json]) -> str:
        schema, example = media_type.get("schema"), media_type.get("example")
        if isinstance(schema, dict) and schema:
            if id(schema) not in self._known:
                try:
                    text = json.dumps(_bare(schema), sort_keys=True, default=str)
                except RecursionError:  # nested deeper than any error that a client reads
                    text = ""
                self._known[id(schema)] = text
            return self._known[id(schema)]
        return f"example: {sorted(example)}" if isinstance(example, dict) and example else ""


def _speaks(media_type: str) -> bool:
    return is_json(media_type) or is_xml(media_type) or base_type(media_type) in _OTHERS


def _bare(schema: Json, *, named: bool = False) -> Json:
    """A schema without what is only said of it, since examples differ from status to status."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _bare(each, named=not named and name in _NAMED)
        for name, each in schema.items()
        if named or name not in _NOTES
    }
