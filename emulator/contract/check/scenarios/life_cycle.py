"""What is created can be read, changes as requested, and is gone once deleted."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from emulator.contract.check.exchanges import CheckedExchange, at
from emulator.contract.check.scenarios.identities import (
    all_identities,
    identities_in,
    identity_names,
    located_by,
    own_identities,
    plain_names,
)
from emulator.contract.check.scenarios.lists import Walk, walk
from emulator.contract.check.scenarios.repeated import differences, repeated
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.http.encode import dump
from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Basis, Pages, Resource
from emulator.openapi.requests.parts import RequestParts


@dataclass(frozen=True, slots=True)
class _Thing:
    """A created resource: its identity, what was sent for it, and the exchange.

    `sent` is what responses may repeat; `above` are the path parameters of what it is below. It is
    `named` where the request itself said the identity.
    """

    id: Json
    sent: Mapping[str, Json]
    exchange: CheckedExchange
    above: Mapping[str, Json]
    named: bool


def check_life_cycles(context: CheckContext) -> CheckScenarios:
    """Creates two resources of each kind; reads, lists, changes and deletes them."""
    for resource in context.contract.resources:
        create = context.operation(resource.create)
        if create is not None:
            scenario = CheckScenario(context, create.key, resource.basis)
            _live(_Life(scenario, resource), create)
            yield scenario


def _live(life: "_Life", create: Operation) -> None:
    first = life.create(create, 0)
    if first is None:
        return
    second = life.create(create, 1, **first.above)
    if second is not None and first.id == second.id and second.named:
        first, second = second, None  # both asked for this name: the later one is there
    elif second is not None and first.id == second.id:
        life.scenario.breach(second.exchange, "Two things have the same id", f"{first.id!r}")
        return
    both = [thing for thing in (first, second) if thing is not None]
    for thing in both:
        life.see_created(thing)
    life.see_listed(both, [])
    life.change(first, others=both[1:])
    if life.delete(first):
        life.see_gone(first)
        life.see_listed(both[1:], [first])
        for other in both[1:]:
            life.see(other, "Deleting one thing deleted another")
    for other in both[1:]:
        life.delete(other)


class _Life:
    """The steps of a life cycle; each adds what it finds wrong to the scenario."""

    def __init__(self, scenario: CheckScenario, resource: Resource) -> None:
        self.scenario = scenario
        self._resource = resource
        self._context = scenario.context

    def create(self, operation: Operation, number: int, **above: Json) -> _Thing | None:
        """A new resource; None where none could be created, or its identity is unknown."""
        request = self.scenario.make(operation, number, **above)
        exchange = self.scenario.send(request) if request else None
        if number and exchange and not exchange.accepted:
            # Generated values may be rejected for reasons no schema states; accepted ones are not.
            return self.create(operation, 0, **above)
        if request is None or exchange is None or not exchange.accepted:
            return None
        path = {
            name: value for (place, name), value in request.parameters.items() if place == "path"
        }
        named = path.pop(self._resource.parameter, None)
        found = self._identity(exchange) if named is None else named
        if found is None:
            return None
        asked = named is not None or found in self._identities_in(request.members)
        return _Thing(found, self._repeated(request), exchange, path, asked)

    def _repeated(self, request: RequestParts) -> Mapping[str, Json]:
        return repeated(request, self._context.api.requests, identity_names(self._resource))

    def _identity(self, exchange: CheckedExchange) -> Json:
        found = next(self._identities_in(exchange.json()), None)
        if found is not None:
            return found
        read = self._context.api.operation(self._resource.read)
        return located_by(self._resource, read, exchange.header("location") or "")

    @property
    def _path(self) -> str:
        """The path of one thing."""
        steps = self._resource.read, self._resource.delete, self._resource.update
        found = (self._context.api.operation(each) for each in steps if each)
        return next((each.path for each in found if each is not None), "")

    def _identities_in(self, body: Json) -> Iterator[Json]:
        """What a body says identifies its thing, in the path to it."""
        return identities_in(self._resource, self._path, body)

    def see_created(self, thing: _Thing) -> None:
        """The response repeats what was sent, Location leads to the resource, reading finds it."""
        self._compare(thing.exchange, thing.sent, "The answer has other data than was sent")
        self._follow_location(thing)
        seen = self.see(thing, "What was created is not there")
        if seen is not None:
            self._compare(seen, thing.sent, "Reading finds other data than was sent")
            again = self.see(thing, "What was there is gone after reading it")
            if again is not None:
                kept = _members(at(seen.json(), self._resource.record or ""))
                stable = {name: kept[name] for name in thing.sent if name in kept}
                self._compare(again, stable, "Reading changes what is read")

    def _follow_location(self, thing: _Thing) -> None:
        location = thing.exchange.header("location")
        operation = self._context.operation(self._resource.read)
        if location is None or operation is None or thing.exchange.status != 201:
            return
        origin = self._context.caller.origin
        url = urlsplit(urljoin(origin + thing.exchange.request.path, location))
        if url.netloc != urlsplit(origin).netloc:
            return  # elsewhere: the credentials stay here
        usual = self._request(operation.id, thing)
        headers = usual.request().headers if usual else ()
        request = Request("GET", url.path, url.query, headers)
        exchange = self.scenario.send_request(operation, request)
        if exchange.status >= 400:
            reason = f"Location: {location} (RFC 9110, 10.2.2)"
            self.scenario.breach(exchange, "Location leads to nothing", reason, Basis.HTTP)

    def see(self, thing: _Thing, title: str) -> CheckedExchange | None:
        """The response to reading a resource that must exist; None where it does not."""
        request = self._request(self._resource.read, thing)
        if request is None:
            return None
        exchange = self.scenario.send(request)
        if exchange.status in (404, 410):
            reason = f"{thing.id!r} was created by {self.scenario.label}"
            self.scenario.breach(exchange, title, reason)
        return exchange if exchange.accepted else None

    def see_listed(self, there: list[_Thing], gone: list[_Thing]) -> None:
        """The list has what exists, and not what is gone."""
        operation = self._context.operation(self._resource.list)
        if operation is None:
            return
        promised = self._context.contract.pages
        pages = next((each for each in promised if each.operation == operation.id), None)
        names = plain_names(self._resource, self._path)
        walks: dict[bytes, Walk | None] = {}
        for things, identities, expected, title in (
            (there, all_identities, True, "What was created is not listed"),
            (gone, own_identities, False, "What was deleted is listed"),
        ):
            for thing in things:
                asked = _asking_for(thing, operation, pages)
                if asked is None:
                    continue
                key = dump(asked)
                if key not in walks:
                    walks[key] = walk(self.scenario, operation, pages, None, asked)
                found = walks[key]
                if found is None or found.looped or found.endless:
                    continue
                listed = (each for item in found.items for each in identities(names, item))
                if (dump(thing.id) in map(dump, listed)) != expected:
                    self.scenario.breach(found.exchanges[-1], title, f"{thing.id!r}")

    def change(self, thing: _Thing, others: list[_Thing]) -> None:
        """A change is confirmed, kept, and changes nothing else."""
        for name, partial in ((self._resource.update, True), (self._resource.replace, False)):
            request = self._request(name, thing, 7)
            if request is None or not request.members:
                continue
            request = _partial(request, self._repeated(request), thing) if partial else request
            exchange = self.scenario.send(request)
            if not exchange.accepted:
                continue
            sent = self._repeated(request)
            self._compare(exchange, sent, "The answer to a change has other data than was sent")
            seen = self.see(thing, "What was changed is gone")
            if seen is None:
                continue
            self._compare(seen, sent, "A change is not kept")
            if partial:
                rest = {n: v for n, v in thing.sent.items() if n not in sent}
                self._compare(seen, rest, "A change changes what it does not name")
            for other in others:
                beside = self.see(other, "Changing one thing deletes another")
                if beside is not None:
                    self._compare(beside, other.sent, "Changing one thing changes another")
            return

    def delete(self, thing: _Thing) -> bool:
        """Whether it could be deleted."""
        request = self._request(self._resource.delete, thing)
        return request is not None and self.scenario.send(request).accepted

    def see_gone(self, thing: _Thing) -> None:
        """What was deleted can't be read or changed any more."""
        for name, done in ((self._resource.read, "read"), (self._resource.update, "changed")):
            request = self._request(name, thing, 7)
            exchange = self.scenario.send(request) if request else None
            if exchange and exchange.status < 400:
                gone = " or ".join(map(str, self._resource.gone))
                reason = f"{thing.id!r}: {exchange.status}, not {gone}"
                self.scenario.breach(exchange, f"What was deleted can still be {done}", reason)

    def _request(self, name: str, thing: _Thing, number: int = 0) -> RequestParts | None:
        """The request of an operation about a resource; None where none can be made."""
        operation = self._context.operation(name)
        if operation is None:
            return None
        known = {**thing.above, self._resource.parameter: thing.id}
        return self.scenario.make(operation, number, **known)

    def _compare(self, exchange: CheckedExchange, sent: Mapping[str, Json], title: str) -> None:
        """Members that both have are equal, as far as the document lets a response say so.

        They are those that the contract names, else all.
        """
        got = _members(at(exchange.json(), self._resource.record or ""))
        keeps = self._resource.keeps
        for name, value in sent.items():
            if name in got and (keeps is None or name in keeps):
                found = next(differences(value, got[name], name), None)
                if found is not None and self._may_show(exchange, name, value):
                    place, one, other = found
                    self.scenario.breach(exchange, title, f"{place}: {one!r} became {other!r}")
                    return

    def _may_show(self, exchange: CheckedExchange, name: str, value: Json) -> bool:
        """Whether the document allows a response with a member as it was sent."""
        key, body = self._context.schema_key_of(exchange), deepcopy(exchange.json())
        at(body, self._resource.record or "")[name] = value
        return key is None or self._context.api.responses.is_valid(key, body)


def _asking_for(
    thing: _Thing, operation: Operation, pages: Pages | None
) -> Mapping[str, Json] | None:
    """The parameters with which a list must have a thing; None where nobody knows them.

    What a list can't be asked without, beside its pages, filters by what was sent.
    """
    of_pages = (pages.cursor, pages.page, pages.offset, pages.limit) if pages else ()
    asked = dict(thing.above)
    for each in operation.parameters:
        if each.location == "query" and each.required and each.name not in of_pages:
            value = thing.sent.get(each.name)
            if not isinstance(value, str | int):
                return None
            asked[each.name] = value
    return asked


def _partial(request: RequestParts, sent: Mapping[str, Json], thing: _Thing) -> RequestParts:
    """The change of one member only, where that is valid, so that the rest must stay."""
    for name, value in sent.items():
        change = request.with_body({name: value})
        if thing.sent.get(name) != value and change.is_valid:
            return change
    return request


def _members(body: Json) -> Mapping[str, Json]:
    return body if isinstance(body, Mapping) else {}
