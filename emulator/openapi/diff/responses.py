"""Changes of an operation's responses: where more may come, clients break."""

from collections.abc import Iterator, Mapping
from functools import partial

from emulator.openapi.diff.changes import Change
from emulator.openapi.diff.contents import SchemaPair
from emulator.openapi.diff.versions import BREAKING, NON_BREAKING, UNKNOWN, Versions, covering
from emulator.openapi.document.model import HeaderObject, Operation, ResponseObject

_Responses = Mapping[str, ResponseObject]


def response_changes(versions: Versions) -> Iterator[Change]:
    """The changes of statuses, media types, bodies and headers."""
    old, new = _documented(versions.old), _documented(versions.new)
    for key, response in new.items():
        before = _describing(old, key)
        if before is not None:
            yield from _response(versions, before, response)
            continue
        # Whether clients cope with an error they were not told of, no document says.
        severity = UNKNOWN if key[0] in "45" else BREAKING
        message = f"{key} is a response that clients did not expect"
        where = f"response {key}", ("responses", key)
        yield versions.change("response-status-added", severity, message, *where)
    for key in old:
        if _describing(new, key) is None:
            severity = NON_BREAKING if key[0] in "45" else BREAKING
            where = f"response {key}", ("responses", key)
            message = f"{key} is no longer a response"
            yield versions.change("response-status-removed", severity, message, *where)


def _documented(operation: Operation) -> _Responses:
    """What the author documented, without what the emulator added."""
    return {key: each for key, each in operation.responses.items() if not each.augmented}


def _describing(responses: _Responses, key: str) -> ResponseObject | None:
    """What describes a status, or a range: the same key, else one that covers it."""
    return responses.get(key) or responses.get(f"{key[0]}XX") or responses.get("default")


def _response(versions: Versions, old: ResponseObject, new: ResponseObject) -> Iterator[Change]:
    name = f"response {new.key}"
    yield from _headers(versions, name, old, new)
    inner = ("responses", old.key, "content"), ("responses", new.key, "content")
    for before in old.content:
        if old.key == new.key and covering(new.content, before.name) is None:
            message = f"responses of type {before.name} no longer occur"
            yield versions.change("response-media-type-removed", BREAKING, message, name, inner[0])
    for after in new.content:
        known = covering(old.content, after.name)
        if known is not None:
            yield from versions.content("response", name, (known, after), inner)
            continue
        message = f"responses of type {after.name} can be requested"
        yield versions.change("response-media-type-added", NON_BREAKING, message, name, inner[1])


def _headers(
    versions: Versions, name: str, old: ResponseObject, new: ResponseObject
) -> Iterator[Change]:
    has = _by_name(new)
    for key, before in _by_name(old).items():
        after = has.get(key)
        old_inner = ("responses", old.key, "headers", before.name)
        what = f"the header {before.name}"
        if after is None:
            message = f"{what} is no longer described"
            yield versions.change("response-header-removed", BREAKING, message, name, old_inner)
            continue
        if before.required and not after.required:
            rule, message = "response-header-became-optional", f"{what} is no longer required"
            yield versions.change(rule, BREAKING, message, name, old_inner)
        new_inner = ("responses", new.key, "headers", after.name)
        pointers = partial(versions.pointers, (*old_inner, "schema"), (*new_inner, "schema"))
        keys = before.schema_key, after.schema_key
        where = f"{name} header {after.name}"
        yield from versions.contents.changes(
            SchemaPair(versions.new.key, "response", where, *keys, pointers)
        )


def _by_name(response: ResponseObject) -> dict[str, HeaderObject]:
    return {header.name.lower(): header for header in response.headers}
