"""One property of a form, or one part: what its encoding asks of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from emulator.http.media_types import base_type, is_json, matches, split_quoted
from emulator.http.messages import Json, Violation
from emulator.http.multipart import Part
from emulator.http.percent import MalformedError, verbatim
from emulator.openapi.document.model import HEADER_SCHEMA
from emulator.openapi.validate.parameter_style import ParameterStyle, compile_style, style_of
from emulator.openapi.validate.styles import decode_single
from emulator.schema.coerce.coercion import ANY, Shape

#: What a schema, by its key, refuses of a value at a location.
Judge: TypeAlias = Callable[[str, Json, str], tuple[Violation, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One property of a form: its style, and for parts what `encoding` asks of them."""

    style: ParameterStyle
    #: `encoding` gives a style, so that content types don't count.
    styled: bool
    content_types: tuple[str, ...]
    headers: tuple[ParameterStyle, ...]
    judge: Judge


def accepts(_key: str, _value: Json, _location: str) -> tuple[Violation, ...]:
    """The judge of nothing."""
    return ()


def check_part(part: Part, field: Field) -> None:
    """Raise MalformedError where the headers of a part are not what its field asks for."""
    for header in field.headers:
        _check_header(part, header, field.judge)
    sent, allowed = part.content_type, field.content_types
    # Clients that don't know a file's type say so (RFC 2046, 4.5.1): that contradicts nothing.
    if base_type(sent or "") in ("", "application/octet-stream"):
        return
    if sent is not None and allowed and not any(matches(pattern, sent) for pattern in allowed):
        message = f"the part is '{sent}', expected {' or '.join(allowed)}"
        raise MalformedError("contentType", message)


def _check_header(part: Part, header: ParameterStyle, judge: Judge) -> None:
    raw = part.headers.get(header.sent_as)
    if raw is None:
        if header.required:
            raise MalformedError("required", f"the part has no header '{header.sent_as}'")
        return
    value, violations = decode_single(raw, header)
    if not violations and header.schema_key is not None:
        violations = judge(header.schema_key, value, "header")
    for each in violations[:1]:
        message = f"the part's header '{header.sent_as}': {each.message}"
        raise MalformedError(each.keyword, message)


def compile_field(
    name: str,
    shape: Shape,
    encoding: Mapping[str, Json],
    *,
    multipart: bool,
    definitions: Mapping[str, Json],
    judge: Judge,
) -> Field:
    """The field of this name, `""` where it has none."""
    styled = any(keyword in encoding for keyword in ("style", "explode", "allowReserved"))
    listed = split_quoted(str(encoding.get("contentType", "")), ",")
    content_types = () if styled else tuple(entry.strip() for entry in listed if entry.strip())
    as_json = len(content_types) == 1 and is_json(content_types[0]) and not multipart
    # A property never takes the names that no other does: those are the form's own.
    shape = replace(shape, catch_all=False)
    media_type = content_types[0] if as_json and not (shape.array and not shape.scalar) else None
    described = {"style": encoding.get("style"), "allowReserved": encoding.get("allowReserved")}
    for keyword in ("explode", "x-collectionFormat"):
        if keyword in encoding:
            described[keyword] = encoding[keyword]
    style = style_of({"name": name, "in": "body", **described}, shape, media_type)
    if multipart:
        style = replace(style, codec=verbatim, spread=styled and style.spread)
    headers = tuple(
        compile_style({**raw, "name": key, "in": "header"}, definitions, raw.get(HEADER_SCHEMA))
        for key, raw in (encoding.get("headers") or {}).items()
        if key.lower() != "content-type"
    )
    return Field(style, styled, content_types, headers, judge)


UNDECLARED = compile_field("", ANY, {}, multipart=True, definitions={}, judge=accepts)
