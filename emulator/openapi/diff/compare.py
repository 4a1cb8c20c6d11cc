"""Compare two versions of a document, operation by operation."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from emulator.http.messages import Json
from emulator.openapi.diff.changes import BREAKING, NON_BREAKING, UNKNOWN, Change, Severity, grouped
from emulator.openapi.diff.contents import SchemaPair, Versions, covering, make_contents
from emulator.openapi.document.model import (
    Api,
    HeaderObject,
    Operation,
    Parameter,
    RequestBody,
    ResponseObject,
)

_BODY = ("request body", ("requestBody",))


def compare(old: Api, new: Api) -> tuple[Change, ...]:
    """Every change that clients can see from `old` to `new`, what breaks them first.

    Operations are the same where method and path are, whatever the path's parameters are called.
    """
    return grouped(_changes(old, new))


def _changes(old: Api, new: Api) -> Iterator[Change]:
    contents = make_contents(old, new)
    before = {_mark(operation): operation for operation in old.operations}
    after = {_mark(operation): operation for operation in new.operations}
    for prefix in old.prefixes:
        if prefix not in new.prefixes:
            message = f"nothing is served below {prefix or '/'} any longer"
            yield Change("base-path-removed", BREAKING, "", message, "/servers", "/servers")
    for mark, operation in before.items():
        if mark not in after:
            at = contents.old_pointers.operation(operation)
            message = "clients that call it get an error"
            yield Change("operation-removed", BREAKING, operation.key, message, old=at)
            continue
        versions = Versions(contents, operation, after[mark])
        yield from _request_changes(versions)
        yield from _response_changes(versions)
    for mark, operation in after.items():
        if mark not in before:
            at = contents.new_pointers.operation(operation)
            yield Change("operation-added", NON_BREAKING, operation.key, "is new", new=at)


def _mark(operation: Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)


def _request_changes(versions: Versions) -> Iterator[Change]:
    """The changes of credentials, parameters and body."""
    yield from _security(versions)
    old, new = _parameters(versions.old), _parameters(versions.new)
    for mark in {**old, **new}:
        yield from _parameter(versions, old.get(mark), new.get(mark))
    yield from _body(versions)


def _security(versions: Versions) -> Iterator[Change]:
    old, new = _alternatives(versions.old), _alternatives(versions.new)
    if not all(any(wanted <= had for wanted in new) for had in old):
        rule = "security-changed" if all(old) else "security-added"
        message = "requests with credentials that were sufficient are rejected"
        yield versions.change(rule, BREAKING, message, "security", ["security"])
    elif not all(any(had <= wanted for had in old) for wanted in new):
        message = "other or fewer credentials are sufficient"
        yield versions.change("security-loosened", NON_BREAKING, message, "security", ["security"])


def _alternatives(operation: Operation) -> list[frozenset[tuple[str, ...]]]:
    """Sets of schemes that must all hold, each known by what is sent and not by its name."""
    return [
        frozenset((s.type, s.location, s.parameter, s.http_scheme) for s in alternative)
        for alternative in operation.security or ((),)
    ]


def _parameters(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """Parameters by location and name; those of the path by their place in it, as clients do."""
    in_path = re.findall(r"\{([^{}]*)\}", operation.path)

    def mark(each: Parameter) -> str:
        if each.location == "path" and each.name in in_path:
            return str(in_path.index(each.name))
        return each.name.lower() if each.location == "header" else each.name

    return {(each.location, mark(each)): each for each in operation.parameters}


def _parameter(
    versions: Versions, old: Parameter | None, new: Parameter | None
) -> Iterator[Change]:
    named = new or old
    assert named is not None
    name = f"{named.location} parameter {named.name}"
    contents = versions.contents

    def pointers(*, schema: bool) -> tuple[str, str]:
        return (
            contents.old_pointers.parameter(versions.old, old, schema=schema) if old else "",
            contents.new_pointers.parameter(versions.new, new, schema=schema) if new else "",
        )

    for rule, severity, message in _presence(old, new):
        at = pointers(schema=False)
        yield Change(rule, severity, versions.new.key, message, *at, name)
    if old and new:
        keys = old.schema_key, new.schema_key
        pair = SchemaPair(versions.new.key, "request", name, *keys, partial(pointers, schema=True))
        yield from versions.contents.changes(pair)


def _presence(old: Parameter | None, new: Parameter | None) -> Iterator[tuple[str, Severity, str]]:
    """The changes of a parameter itself, apart from its schema: rule, severity and message."""
    if new is None:
        message = "was removed: the document does not say if it is ignored or rejected"
        yield "request-parameter-removed", UNKNOWN, message
    elif old is None and new.required:
        message = "is new and required: requests without it are rejected"
        yield "request-required-parameter-added", BREAKING, message
    elif old is None:
        yield "request-parameter-added", NON_BREAKING, "is new"
    else:
        if new.required and not old.required:
            message = "is now required: requests without it are rejected"
            yield "request-parameter-became-required", BREAKING, message
        elif old.required and not new.required:
            yield "request-parameter-became-optional", NON_BREAKING, "is no longer required"
        if _style(old) != _style(new):
            message = "is serialized differently: what clients send is read as something else"
            yield "request-parameter-style-changed", BREAKING, message


def _style(parameter: Parameter) -> Json:
    """How a parameter is serialized, defaults filled in."""
    raw = parameter.raw
    if raw.get("content"):
        return list(raw["content"])
    form = parameter.location in ("query", "cookie")
    style = raw.get("style", "form" if form else "simple")
    return style, raw.get("explode", style == "form")


def _body(versions: Versions) -> Iterator[Change]:
    old, new = versions.old.request_body, versions.new.request_body
    found: tuple[str, Severity, str] | None = None
    if new and new.required and not (old and old.required):
        found = "request-body-became-required", BREAKING, "requests without a body are rejected"
    elif new and not old:
        found = "request-body-added", NON_BREAKING, "a body may be sent"
    elif old and not new:
        found = "request-body-removed", BREAKING, "a body is no longer described"
    elif old and new and old.required and not new.required:
        found = "request-body-became-optional", NON_BREAKING, "requests need no body"
    if found is not None:
        yield versions.change(*found, *_BODY)
    if old and new:
        yield from _content(versions, old, new)


def _content(versions: Versions, old: RequestBody, new: RequestBody) -> Iterator[Change]:
    inner = ("requestBody", "content")
    for before in old.content:
        after = covering(new.content, before.name)
        if after is not None:
            yield from versions.content("request", _BODY[0], (before, after), (inner, inner))
            continue
        message = f"bodies of type {before.name} are no longer accepted"
        yield versions.change("request-media-type-removed", BREAKING, message, _BODY[0], inner)
    for after in new.content:
        if covering(old.content, after.name) is None:
            message, rule = f"bodies of type {after.name} are accepted", "request-media-type-added"
            yield versions.change(rule, NON_BREAKING, message, _BODY[0], inner)


def _response_changes(versions: Versions) -> Iterator[Change]:
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


def _documented(operation: Operation) -> Mapping[str, ResponseObject]:
    """What the author documented, without what the emulator added."""
    return {key: each for key, each in operation.responses.items() if not each.augmented}


def _describing(responses: Mapping[str, ResponseObject], key: str) -> ResponseObject | None:
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
        pair = SchemaPair(versions.new.key, "response", where, *keys, pointers)
        yield from versions.contents.changes(pair)


def _by_name(response: ResponseObject) -> dict[str, HeaderObject]:
    return {header.name.lower(): header for header in response.headers}
