"""Changes of an operation's requests: where less may be sent, clients break."""

import re
from collections.abc import Iterator
from functools import partial

from emulator.http.messages import Json
from emulator.openapi.diff.changes import Change, Severity
from emulator.openapi.diff.contents import SchemaPair
from emulator.openapi.diff.versions import BREAKING, NON_BREAKING, UNKNOWN, Versions, covering
from emulator.openapi.document.model import Operation, Parameter

_BODY = ("request body", ("requestBody",))


def request_changes(versions: Versions) -> Iterator[Change]:
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
    before, after = versions.contents.old_pointers, versions.contents.new_pointers

    def pointers(*, schema: bool) -> tuple[str, str]:
        return (
            before.parameter(versions.old, old, schema=schema) if old else "",
            after.parameter(versions.new, new, schema=schema) if new else "",
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
        yield from _content(versions)


def _content(versions: Versions) -> Iterator[Change]:
    old, new = versions.old.request_body, versions.new.request_body
    assert old is not None
    assert new is not None
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
            message = f"bodies of type {after.name} are accepted"
            yield versions.change(
                "request-media-type-added", NON_BREAKING, message, _BODY[0], inner
            )
