"""Decode queries that are one value: `in: querystring` parameters (OpenAPI 3.2, 4.12.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.http.media_types import base_type
from emulator.http.messages import Json, Violation
from emulator.http.percent import MalformedError, decode_form
from emulator.openapi.validate.delimited import read_content
from emulator.openapi.validate.forms import FormPlan, compile_form, decode_urlencoded
from emulator.schema.coerce.coercion import Shape
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.pointers import escape


@dataclass(frozen=True, slots=True, eq=False)
class Querystring:
    """The query as a whole: a form, or percent-encoded text of a media type."""

    name: str
    media_type: str
    shape: Shape
    form: FormPlan | None


def compile_querystring(
    parameter: Mapping[str, Json], definitions: Mapping[str, Json]
) -> Querystring:
    """The plan for a Parameter Object with `in: querystring`, which must have `content`."""
    media_type, described = next(iter(parameter["content"].items()))
    schema = described.get("schema", True)
    form = None
    if base_type(media_type) == "application/x-www-form-urlencoded":
        form = compile_form(media_type, schema, described.get("encoding", {}), definitions)
    shape = form.shape if form else compile_shape(schema, definitions)
    return Querystring(parameter["name"], media_type, shape, form)


def decode_querystring(
    raw_query: str, querystring: Querystring
) -> tuple[Json, tuple[Violation, ...]]:
    """The value of the whole query, without its `?`; None where violations say why."""
    pointer = "/" + escape(querystring.name)
    if querystring.form:
        value, violations = decode_urlencoded(raw_query, querystring.form)
        return value, tuple(
            Violation("query", pointer + v.pointer, v.keyword, v.message) for v in violations
        )
    try:
        text = decode_form(raw_query)
        return read_content(text, querystring.media_type, querystring.shape), ()
    except MalformedError as error:
        return None, (error.as_violation("query", pointer),)
