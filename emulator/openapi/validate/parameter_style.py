"""Compile Parameter Objects: which style, which separator, which types (OpenAPI 3.2, 4.12.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from emulator.http.messages import Json
from emulator.http.percent import decode, decode_form, decode_leniently, verbatim
from emulator.schema.coerce.coercion import Shape
from emulator.schema.coerce.shapes import compile_shape

Codec: TypeAlias = Callable[[str], str]

#: The styles of each location, the default first.
STYLES: Mapping[str, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
    "body": ("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject"),
}

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_EXPLODED_SEPARATORS = {"label": ".", "matrix": ";"}


@dataclass(frozen=True, slots=True, eq=False)
class ParameterStyle:
    """How one parameter is serialized, compiled from a Parameter Object.

    `location` is path, query, header, cookie or body (a property of a form). `media_type` is the
    key of `content`, where the parameter has one. `separator` is between items.
    """

    name: str
    location: str
    style: str
    explode: bool
    shape: Shape
    allow_reserved: bool
    allow_empty_value: bool
    media_type: str | None
    separator: str
    codec: Codec
    #: One value of one type, written as it is: nothing to split.
    plain: bool
    #: The value is spread over several names, or takes what others leave.
    spread: bool


def compile_style(parameter: Mapping[str, Json], definitions: Mapping[str, Json]) -> ParameterStyle:
    """The style of an OpenAPI 3 Parameter Object whose references are resolved.

    Styles a location doesn't have count as its default. `x-collectionFormat: tsv` (Swagger 2.0)
    makes the style `tabDelimited`.
    """
    content = parameter.get("content")
    media_type = next(iter(content)) if isinstance(content, dict) and content else None
    described = content[media_type] if isinstance(content, dict) and media_type else parameter
    return style_of(
        parameter, compile_shape(described.get("schema", True), definitions), media_type
    )


def style_of(
    parameter: Mapping[str, Json], shape: Shape, media_type: str | None = None
) -> ParameterStyle:
    """The style of a parameter, or of a form's property, whose shape is known."""
    location = parameter["in"]
    style = "tabDelimited" if parameter.get("x-collectionFormat") == "tsv" else None
    style = style or parameter.get("style")
    if style not in STYLES[location]:
        style = STYLES[location][0]
    explode = parameter.get("explode", style in ("form", "cookie"))
    return ParameterStyle(
        name=parameter["name"],
        location=location,
        style=style,
        explode=explode,
        shape=shape,
        allow_reserved=bool(parameter.get("allowReserved")),
        allow_empty_value=bool(parameter.get("allowEmptyValue")),
        media_type=media_type,
        separator=_separator(style, explode),
        codec=_codec(location, style),
        plain=media_type is None and not shape.array and not shape.object,
        spread=media_type is None and (style == "deepObject" or (shape.object and explode)),
    )


def _separator(style: str, explode: bool) -> str:
    exploded = _EXPLODED_SEPARATORS.get(style, ",") if explode else ","
    return _SEPARATORS.get(style, exploded)


def _codec(location: str, style: str) -> Codec:
    if location == "cookie":
        return verbatim if style == "cookie" else decode_leniently
    return {"path": decode, "header": verbatim}.get(location, decode_form)
