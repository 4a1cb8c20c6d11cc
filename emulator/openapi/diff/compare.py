"""Compare two versions of a document, operation by operation."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from emulator.http.messages import Json
from emulator.openapi.diff.changes import BREAKING, NON_BREAKING, Change, Side, grouped
from emulator.openapi.diff.contents import (
    Versions,
    contents_of_events,
    covering,
    make_contents,
)
from emulator.openapi.diff.events import DocumentEvents, Mark, events_of, mark_of, paired
from emulator.openapi.diff.presence import of_body, of_field, of_media_types, of_statuses
from emulator.openapi.document.model import (
    Api,
    HeaderObject,
    MediaType,
    Operation,
    Parameter,
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
    before = {mark_of(operation): operation for operation in old.operations}
    after = {mark_of(operation): operation for operation in new.operations}
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
        yield from _operation_changes(Versions(contents, operation, after[mark]))
    for mark, operation in after.items():
        if mark not in before:
            at = contents.new_pointers.operation(operation)
            yield Change("operation-added", NON_BREAKING, operation.key, "is new", new=at)
    yield from _event_changes(events_of(old), events_of(new), before.keys() & after.keys())


def _event_changes(
    old: DocumentEvents, new: DocumentEvents, common: AbstractSet[Mark]
) -> Iterator[Change]:
    """The changes of webhooks, and of callbacks of operations that both documents have."""
    contents = contents_of_events(old, new)
    for before, after in paired(old.events, new.events):
        event = after or before
        assert event is not None
        kind, parent = event.place.kind, event.place.parent
        if parent and mark_of(parent) not in common:
            continue
        key = event.operation.key
        if after is None:
            at = contents.old_pointers.operation(event.operation)
            message = "is no longer sent to clients that wait for it"
            yield Change(f"{kind}-removed", BREAKING, key, message, old=at)
        elif before is None:
            at = contents.new_pointers.operation(event.operation)
            yield Change(f"{kind}-added", NON_BREAKING, key, "is new", new=at)
        else:
            versions = Versions(contents, before.operation, after.operation, f"{kind}-")
            if before.place.address != after.place.address:
                message = f"is sent to {after.place.address}, no longer {before.place.address}"
                yield versions.change("address-changed", BREAKING, message, "", ())
            yield from _operation_changes(versions)


def _operation_changes(versions: Versions) -> Iterator[Change]:
    """The changes of credentials, parameters, body and responses."""
    yield from _security(versions)
    old, new = _parameters(versions.old), _parameters(versions.new)
    for mark in {**old, **new}:
        yield from _parameter(versions, old.get(mark), new.get(mark))
    yield from _body(versions)
    yield from _response_changes(versions)


def _security(versions: Versions) -> Iterator[Change]:
    sent, accepted = _alternatives(versions.old), _alternatives(versions.new)
    if versions.event:
        sent, accepted = accepted, sent
    if not all(any(wanted <= had for wanted in accepted) for had in sent):
        rule = "security-changed" if all(sent) or versions.event else "security-added"
        message = "requests with credentials that were sufficient are rejected"
        if versions.event:
            message = "requests come without the credentials that clients may insist on"
        yield versions.change(rule, BREAKING, message, "security", ["security"])
    elif not all(any(had <= wanted for had in sent) for wanted in accepted):
        rule, message = "security-loosened", "other or fewer credentials are sufficient"
        if versions.event:
            rule, message = "security-added", "requests come with further credentials"
        yield versions.change(rule, NON_BREAKING, message, "security", ["security"])


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

    side = versions.side("request")
    changes = [*of_field(side, "parameter", old, new)]
    if old and new and _style(old) != _style(new):
        message = "is serialized differently: what is sent is read as something else"
        changes.append(("parameter-style-changed", BREAKING, message))
    for what, severity, message in changes:
        rule = f"{versions.event}request-{what}"
        yield Change(rule, severity, versions.new.key, message, *pointers(schema=False), name)
    if old and new:
        keys = old.schema_key, new.schema_key
        yield from versions.schemas("request", name, keys, partial(pointers, schema=True))


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
    for what, severity, message in of_body(versions.side("request"), old, new):
        yield versions.change(f"request-body-{what}", severity, message, *_BODY)
    if old and new:
        inner = ("requestBody", "content")
        yield from _content(
            versions, "request", _BODY[0], (old.content, new.content), (inner, inner)
        )


def _content(
    versions: Versions,
    part: Side,
    place: str,
    content: tuple[Sequence[MediaType], Sequence[MediaType]],
    inner: tuple[Sequence[str], Sequence[str]],
) -> Iterator[Change]:
    """The changes of media types: each of those that are sent by the one that describes it."""
    old, new = content
    side = versions.side(part)
    sent, described = (old, new) if side == "request" else (new, old)
    for each in sent:
        found = covering(described, each.name)
        if found is not None:
            both = (each, found) if side == "request" else (found, each)
            yield from versions.content(part, place, both, inner)
    for which, types, others in ((0, old, new), (1, new, old)):
        if types is described and inner[0] != inner[1]:
            continue  # no status of a range needs to have all its types
        for each in types:
            if covering(others, each.name) is None:
                what, severity, message = of_media_types(part, side, each.name)[which]
                rule = f"{part}-media-type-{what}"
                yield versions.change(rule, severity, message, place, inner[which])


def _response_changes(versions: Versions) -> Iterator[Change]:
    """The changes of statuses, media types, bodies and headers."""
    old, new = _documented(versions.old), _documented(versions.new)
    side = versions.side("response")
    sent, described = (old, new) if side == "request" else (new, old)
    for key, response in sent.items():
        found = _describing(described, key)
        if found is not None:
            both = (response, found) if side == "request" else (found, response)
            yield from _response(versions, *both)
    for which, keys, others in ((0, old, new), (1, new, old)):
        for key in keys:
            if _describing(others, key) is None:
                what, severity, message = of_statuses(side, key)[which]
                where = f"response {key}", ("responses", key)
                yield versions.change(f"response-status-{what}", severity, message, *where)


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
    yield from _content(versions, "response", name, (old.content, new.content), inner)


def _headers(
    versions: Versions, name: str, old: ResponseObject, new: ResponseObject
) -> Iterator[Change]:
    had, has = _by_name(old), _by_name(new)
    for key in {**had, **has}:
        before, after = had.get(key), has.get(key)
        old_inner = ("responses", old.key, "headers", before.name if before else "")
        new_inner = ("responses", new.key, "headers", after.name if after else "")
        at = versions.pointers(old_inner, new_inner)
        place = f"{name} header {(after or had[key]).name}"
        for what, severity, message in of_field(versions.side("response"), "header", before, after):
            rule = f"{versions.event}response-{what}"
            yield Change(rule, severity, versions.new.key, message, *at, place)
        if before and after:
            pointers = partial(versions.pointers, (*old_inner, "schema"), (*new_inner, "schema"))
            keys = before.schema_key, after.schema_key
            yield from versions.schemas("response", place, keys, pointers)


def _by_name(response: ResponseObject) -> dict[str, HeaderObject]:
    return {header.name.lower(): header for header in response.headers}
