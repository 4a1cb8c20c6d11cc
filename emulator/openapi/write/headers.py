"""Values as header fields: by style or by media type, several fields for cookies."""

from collections.abc import Mapping

from emulator.http.codings import in_charset
from emulator.http.encode import dump
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.openapi.document.model import HeaderObject
from emulator.openapi.validate.parameter_style import compile_style
from emulator.openapi.validate.styles import decode_single
from emulator.openapi.write.bodies import concrete, generate_body
from emulator.schema.coerce.coercion import to_text

#: The field that may not be combined with others of its name (RFC 9110, 5.3).
_COOKIE = "set-cookie"


def header_texts(
    header: HeaderObject, schema: Json | None, definitions: Mapping[str, Json], value: Json
) -> tuple[str, ...]:
    """The fields of a documented header, each on one line: usually one."""
    if header.media_type is not None:
        return (_on_one_line(_content(header.media_type, schema, definitions, value)),)
    if header.name.lower() == _COOKIE and isinstance(value, list | dict):
        members = value if isinstance(value, list) else _pairs(value)
        return tuple(_on_one_line(_simple(member, True)) for member in members)
    return (_on_one_line(_simple(value, header.explode)),)


def as_written(
    header: HeaderObject, schema: Json | None, definitions: Mapping[str, Json], content: bytes
) -> tuple[str, Json] | None:
    """An example that is written out, on one line, and its value; None where it has none."""
    text = _on_one_line(content.decode(errors="replace"))
    described: dict[str, Json] = {"schema": True if schema is None else schema}
    if header.media_type is not None:
        described = {"content": {header.media_type: described}}
    raw = {"name": header.name, "in": "header", "explode": header.explode, **described}
    value, violations = decode_single(text, compile_style(raw, definitions))
    return None if violations else (text, value)


def _simple(value: Json, explode: bool) -> str:
    """A value in the style `simple` (OpenAPI 3.1, 4.8.12.4)."""
    if isinstance(value, list):
        return ",".join(map(_part, value))
    if isinstance(value, dict):
        pairs = value.items()
        between = "=" if explode else ","
        return ",".join(f"{name}{between}{_part(member)}" for name, member in pairs)
    return _part(value)


def _part(value: Json) -> str:
    """A member; what is deeper, for which the style has no words, as JSON."""
    if isinstance(value, list | dict):
        return dump(value).decode()
    return "" if value is None else to_text(value)


def _pairs(value: Mapping[str, Json]) -> list[str]:
    return [f"{name}={_part(member)}" for name, member in value.items()]


def _content(
    media_type: str, schema: Json | None, definitions: Mapping[str, Json], value: Json
) -> str:
    if is_json(media_type):
        # A field is ASCII (RFC 9110, 5.5), which JSON can always be.
        return in_charset(dump(value), "application/json; charset=us-ascii").decode()
    written = generate_body(concrete(media_type), schema, None, lambda _: value, definitions)
    return written.decode(errors="replace") if isinstance(written, bytes) else ""


def _on_one_line(text: str) -> str:
    return " ".join(text.split()) if any(char in text for char in "\r\n\0") else text
