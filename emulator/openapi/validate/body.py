"""Decode body bytes to a value, by media type."""

import functools
from collections.abc import Callable

import orjson

from emulator.http.media_types import base_type, is_json, is_xml
from emulator.http.messages import Json, Violation
from emulator.openapi.document.model import Api, MediaType
from emulator.openapi.validate.forms import compile_form, decode_form
from emulator.openapi.validate.xml import decode_xml
from emulator.schema.coerce.coercion import Shape, coerce
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.instances import deeper_than

#: Levels of objects and arrays; templates and encoders recurse, and give up soon after.
MAX_DEPTH = 200

#: (body, Content-Type) → the value, and what keeps the bytes from being one.
Decoder = Callable[[bytes, str], tuple[Json, tuple[Violation, ...]]]

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed")


def compile_decoder(api: Api, media_type: MediaType) -> Decoder:
    """The decoder for bodies of a documented media type; of a wildcard, by what is sent."""
    name = base_type(media_type.name)
    if "*" in name:
        return _wildcard_decoder(api, media_type)
    return _decoder(api, media_type, name)


def _decoder(api: Api, media_type: MediaType, name: str) -> Decoder:
    if is_json(name):
        return decode_json
    key, definitions = media_type.schema_key, api.requests.definitions
    schema = api.requests.roots[key] if key is not None else True
    if name in FORMS:
        plan = compile_form(name, schema, media_type.encoding or {}, definitions)
        return lambda body, content_type: decode_form(body, content_type, plan)
    shape = compile_shape(schema, definitions)
    if is_xml(name):
        return lambda body, _: decode_xml(body, shape)
    return lambda body, _: (_read_text(body, shape), ())


def _wildcard_decoder(api: Api, media_type: MediaType) -> Decoder:
    sendable = ("application/xml", *FORMS)
    key = media_type.schema_key
    schema = api.requests.roots[key] if key is not None else True
    structured = not compile_shape(schema, api.requests.definitions).scalar

    # Hardly anybody sends these where JSON is understood, and for large documents compiling them
    # all would take most of the start: each is compiled when it first comes.
    @functools.cache
    def decoder(name: str) -> Decoder:
        return _decoder(api, media_type, name)

    def decode(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
        name = base_type(content_type)
        if is_json(name):
            return decode_json(body, content_type)
        if structured and name not in sendable:
            # What is no text can still be JSON, whatever the client calls it.
            value, malformed = decode_json(body, content_type)
            if not malformed:
                return value, ()
        return decoder(name if name in sendable else "text/plain")(body, content_type)

    return decode


def is_typed(media_type: str) -> bool:
    """Whether bodies of this type are decoded into more than text, so that a schema can judge."""
    name = base_type(media_type)
    return is_json(name) or is_xml(name) or name in FORMS or "*" in name


def decode_json(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
    """JSON (RFC 8259): UTF-8, no NaN, no lone surrogates, at most `MAX_DEPTH` levels deep."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        return None, (Violation("body", "", "json", message),)
    # Counting brackets is quick, and few bodies have so many.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and deeper_than(MAX_DEPTH, value):
        message = f"the body is nested more than {MAX_DEPTH} levels deep"
        return None, (Violation("body", "", "depth", message),)
    return value, ()


def _read_text(body: bytes, shape: Shape) -> Json:
    """Read any other body as text; bytes that are no UTF-8 become Latin-1."""
    if shape.binary:
        return body.decode("latin-1")
    try:
        return coerce(body.decode(), shape)
    except UnicodeDecodeError:
        return body.decode("latin-1")
