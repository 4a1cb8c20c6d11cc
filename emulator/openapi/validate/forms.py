"""Decode forms, urlencoded and multipart, to the object their schema describes.

Properties follow `encoding`: an explicit style works as for query parameters, else a property is
its content type: text for scalars, one part or pair for each item of an array, JSON for objects.
What the specification leaves open:

- a part holds octets if its property's schema says so (`format: binary`,
  `contentMediaType`), or if it is a file or of a type other than text and isn't UTF-8. Octets
  become a string of one character (U+0000 to U+00FF) for each, so that `maxLength` counts them;
- a part without a Content-Type is taken for any of the types allowed for it;
- parts of types other than form-data are an array where the schema takes one and no object, or
  a part has no name and the schema is not of objects alone;
- an urlencoded object without an encoding may be JSON, exploded or in brackets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import orjson

from emulator.http.codings import names_charset
from emulator.http.long_bodies import TooManyValuesError, read_bounded
from emulator.http.media_types import (
    base_type,
    is_json,
    is_xml,
    takes_unnamed,
)
from emulator.http.messages import Json, Violation
from emulator.http.multipart import Part, parse_parts
from emulator.http.percent import MalformedError
from emulator.http.percent import decode_form as decode_form_text
from emulator.openapi.document.model import Encodings
from emulator.openapi.validate.brackets import (
    ABSENT,
    Groups,
    ReadLeaf,
    are_matched,
    index_names,
    read_child,
    take_exploded,
    take_named,
    take_rest,
)
from emulator.openapi.validate.form_fields import (
    UNDECLARED,
    Field,
    Judge,
    accepts,
    check_part,
    compile_field,
)
from emulator.openapi.validate.parameter_style import (
    read_content,
    read_repeated,
)
from emulator.openapi.validate.styles import decode_pairs, read_named
from emulator.openapi.validate.xml import read_xml
from emulator.schema.coerce.coercion import ANY, Shape, coerce_alone
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.pointers import escape


@dataclass(frozen=True, slots=True, eq=False)
class FormPlan:
    """A form's schema and encoding, compiled."""

    shape: Shape
    fields: Mapping[str, Field]
    multipart: bool
    #: Whether each part needs a name, and the fields of those of an array: the first, all others.
    named: bool
    prefix: tuple[Field, ...]
    items: Field


def compile_form(
    media_type: str,
    schema: Json,
    encodings: Encodings,
    definitions: Mapping[str, Json],
    judge: Judge = accepts,
) -> FormPlan:
    """The plan for a Media Type Object of a form; `judge` is for the headers of its parts."""
    shape = compile_shape(schema, definitions)
    multipart = base_type(media_type).startswith("multipart/")
    field = partial(compile_field, multipart=multipart, definitions=definitions, judge=judge)
    fields = {
        name: field(name, inner, encodings.named.get(name, {}))
        for name, inner in shape.properties.items()
    }
    named = not takes_unnamed(media_type) or (shape.object and not shape.array)
    prefix = tuple(
        field("", shape.item(index), each) for index, each in enumerate(encodings.prefix)
    )
    items = field("", ANY, encodings.items)
    return FormPlan(shape, fields, multipart, named, prefix, items)


def decode_form(
    body: bytes, content_type: str, plan: FormPlan
) -> tuple[Json, tuple[Violation, ...]]:
    """The value of a form's body, without the properties that violations report."""
    if not plan.multipart:
        return decode_urlencoded(body.decode("latin-1"), plan)
    try:
        parts = parse_parts(body, content_type, named=plan.named)
    except MalformedError as error:
        return {}, (error.as_violation("body", ""),)
    only_array = plan.shape.array and not plan.shape.object
    if not plan.named and (only_array or not all(part.name for part in parts)):
        return _read_positions(parts, plan)
    return _read_parts(parts, plan)


def decode_urlencoded(raw: str, plan: FormPlan) -> tuple[Json, tuple[Violation, ...]]:
    """The value of urlencoded text: a body, or the query of an `in: querystring` parameter."""
    styles = [field.style for field in plan.fields.values()]
    decoded = decode_pairs(raw.split("&"), styles, "body")
    value, violations = {}, decoded.violations
    for name, item in decoded.values.items():
        try:
            value[name] = _parse_embedded(item, plan.shape.property(name))
        except MalformedError as error:
            violations.append(error.as_violation("body", "/" + escape(name)))
    if decoded.unclaimed:
        read_leaf = partial(read_repeated, codec=decode_form_text)
        value.update(_read_rest(plan, decoded.unclaimed, read_leaf, violations))
    return value, tuple(violations)


def _read_parts(parts: list[Part], plan: FormPlan) -> tuple[Json, tuple[Violation, ...]]:
    groups: Groups = {}
    for part in parts:
        groups.setdefault(part.name, []).append(part)
    index = index_names(groups)
    value: dict[str, Json] = {}
    violations: list[Violation] = []
    for name, field in plan.fields.items():
        style = field.style
        take = take_exploded if style.spread and style.style == "form" else take_named
        try:
            item = take(name, style.shape, groups, index, partial(_read_leaf, field=field))
        except MalformedError as error:
            violations.append(error.as_violation("body", "/" + escape(name)))
        else:
            if item is not ABSENT:
                value[name] = item
    if groups:
        read_leaf = partial(_read_leaf, field=UNDECLARED)
        value.update(_read_rest(plan, groups, read_leaf, violations))
    return value, tuple(violations)


def _read_positions(parts: list[Part], plan: FormPlan) -> tuple[Json, tuple[Violation, ...]]:
    values: list[Json] = []
    violations: list[Violation] = []
    for index, part in enumerate(parts):
        field = plan.prefix[index] if index < len(plan.prefix) else plan.items
        try:
            check_part(part, field)
            values.append(_read_part(part, plan.shape.item(index), field))
        except MalformedError as error:
            violations.append(error.as_violation("body", f"/{index}"))
    return values, tuple(violations)


def _read_rest(
    plan: FormPlan, groups: Groups, read_leaf: ReadLeaf, violations: list[Violation]
) -> dict[str, Json]:
    try:
        return take_rest(plan.shape, groups, index_names(filter(are_matched, groups)), read_leaf)
    except MalformedError as error:
        violations.append(error.as_violation("body", ""))
        return {}


def _read_leaf(parts: list[Part], shape: Shape, field: Field) -> Json:
    for part in parts:
        check_part(part, field)
    if field.styled:
        return read_named([part.text() or "" for part in parts], replace(field.style, shape=shape))
    first = parts[0]
    json_array = is_json(first.content_type or "") and first.body.lstrip().startswith(b"[")
    if len(parts) == 1 and (json_array or shape.scalar or not shape.array):
        return _read_part(first, shape, field)
    if "array" not in shape.types:
        raise MalformedError("multipart", f"{len(parts)} parts sent for a single value")
    read = partial(_read_leaf, field=replace(field, content_types=(), headers=()))
    return [read_child(str(i), [part], shape.item(i), read) for i, part in enumerate(parts)]


def _read_part(part: Part, shape: Shape, field: Field) -> Json:
    if shape.binary:
        return part.body.decode("latin-1")
    sent = part.content_type or next(iter(field.content_types), "")
    text = part.text()
    if text is None:
        if part.filename is None and base_type(sent).startswith("text/"):
            raise MalformedError("encoding", "the part is not text in UTF-8 or its charset")
        return part.body.decode("latin-1")
    if not shape.scalar:
        if is_xml(sent):
            named = names_charset(part.content_type)
            return read_xml(text.encode(), shape, "utf-8") if named else read_xml(part.body, shape)
        return read_content(text, "application/json", shape)
    if is_json(sent) and part.filename is None:
        return read_content(text, sent, shape)
    return coerce_alone(text, shape)


def _parse_embedded(value: Json, shape: Shape) -> Json:
    """JSON in the place of a property or item that can't be a scalar."""
    if isinstance(value, list):
        return [_parse_embedded(item, shape.item(index)) for index, item in enumerate(value)]
    if not isinstance(value, str) or shape.scalar or value[:1] not in ("{", "["):
        return value
    try:
        return read_bounded(value)
    except TooManyValuesError as error:
        raise MalformedError("size", str(error)) from None
    except orjson.JSONDecodeError:
        return value
