"""Write text: plain, as a small document of its language, as YAML, as tables, as sequences.

Sequences are server-sent events, JSON lines and JSON text sequences (OpenAPI 3.2, 4.14.4).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from emulator.http.encode import dump
from emulator.http.media_types import base_type, is_json
from emulator.http.messages import Event, Json
from emulator.openapi.write.content import PLAUSIBLE, SEVERAL, ContentSchema, text_of
from emulator.schema.coerce.coercion import Shape, to_text
from emulator.schema.instances import key

_HTML = (
    "<!DOCTYPE html>\n"
    '<html xmlns="http://www.w3.org/1999/xhtml" lang="en">\n'
    "<head><title>Sample page</title></head>\n"
    "<body><h1>Sample page</h1><p>%s</p></body>\n"
    "</html>\n"
)
_SCRIPT = '// %s\nconsole.log("ready");\n'
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 1 1">'
    '<title>%s</title><rect width="1" height="1" fill="#fff"/></svg>\n'
)
#: Documents around a sentence, by media type.
DOCUMENTS: Mapping[str, str] = {
    "text/html": _HTML,
    "application/xhtml+xml": _HTML,
    "image/svg+xml": _SVG,
    **dict.fromkeys(("text/markdown", "text/x-markdown"), "# Sample\n\n%s\n\n- one\n- two\n"),
    "text/css": "/* %s */\nbody { margin: 0; }\n",
    **dict.fromkeys(("text/javascript", "application/javascript"), _SCRIPT),
    **dict.fromkeys(("application/x-javascript", "application/ecmascript"), _SCRIPT),
}
#: What a Content-Type may ask for; anything else is written in UTF-8.
# Texts that YAML 1.2 or 1.1 may take for something else than PyYAML does, or for line ends.
_AMBIGUOUS = re.compile(
    r"[-+.0-9~]|(?:y|yes|n|no|on|off|true|false|null)\Z|.*[\x85\u2028\u2029]",
    re.IGNORECASE | re.DOTALL,
)


def text(content: ContentSchema, media_type: str) -> bytes:
    """Write a string as it is, anything else as JSON; a document where any string is valid."""
    value = content.text()
    if not isinstance(value, str):
        return dump(value)
    document = DOCUMENTS.get(base_type(media_type), "%s")
    return (document % value if content.is_free() else value).encode(errors="replace")


def yaml_text(content: ContentSchema, _media_type: str) -> bytes:
    """Write a value as one YAML document, which YAML 1.1 and 1.2 read alike."""
    written = yaml.dump(content.value(), Dumper=_YamlDumper, allow_unicode=True, sort_keys=False)
    return str(written).encode()


def table(content: ContentSchema, media_type: str) -> bytes:
    """Write rows below a header (RFC 4180), or separated by tabs; a described string as it is."""
    if content.items is None and content.is_text() and not content.is_free():
        return text(content, media_type)
    if content.items is None and content.is_free():
        rows = [content.draw(PLAUSIBLE) for _ in range(SEVERAL)]
    else:
        rows = content.values()
    written = io.StringIO()
    tabs = base_type(media_type) == "text/tab-separated-values"
    csv.writer(written, delimiter="\t" if tabs else ",").writerows(_cells(rows))
    return written.getvalue().encode(errors="replace")


def _cells(rows: list[Json]) -> list[list[str]]:
    """A header of all names and the rows below it; arrays are rows as they are."""
    if rows and all(isinstance(row, list) for row in rows):
        return [[_cell(value) for value in row] for row in rows]
    objects = [row if isinstance(row, dict) else {"value": row} for row in rows]
    names = list(dict.fromkeys(name for row in objects for name in row))
    return [names, *([_cell(row.get(name)) for name in names] for row in objects)]


def _cell(value: Json) -> str:
    return "" if value is None else text_of(value)


class _YamlDumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = '"' if _AMBIGUOUS.match(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_YamlDumper.add_representer(str, _YamlDumper.represent_str)


#: What an event is made of, as OpenAPI sees it (Special Considerations for Server-Sent Events).
_FIELDS = frozenset({"data", "event", "id", "retry", "comment"})


def json_lines(content: ContentSchema, _media_type: str) -> bytes:
    """Write one JSON value per line."""
    return b"".join(dump(value) + b"\n" for value in content.values())


def json_sequence(content: ContentSchema, _media_type: str) -> bytes:
    """Write JSON texts, each after a record separator (RFC 7464)."""
    return b"".join(b"\x1e" + dump(value) + b"\n" for value in content.values())


def events(content: ContentSchema) -> tuple[Event, ...]:
    """The events of a stream.

    A schema that has `data` or `event`, and nothing that events don't have, describes events; any
    other describes their data: strings as they are, else JSON.
    """
    each = content.each()
    declared = each.shape.properties.keys()
    if declared <= _FIELDS and not declared.isdisjoint(("data", "event")):
        return tuple(_event(value, index, each) for index, value in enumerate(content.values()))
    if each.shape.types - {"null"} == {"string"}:
        values = [each.text() for _ in range(SEVERAL)]
    else:
        values = content.values()
    return tuple(Event(_data(value), id=str(index)) for index, value in enumerate(values))


def _event(value: Json, index: int, each: ContentSchema) -> Event:
    if not isinstance(value, dict):
        return Event(_data(value), id=str(index))
    data, retry, name = value.get("data", ""), value.get("retry", -1), value.get("event")
    embedded = next(_embedded(each.schema, value, each, set()), None)
    if "data" in value and embedded is not None:
        data = dump(each.part(embedded).value()).decode()
    is_time = type(retry) in (int, float) and retry >= 0
    return Event(
        data=_data(data),
        id=_id(value, index, each.shape),
        event=None if name is None else to_text(name),
        retry_ms=int(retry) if is_time else None,
    )


def _id(value: dict[str, Json], index: int, shape: Shape) -> str | None:
    """The position where the schema leaves the id free, else the id drawn."""
    possible = "id" in value or ("id" not in shape.properties and shape.additional is not None)
    if possible and shape.property("id").free_text:
        return str(index)
    return to_text(value["id"]) if value.get("id") is not None else None


def _data(value: Json) -> str:
    return value if isinstance(value, str) else dump(value).decode()


def _embedded(
    schema: Json, value: dict[str, Json], content: ContentSchema, seen: set[int]
) -> Iterator[Json]:
    """The schemas of the JSON in `data`, of those alternatives that the event belongs to."""
    schema = content.resolved(schema)
    if not isinstance(schema, dict) or id(schema) in seen:
        return
    seen.add(id(schema))
    properties = schema.get("properties")
    if isinstance(properties, dict):
        if not all(_fits(properties.get(name), value[name]) for name in value):
            return
        data = content.resolved(properties.get("data"))
        if isinstance(data, dict) and is_json(str(data.get("contentMediaType", ""))):
            yield data.get("contentSchema", True)
    for keyword in ("allOf", "oneOf", "anyOf"):
        branches = schema.get(keyword)
        for branch in branches if isinstance(branches, list) else ():
            yield from _embedded(branch, value, content, seen)


def _fits(schema: Json, value: Json) -> bool:
    """Whether a property's `const` and `enum` allow the value drawn."""
    if not isinstance(schema, dict):
        return True
    allowed = [schema["const"]] if "const" in schema else schema.get("enum", [value])
    return key(value) in map(key, allowed)
