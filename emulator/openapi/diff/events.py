"""Webhooks and callbacks: what the API sends and clients answer, as operations to compare."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from emulator.http.messages import Json
from emulator.openapi.diff.pointers import DocumentPointers
from emulator.openapi.document.compile import compile_sent
from emulator.openapi.document.model import Api, Operation
from emulator.schema.pointers import escape

#: An operation by what clients see of it: its method, its path without names of parameters.
Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EventPlace:
    """What the API sends, and where it is described.

    A callback has the operation whose callback it is, and an expression for where it goes.
    """

    name: str
    pointer: str
    parent: Operation | None = None
    address: str = ""

    @property
    def kind(self) -> Literal["webhook", "callback"]:
        """What it is called in rules."""
        return "callback" if self.parent else "webhook"

    @property
    def path(self) -> str:
        """What stands in the place of a path, unlike any other's."""
        if self.parent is None:
            return f"{self.name} (webhook)"
        return f"{self.address} (callback {self.name} of {self.parent.key})"


@dataclass(frozen=True, slots=True)
class EventOperation:
    """One request that the API sends."""

    place: EventPlace
    operation: Operation


@dataclass(frozen=True, slots=True)
class DocumentEvents:
    """The events of a document, with the schemas of what is sent and answered."""

    api: Api
    pointers: DocumentPointers
    events: Sequence[EventOperation]


def mark_of(operation: Operation) -> Mark:
    """What an operation is known by, whatever the path's parameters are called."""
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)


def events_of(api: Api) -> DocumentEvents:
    """Compile the webhooks of a document and the callbacks of its operations, not of others."""
    plain = DocumentPointers(api.document)
    places = {each.path: each for each in (*_webhooks(plain), *_callbacks(api, plain))}
    compiled = compile_sent(api, {path: plain.at(each.pointer) for path, each in places.items()})
    events = [EventOperation(places[each.path], each) for each in compiled.operations]
    pointers = {path: each.pointer for path, each in places.items()}
    return DocumentEvents(compiled, DocumentPointers(api.document, pointers), events)


def paired(
    old: Sequence[EventOperation], new: Sequence[EventOperation]
) -> Iterator[tuple[EventOperation | None, EventOperation | None]]:
    """The events of both documents: by name and method, then by address, then in order."""
    groups: dict[Json, tuple[dict[str, EventOperation], dict[str, EventOperation]]] = {}
    for which, events in enumerate((old, new)):
        for event in events:
            place = event.place
            parent = place.parent and mark_of(place.parent)
            both = groups.setdefault((parent, place.name, event.operation.method), ({}, {}))
            both[which][place.address] = event
    for before, after in groups.values():
        yield from ((each, after[at]) for at, each in before.items() if at in after)
        yield from zip_longest(
            (each for at, each in before.items() if at not in after),
            (each for at, each in after.items() if at not in before),
        )


def _webhooks(pointers: DocumentPointers) -> Iterator[EventPlace]:
    for name in pointers.at("/webhooks"):
        if not name.startswith("x-"):
            yield EventPlace(name, pointers.below("/webhooks", name))


def _callbacks(api: Api, pointers: DocumentPointers) -> Iterator[EventPlace]:
    for operation in api.operations:
        for name in operation.callbacks:
            own = pointers.below(pointers.operation(operation), "callbacks", name)
            callback = pointers.behind(own)
            for address in pointers.at(callback):
                if not address.startswith("x-"):
                    yield EventPlace(name, f"{callback}/{escape(address)}", operation, address)
