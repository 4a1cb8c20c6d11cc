"""Promises inferred from the names a document uses; declared ones take precedence.

Only names that nearly every API uses in one sense count: a wrong guess would be a wrong finding.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from emulator.http.media_types import EVENT_STREAM
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Basis, Contract, Idempotency, Pages, Resource, Stream
from emulator.openapi.promises.resources import inferred_resources
from emulator.schema.pointers import follow

_T = TypeVar("_T", bound=Pages | Resource | Idempotency | Stream)

#: Query parameters that take the cursor of the next page, bound a page, count pages.
_CURSORS = (
    *("cursor", "page_token", "pagetoken", "next_token", "nexttoken", "continuation_token"),
    "_token",  # without its underscore it is a credential more often than not
)
_LIMITS = ("limit", "page_size", "pagesize", "per_page", "perpage", "max_results", "maxresults")
_PAGES = ("page", "page_number", "pagenumber")

#: Types of events that begin and end streams.
_FIRST = frozenset({"start", "started", "begin"})
_LAST = frozenset({"end", "ended", "done", "finish", "finished", "complete", "completed", "error"})

_KEY_HEADER = "idempotency-key"


def with_inferred(declared: Contract, api: Api) -> Contract:
    """The declared contract with what conventions add to it."""

    def more(section: str, known: tuple[_T, ...], inferred: Iterable[_T]) -> tuple[_T, ...]:
        settled = {each.operation for each in known} | declared.silent.get(section, frozenset())
        return (*known, *(each for each in inferred if each.operation not in settled))

    return replace(
        declared,
        refuses={
            **dict(_refused_as_taken(declared)),
            **refused_statuses(api.document),
            **declared.refuses,
        },
        pages=more("pagination", declared.pages, _pages(api)),
        resources=more("resources", declared.resources, inferred_resources(api)),
        idempotency=more("idempotency", declared.idempotency, _idempotency(api)),
        streams=more("streams", declared.streams, _streams(api)),
    )


def _refused_as_taken(declared: Contract) -> Iterator[tuple[str, tuple[int, ...]]]:
    """By operationId: what changes meet that would give two things one value of a unique member."""
    for each in declared.resources:
        steps = (each.create, each.update, each.replace) if each.unique else ()
        yield from ((step, (409,)) for step in steps if step)


def refused_statuses(document: Mapping[str, Json]) -> dict[str, tuple[int, ...]]:
    """By operationId: statuses an operation rejects requests with that match the document.

    No schema can say what a service knows (an account that is not connected, a session's
    limits); the operation's `x-emulator-refuses` lists the statuses it leads to.
    """
    return {
        operation["operationId"]: tuple(refused)
        for operation in _path_members(document)
        if isinstance(operation, Mapping) and isinstance(operation.get("operationId"), str)
        for refused in [operation.get("x-emulator-refuses")]
        if isinstance(refused, list) and all(type(status) is int for status in refused)
    }


def _path_members(document: Mapping[str, Json]) -> Iterator[Json]:
    """Whatever stands in the path items; one that is a reference is the one it names."""
    for item in (document.get("paths") or {}).values():
        with suppress(KeyError):
            found = follow(document, item)
            yield from found.values() if isinstance(found, Mapping) else ()


def _pages(api: Api) -> Iterator[Pages]:
    return filter(None, map(pages_of, api.operations))


def pages_of(operation: Operation) -> Pages | None:
    """How an operation lists in pages, by the names of its parameters; None where it doesn't."""
    if operation.method != "GET":
        return None
    names = [each.name for each in operation.parameters if each.location == "query"]
    pages = Pages(
        operation.id,
        Basis.CONVENTION,
        cursor=_first(names, _CURSORS),
        page=_first(names, _PAGES),
        limit=_first(names, _LIMITS),
    )
    return pages if pages.limit or pages.cursor or pages.page else None


def _first(names: Iterable[str], wanted: tuple[str, ...]) -> str | None:
    """The first name that is wanted, however it is written: `pageSize`, `page-size`, `_limit`."""

    def means(name: str) -> bool:
        written = name.lower().replace("-", "_")
        return written in wanted or written.strip("_$") in wanted

    return next(filter(means, names), None)


def _idempotency(api: Api) -> Iterator[Idempotency]:
    for operation in api.operations:
        for parameter in operation.parameters:
            if parameter.location == "header" and parameter.name.lower() == _KEY_HEADER:
                yield Idempotency(operation.id, Basis.CONVENTION, header=parameter.name)


def _streams(api: Api) -> Iterator[Stream]:
    for operation in api.operations:
        media = [
            each
            for response in operation.responses.values()
            for each in response.content
            if each.name == EVENT_STREAM
        ]
        if media:
            schemas = api.responses
            keys = [key for each in media for key in (each.schema_key, each.item_key) if key]
            named, typed = set[str](), set[str]()
            for key in keys:
                _types(schemas.roots[key], schemas.definitions, named, typed)
            yield _stream(operation, named, typed)


def _stream(operation: Operation, named: set[str], typed: set[str]) -> Stream:
    """The grammar that the names of event types show, if one of them is a regular end."""
    for type_pointer, names in (("/type", typed), (None, named)):
        last = names & _LAST
        if last - {"error"}:
            first = tuple(sorted(names & _FIRST))
            ends = tuple(sorted(last))
            return Stream(operation.id, Basis.CONVENTION, type_pointer, first, ends)
    return Stream(operation.id, Basis.CONVENTION)


def _types(schema: Json, definitions: Json, named: set[str], typed: set[str]) -> None:
    """The names a stream's schema allows for events, and for `type` in their data."""
    pending, seen = [schema], 0
    while pending and seen < 1000:
        node, seen = pending.pop(), seen + 1
        if isinstance(node, list):
            pending.extend(node)
        if not isinstance(node, dict):
            continue
        reference = node.get("$ref")
        if isinstance(reference, str):
            pending.append(definitions.get(reference.rpartition("/")[2]))
        properties = node.get("properties")
        for name, words in (("event", named), ("type", typed)):
            if isinstance(properties, dict):
                words |= _words(properties.get(name))
        pending += [value for key, value in node.items() if key not in ("enum", "const")]


def _words(schema: Json) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    return {
        word for word in [*schema.get("enum", ()), schema.get("const")] if isinstance(word, str)
    }
