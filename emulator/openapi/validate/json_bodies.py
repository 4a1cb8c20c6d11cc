"""Decode bodies of JSON, of sequences of it, and of MessagePack, within bounds."""

import msgspec
import orjson

from emulator.http.long_bodies import (
    LONG_BYTES,
    MAX_VALUES,
    TooManyValuesError,
    holds_too_many,
    packs_too_many,
    read_bounded,
)
from emulator.http.messages import Json, Violation
from emulator.schema.instances import deeper_than

#: Levels of objects and arrays; templates and encoders recurse, and give up soon after.
MAX_DEPTH = 200

_TOO_MANY = (Violation("body", "", "size", f"the body holds more than {MAX_VALUES} values"),)


def decode_json(body: bytes, content_type: str) -> tuple[Json, tuple[Violation, ...]]:
    """JSON (RFC 8259): UTF-8, no NaN, no lone surrogates; at most so deep, and so many values."""
    return _read(body, "the body")


def decode_sequence(body: bytes, _: str, *, separated: bool) -> tuple[Json, tuple[Violation, ...]]:
    """JSON values as a list: each in a line, or `separated`, after a record separator (RFC 7464).

    Empty lines are passed over. What can't be read is told with its place, counted from 0.
    """
    if len(body) > LONG_BYTES and (body.count(b"\n") > MAX_VALUES or holds_too_many(body)):
        return None, _TOO_MANY
    texts = body.split(b"\x1e" if separated else b"\n")
    if separated and texts.pop(0).strip():
        message = "each value of a JSON text sequence stands after a record separator, U+001E"
        return None, (Violation("body", "", "json", message),)
    values: list[Json] = []
    for text in filter(None, map(bytes.strip, texts)):
        value, malformed = _read(text, f"value {len(values)} of the body")
        if malformed:
            return None, malformed
        values.append(value)
    return values, ()


def _read(body: bytes, what: str) -> tuple[Json, tuple[Violation, ...]]:
    try:
        value = read_bounded(body)
    except TooManyValuesError:
        return None, _TOO_MANY
    except orjson.JSONDecodeError as error:
        message = f"{what} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        if b"\0" in body[:4]:  # as no JSON in UTF-8 begins
            message = f"{what} is not JSON in UTF-8 (RFC 8259, 8.1); is it UTF-16? Then say so"
            message += " in Content-Type: charset=utf-16"
        return None, (Violation("body", "", "json", message),)
    # Counting brackets is quick, and few bodies have so many.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and deeper_than(MAX_DEPTH, value):
        message = f"{what} is nested more than {MAX_DEPTH} levels deep"
        return None, (Violation("body", "", "depth", message),)
    return value, ()


def decode_message_pack(body: bytes, _: str) -> tuple[Json, tuple[Violation, ...]]:
    """MessagePack, whose values are counted and judged like JSON's; binary is Base64."""
    if len(body) > LONG_BYTES and packs_too_many(body):
        return None, _TOO_MANY
    try:
        value = msgspec.to_builtins(msgspec.msgpack.decode(body), str_keys=True)
    except (msgspec.DecodeError, msgspec.ValidationError, TypeError, RecursionError) as error:
        message = f"the body is not MessagePack: {error}"
        return None, (Violation("body", "", "msgpack", message),)
    if deeper_than(MAX_DEPTH, value):
        message = f"the body is nested more than {MAX_DEPTH} levels deep"
        return None, (Violation("body", "", "depth", message),)
    return value, ()
