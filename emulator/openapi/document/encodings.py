"""The Encoding Objects of a body in parts: by name, or since OpenAPI 3.2 by position."""

from collections.abc import Callable, Mapping

from emulator.http.messages import Json
from emulator.openapi.document.model import HEADER_SCHEMA, Encodings
from emulator.schema.collect import SchemaCollector

_Deref = Callable[[Json], Mapping[str, Json]]


def compile_encodings(
    key: str, media_type: Mapping[str, Json], deref: _Deref, collector: SchemaCollector
) -> Encodings:
    """The encodings of a Media Type Object, the schemas of their headers collected."""

    def encoding(name: str, raw: Json) -> Mapping[str, Json]:
        described = deref(raw)
        headers = described.get("headers")
        if not isinstance(headers, dict):
            return described
        compiled = {
            header: _header(f"{key} {name} header {header}", deref(each), deref, collector)
            for header, each in headers.items()
        }
        return {**described, "headers": compiled}

    named, prefix = media_type.get("encoding"), media_type.get("prefixEncoding")
    return Encodings(
        {n: encoding(f"part {n}", each) for n, each in named.items()}
        if isinstance(named, dict)
        else {},
        tuple(encoding(f"prefix part {i}", each) for i, each in enumerate(prefix))
        if isinstance(prefix, list)
        else (),
        encoding("item part", media_type.get("itemEncoding")),
    )


def _header(
    key: str, header: Mapping[str, Json], deref: _Deref, collector: SchemaCollector
) -> Mapping[str, Json]:
    content = header.get("content")
    media_type, described = "", header
    if isinstance(content, dict) and content:
        media_type, described = next(iter(content.items()))
    schema = deref(described).get("schema")
    if schema is None:
        return header
    root = {"schema": collector.roots[collector.add(key, schema)]}
    return {
        **header,
        HEADER_SCHEMA: key,
        **({"content": {media_type: root}} if media_type else root),
    }
