"""Resolve `$ref`s into `#/$defs`."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Ungeneratable
from emulator.schema.pointers import unescape

_START = "#/$defs/"
_ESCAPES = frozenset("/~%")


def name_of(reference: str) -> str:
    """The name a reference `#/$defs/<name>` ends in, unescaped (RFC 6901, 6)."""
    return unescape(unquote(reference.removeprefix(_START)))


def resolve(reference: Json, definitions: Mapping[str, Json]) -> Json:
    """The schema a reference points to; raises Ungeneratable where there is none."""
    if not isinstance(reference, str) or not reference.startswith(_START):
        raise Ungeneratable(f"the reference {reference!r} does not point into $defs")
    plain = reference[len(_START) :]
    if plain in definitions and _ESCAPES.isdisjoint(plain):
        return definitions[plain]
    target: Json = definitions
    for part in plain.split("/"):
        key = name_of(part)
        if isinstance(target, list) and key.isdigit() and int(key) < len(target):
            target = target[int(key)]
        elif isinstance(target, Mapping) and key in target:
            target = target[key]
        else:
            raise Ungeneratable(f"the reference {reference!r} points nowhere")
    return target


def resolve_or_any(reference: Json, definitions: Mapping[str, Json]) -> Json:
    """The schema a reference points to; True where there is none."""
    try:
        return resolve(reference, definitions)
    except Ungeneratable:
        return True


def reached(schema: Json, definitions: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """A schema and each that is within it or that it refers to, once; whatever they are for."""
    pending, seen = [schema], set[int]()
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending += each
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if "$ref" in each:
            pending.append(resolve_or_any(each["$ref"], definitions))
        pending += each.values()
