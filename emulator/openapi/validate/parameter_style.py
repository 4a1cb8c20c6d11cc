"""Compile Parameter Objects: which style, which separator, which types (OpenAPI 3.2, 4.12.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from emulator.http.long_bodies import TooManyValuesError, read_bounded
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.http.percent import MalformedError, decode, decode_form, decode_leniently, verbatim
from emulator.schema.coerce.coercion import Shape, coerce, coerce_alone
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

#: More items than this in one delimited text are refused unread.
MAX_ITEMS = 100_000

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_FORMATS = {"ssv": " ", "tsv": "\t", "pipes": "|"}
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
    #: What separates the items of items, from the outer to the inner (Swagger 2.0).
    inner: tuple[str, ...]
    #: One value of one type, written as it is: nothing to split.
    plain: bool
    #: The value is spread over several names, or takes what others leave.
    spread: bool
    #: Whether a request must have it, and the key of its schema, where that can refuse anything.
    required: bool = False
    schema_key: str | None = None
    #: The name that a header's field has in a request, in lower case.
    sent_as: str = ""
    #: The value of plain ASCII text is that text, or may be a whole number.
    verbatim: bool = False
    whole: bool = False


def compile_style(
    parameter: Mapping[str, Json], definitions: Mapping[str, Json], schema_key: str | None = None
) -> ParameterStyle:
    """The style of an OpenAPI 3 Parameter Object whose references are resolved.

    Styles a location doesn't have count as its default. `x-collectionFormat` is Swagger 2.0's,
    where no style is like it: one format, or those of an array and of the arrays within it.
    """
    content = parameter.get("content")
    media_type = next(iter(content)) if isinstance(content, dict) and content else None
    described = content[media_type] if isinstance(content, dict) and media_type else parameter
    shape = compile_shape(described.get("schema", True), definitions)
    return style_of(parameter, shape, media_type, schema_key)


def style_of(
    parameter: Mapping[str, Json],
    shape: Shape,
    media_type: str | None = None,
    schema_key: str | None = None,
) -> ParameterStyle:
    """The style of a parameter, or of a form's property, whose shape is known."""
    location = parameter["in"]
    written = parameter.get("x-collectionFormat")
    formats = written if isinstance(written, list) else [written] if written else []
    separators = [_FORMATS.get(each, ",") for each in map(str, formats)]
    style = "tabDelimited" if separators[:1] == ["\t"] else parameter.get("style")
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
        inner=tuple(separators[1:]),
        separator=_SEPARATORS.get(style)
        or next(iter(separators), "")
        or (_EXPLODED_SEPARATORS.get(style, ",") if explode else ","),
        codec=_codec(location, style),
        plain=media_type is None and not shape.array and not shape.object,
        spread=media_type is None and (style == "deepObject" or (shape.object and explode)),
        required=parameter.get("required") is True,
        schema_key=schema_key,
        sent_as=parameter["name"].lower() if location == "header" else parameter["name"],
        verbatim=shape.verbatim,
        whole="integer" in shape.types and not shape.literals and not shape.free_text,
    )


def _codec(location: str, style: str) -> Codec:
    if location == "cookie":
        return verbatim if style == "cookie" else decode_leniently
    return {"path": decode, "header": verbatim}.get(location, decode_form)


def read_text(raw: str, parameter: ParameterStyle) -> Json:
    """The value of a parameter written in one piece; raises MalformedError."""
    if parameter.plain:
        return coerce(parameter.codec(raw), parameter.shape)
    if parameter.media_type is not None:
        return read_content(parameter.codec(raw), parameter.media_type, parameter.shape)
    shape = parameter.shape
    if shape.is_null(raw):
        return None
    parts = _bounded(split(raw, parameter))
    if shape.object and _means_object(parts, parameter):
        return _read_object(parts, parameter)
    if shape.array and (len(parts) > 1 or not shape.scalar):
        codec, inner = parameter.codec, parameter.inner
        return [read_item(part, shape.item(i), codec, inner) for i, part in enumerate(parts)]
    return coerce_alone(parameter.codec(raw), shape)


def read_item(raw: str, shape: Shape, codec: Codec, inner: tuple[str, ...] = ()) -> Json:
    """The value of an item or property, an array if it can't be a scalar.

    `inner` is what separates the items in it, and those in these.
    """
    if shape.is_null(raw):
        return None
    if inner and shape.array:
        parts = _bounded(_between(raw, inner[0]))
        return [read_item(part, shape.item(i), codec, inner[1:]) for i, part in enumerate(parts)]
    if shape.array and not shape.scalar and not shape.object:
        return [coerce(codec(raw), shape.item(0))]
    return coerce_alone(codec(raw), shape)


def read_repeated(raws: list[str], shape: Shape, codec: Codec, inner: tuple[str, ...] = ()) -> Json:
    """The value of a name sent once or more: several make an array; raises MalformedError."""
    if inner and shape.array:
        return [read_item(raw, shape.item(i), codec, inner) for i, raw in enumerate(raws)]
    if len(raws) == 1:
        return read_item(raws[0], shape, codec)
    if "array" not in shape.types:
        raise MalformedError("style", f"sent {len(raws)} times, but it has a single value")
    return [read_item(raw, shape.item(index), codec) for index, raw in enumerate(raws)]


def read_content(text: str, media_type: str, shape: Shape) -> Json:
    """The value of text of a media type; raises MalformedError where JSON is malformed."""
    if not is_json(media_type):
        return coerce(text, shape)
    try:
        return read_bounded(text)
    except TooManyValuesError as error:
        raise MalformedError("size", str(error)) from None
    except orjson.JSONDecodeError as error:
        raise MalformedError("content", f"not a JSON value: {error}") from None


def split(raw: str, parameter: ParameterStyle) -> list[str]:
    """The raw items of a delimited text, not yet percent-decoded."""
    if not raw:
        return [""] if parameter.shape.filled and not parameter.shape.object else []
    separator = parameter.separator
    if parameter.location == "header":
        return [part.strip(" \t") for part in raw.split(separator)]
    if separator == "," and not ("%2" in raw and _is_comma_clear(raw, parameter)):
        return raw.split(separator)
    return _between(raw, separator)


def _bounded(parts: list[str]) -> list[str]:
    if len(parts) > MAX_ITEMS:
        raise MalformedError("size", f"more than {MAX_ITEMS} items")
    return parts


def _between(raw: str, separator: str) -> list[str]:
    """What is between separators, which may be percent-encoded."""
    if separator == " ":
        raw = raw.replace("+", " ").replace("%20", " ")
    elif separator == "\t":
        raw = raw.replace("%09", "\t")
    elif separator == "|" and "|" not in raw:
        raw = raw.replace("%7C", "|").replace("%7c", "|")
    elif separator == ",":
        raw = raw.replace("%2C", ",").replace("%2c", ",")
    return raw.split(separator)


def _is_comma_clear(raw: str, parameter: ParameterStyle) -> bool:
    """Whether an encoded comma can't be data, so that it must be a delimiter."""
    shape = parameter.shape
    if shape.object:
        # Names and values alternate, so there is a comma in any object.
        return not parameter.explode and not shape.scalar and not shape.array and "," not in raw
    return not shape.item(0).types & {"string", "object", "array"}


def _means_object(parts: list[str], parameter: ParameterStyle) -> bool:
    shape = parameter.shape
    if not shape.array and not shape.scalar:
        return True
    if parameter.explode:
        return bool(parts) and all("=" in part for part in parts)
    return bool(parts) and len(parts) % 2 == 0 and parts[0] in shape.properties


def _read_object(parts: list[str], parameter: ParameterStyle) -> Json:
    codec, shape = parameter.codec, parameter.shape
    value: dict[str, Json] = {}
    for key, raw in _pairs(parts, parameter):
        name = codec(key)
        if name in value:
            raise MalformedError("style", f"the property '{name}' is sent twice")
        value[name] = read_item(raw, shape.property(name), codec)
    return value


def _pairs(parts: list[str], parameter: ParameterStyle) -> list[tuple[str, str]]:
    if not parameter.explode:
        if len(parts) % 2:
            listed = parameter.separator.join(("name", "value", "name", "value"))
            raise MalformedError("style", f"expected names and values in turn, as in '{listed}'")
        return list(zip(parts[::2], parts[1::2], strict=True))
    pairs = [part.partition("=") for part in parts]
    if not all(equals for _, equals, _ in pairs):
        listed = parameter.separator.join(("name=value", "name=value"))
        raise MalformedError("style", f"expected properties as in '{listed}'")
    return [(key, raw) for key, _, raw in pairs]
