"""The resources of a document → a handler for each of their operations."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeAlias

from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.generate import ResponseGenerator
from emulator.mock.plan import Plan
from emulator.mock.remember.executions import counted
from emulator.mock.remember.handlers import Operations
from emulator.mock.remember.identity import id_place
from emulator.mock.remember.kinds import RecordKind, initial_values, read_only_members
from emulator.mock.remember.marks import Marks
from emulator.mock.remember.names import nearest_above, noun_of
from emulator.mock.remember.pages import Paging, paging_of
from emulator.mock.remember.preconditions import with_preconditions
from emulator.mock.remember.shapes import (
    ResponseShape,
    is_list,
    keyword,
    list_shape,
    members,
    record_shape,
    schema_at,
)
from emulator.mock.remember.usual import usual_shape
from emulator.mock.responses import Responses
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.infer import pages_of
from emulator.openapi.promises.model import Contract, Resource
from emulator.openapi.promises.resources import all_resources
from emulator.schema.spelling import plain, singular

Remember: TypeAlias = Literal["lenient", "strict", "off"]

_PARAMETER = re.compile(r"\{([^{}]+)\}")
#: What of a resource leads to which method of `Operations`.
_STEPS = ("read", "list", "replace", "update", "delete", "create")
_METHODS = {"list": "show"}


def _method(
    operations: Operations | Marks, step: str
) -> Callable[[Exchange], Plan | Problem | None] | None:
    name, _, action = step.partition(" ")
    if isinstance(operations, Marks):
        return getattr(operations, name, None)
    if name == "act":
        return partial(operations.act, action=action)
    method: Callable[[Exchange], Plan | Problem | None]
    method = getattr(operations, _METHODS.get(name, name))
    return method if name in ("list", "below") else with_preconditions(operations, method)


@dataclass(slots=True)
class Remembered:
    """The resources of one API; each is compiled when a request first asks for it."""

    generator: ResponseGenerator
    contract: Contract
    responses: Mapping[str, Responses]
    seed: str
    mode: Remember
    size: int
    stated: frozenset[str] = frozenset()
    resources: tuple[Resource, ...] = field(init=False)
    _kinds: dict[str, RecordKind | None] = field(init=False, default_factory=dict)
    _by_id: dict[str, Operation] = field(init=False)
    _names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        declared, api = self.contract.resources, self.generator.api
        self._by_id = {each.id: each for each in api.operations}
        silent = self.contract.silent.get("resources", frozenset())
        settled = {each.operation for each in declared} | silent
        inferred = (each for each in all_resources(api) if each.operation not in settled)
        self.resources = (*declared, *filter(self._is_shown, inferred))
        words = {each.operation: self._words(each) for each in self.resources}
        count = Counter(each[-1:] for each in words.values())
        self._names = {
            operation: "/".join(each[-1:] if count[each[-1:]] == 1 else each)
            for operation, each in words.items()
        }

    def _is_shown(self, resource: Resource) -> bool:
        """Whether a list with no items below it is one; anything else shows what it is."""
        if resource.parameter or not resource.list:
            return True
        words, responses = self._words(resource), self.responses[resource.list]
        items = self._items(resource.list)
        return is_list(self.generator, responses, noun_of(words), items)

    def _items(self, operation: str) -> str | None:
        """What points to the list in an operation's responses, where that is declared."""
        pages = (each.items for each in self.contract.pages if each.operation == operation)
        return next(pages, None)

    def handlers(self) -> dict[str, Handler]:
        """By operationId: what answers its requests."""
        found: dict[str, Handler] = {}
        for resource in self.resources:
            for step in _STEPS:
                operation = getattr(resource, step)
                if operation and not self._is_canned(operation):
                    found.setdefault(operation, self._handler(resource, step))
        for operation, (item, action) in self.actions().items():
            if operation not in found and not self._is_canned(operation):
                found[operation] = self._handler(item, f"act {action}")
        items = {self.path(each): each for each in self.resources if each.parameter}
        for each in self.generator.api.operations:
            above = nearest_above(each.path, items)
            if above is not None and each.id not in found and not self._is_canned(each.id):
                found[each.id] = self._handler(above, "below")
        return found

    def actions(self) -> dict[str, tuple[Resource, str]]:
        """By operationId: what is done to an item by its path (`POST /orders/{id}/cancel`)."""
        items = {self.path(each): each for each in self.resources if each.parameter}
        steps = {getattr(each, step) for each in self.resources for step in _STEPS}
        found: dict[str, tuple[Resource, str]] = {}
        for operation in self.generator.api.operations:
            item, _, action = operation.path.rstrip("/").rpartition("/")
            acts = operation.method in ("POST", "PUT") and item in items and "{" not in action
            if acts and operation.id not in steps:
                found[operation.id] = items[item], action
        return found

    def _is_canned(self, operation: str) -> bool:
        """Whether a file of the user's says how the operation answers."""
        responses = self.responses.get(operation)
        options = responses.for_status(responses.default_status) if responses else None
        stored = (each for kept in options.stored.values() for each in kept) if options else ()
        return any(each.rule == "fixture" for each in stored)

    def _handler(self, resource: Resource, step: str) -> Handler:
        found: list[Callable[[Exchange], Plan | Problem | None] | None] = []

        def handle(exchange: Exchange) -> Plan | Problem | None:
            if not found:
                operations = self._operations(resource)
                found.append(_method(operations, step) if operations else None)
            plan = found[0](exchange) if found[0] is not None else None
            return counted(exchange, plan) if isinstance(plan, Plan) else plan

        return handle

    def _operations(self, resource: Resource) -> Operations | Marks | None:
        kind = self.kind(resource)
        if kind is None:
            return self.marks(resource)
        api = self.generator.api
        listed = self._by_id.get(resource.list)
        pages = next((p for p in self.contract.pages if p.operation == resource.list), None)
        above = tuple(self._above(resource))
        paging = paging_of(api, listed, pages or pages_of(listed)) if listed else None
        below = tuple(self._below(resource))
        return Operations(kind, self.mode == "strict", paging or Paging(), above, below)

    def marks(self, resource: Resource) -> Marks | None:
        """What answers for things that no response shows; None where nothing asks for one."""
        if not (resource.parameter and resource.read and (resource.replace or resource.delete)):
            return None
        path, above = self.path(resource), tuple(self._above(resource))
        names = tuple(_PARAMETER.findall(path))
        return Marks(self.collection(resource), names, self.mode == "strict", above)

    def _below(self, resource: Resource) -> Iterator[str]:
        """The collections right below a record."""
        place = (*self.parents(resource), resource.parameter)
        for other in self.resources if resource.parameter else ():
            if (other.parameter or other.list) and self.parents(other) == place:
                yield self.collection(other)

    def _above(self, resource: Resource) -> Iterator[RecordKind]:
        path = self.path(resource)
        for other in self.resources:
            above = self.path(other)
            if other.parameter and above != path and path.startswith(f"{above}/"):
                kind = self.kind(other)
                if kind is not None:
                    yield kind

    def collection(self, resource: Resource) -> str:
        """The name that its records are kept under."""
        return self._names[resource.operation]

    def kind(self, resource: Resource) -> RecordKind | None:
        """The kind of record, compiled; None where no response shows one."""
        name = resource.operation
        if name not in self._kinds:
            self._kinds[name] = self._compiled(resource)
        return self._kinds[name]

    def named(self, collection: str) -> Resource | None:
        """What is kept under this name."""
        by_name = {self.collection(each): each for each in reversed(self.resources)}
        return by_name.get(collection)

    def parents(self, resource: Resource) -> tuple[str, ...]:
        """The path parameters that say below what its records are."""
        parameters = _PARAMETER.findall(self.path(resource))
        return tuple(each for each in parameters if each != resource.parameter)

    def path(self, resource: Resource) -> str:
        """The path of an item; of a collection without, its own."""
        for step in ("read", "replace", "update", "delete", "list", "create"):
            operation = self._by_id.get(getattr(resource, step))
            if operation is not None:
                path = operation.path.rstrip("/")
                if resource.parameter and not path.endswith(f"{{{resource.parameter}}}"):
                    continue
                return path
        return ""

    def _compiled(self, resource: Resource) -> RecordKind | None:
        words = self._words(resource)
        wrappers = (singular(words[-1]), words[-1]) if words else ()
        listed = self.responses.get(resource.list)
        word, items = noun_of(words), self._items(resource.list)
        shape = list_shape(self.generator, listed, word, items) if listed else None
        own: dict[str, ResponseShape | None] = {}
        for step in _STEPS:
            operation = getattr(resource, step)
            if operation and step != "list" and operation in self.responses:
                responses = self.responses[operation]
                found = record_shape(self.generator, responses, wrappers, declared=resource.record)
                if found is not None:
                    own[operation] = found
        usual = usual_shape(self.generator, resource, own, shape)
        if usual is None:
            return None
        definitions = self.generator.api.responses.definitions
        inside = members(usual.part, definitions)
        collection = self._names[resource.operation]
        id_key, requests = self._id_key(resource), self.generator.api.requests
        parameter = requests.roots[id_key] if id_key else True
        place = id_place(resource, self.path(resource), inside, definitions, parameter)
        id_schema = schema_at(usual.part, place, definitions)
        last = singular(collection.rpartition("/")[2])
        return RecordKind(
            resource,
            collection,
            self.generator,
            self.seed,
            self.size,
            usual,
            own,
            shape,
            place,
            self.parents(resource),
            self.path(resource),
            inside,
            initial_values(inside, definitions),
            read_only_members(inside, definitions),
            id_key,
            id_schema,
            tuple(keyword(id_schema, "examples", definitions) or ()),
            wrappers,
            frozenset(map(plain, (*usual.place, *wrappers[:1], last))),
            collection in self.stated,
        )

    def _id_key(self, resource: Resource) -> str | None:
        """What the schema of the path parameter is found by."""
        for step in ("read", "replace", "update", "delete"):
            operation = self._by_id.get(getattr(resource, step))
            for parameter in operation.parameters if operation else ():
                if parameter.location == "path" and parameter.name == resource.parameter:
                    return parameter.schema_key
        return None

    def _words(self, resource: Resource) -> tuple[str, ...]:
        parts = self.path(resource).split("/")
        return tuple(part for part in parts if part and not part.startswith("{"))
