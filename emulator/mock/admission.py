"""Opening an exchange: which operation it is for, what it asks for, and whether it is let in."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from emulator.http.long_bodies import uncollected
from emulator.http.messages import Request
from emulator.http.methods import KNOWN_METHODS
from emulator.http.nearest import did_you_mean
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Endpoint, Exchange, Service
from emulator.mock.preferences import (
    NOTHING,
    Preferences,
    is_plain,
    read_preferences,
    without_preferences,
)
from emulator.mock.site import Site
from emulator.mock.state.metering import read_limits
from emulator.mock.state.store import EMPTY, Memory
from emulator.openapi.routing.router import Match, NoMethod
from emulator.openapi.security.check import ANYONE, check_auth
from emulator.openapi.validate.admit import Refused
from emulator.openapi.validate.request import ValidRequest, validate_request
from emulator.schema.chance import Chance, RequestKey, chance_of, key_of
from emulator.stubs.book import StubBook
from emulator.stubs.matching.subject import Subject
from emulator.stubs.near import near_stub

_NO_PATH: Mapping[str, str] = MappingProxyType({})


#: A route that was found at once: the endpoint and the parameters in the path.
Routed: TypeAlias = tuple[Endpoint, Mapping[str, str]]


def admit_at_once(routed: Routed, request: Request) -> ValidRequest | Refused | None:
    """What is said of a request that is written plainly; None where nothing is said."""
    endpoint, path = routed
    return (endpoint.admission.admit or endpoint.admission.made())(request, path)


def chance_for(endpoint: Endpoint, request: Request) -> Chance:
    """The chance of a request that prefers nothing."""
    return Chance(_drawn_from(endpoint, request), request.body)


def key_for(endpoint: Endpoint, request: Request) -> RequestKey:
    """The key of that chance, for who draws nothing."""
    return key_of(_drawn_from(endpoint, request), request.body)


def _drawn_from(endpoint: Endpoint, request: Request) -> str:
    return f"{endpoint.drawn_from}{request.method}\0{request.path}\0{request.query}"


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What `judge` says: where the request leads, what of it is valid, which stubs it meets."""

    routed: Routed | None
    admitted: ValidRequest | Refused | None
    read: ValidRequest | Problem | None
    subject: Subject | None


UNJUDGED = Judged(None, None, None, None)


def judge(site: Site, request: Request, memory: Memory | None = None) -> Judged:
    """What takes long of a long body, for any thread: no state is looked at but stubs and faults.

    Where others come meanwhile, these are asked later, as ever.
    """
    with uncollected():
        subject = Subject(request, {})
        routed = site.router.lookup(request.method, request.path)
        if routed is None:
            found = site.find(request.method, request.path)
            routed = (found.target, found.path) if isinstance(found, Match) else None
        if memory is not None:
            memory.faults.ask(subject)
            if memory.stubs is not None:
                _match(memory.stubs, subject, stray=routed is None)
        if routed is None:
            return Judged(None, None, None, subject)
        return Judged(routed, *_read(routed, request), subject)


def _match(stubs: StubBook, subject: Subject, *, stray: bool) -> None:
    """Ask of the body what will be asked: by its stub, or by whoever says which is near."""
    found = stubs.find(subject)
    if found is not None and not found.response.fixture.constant:
        subject.body.json  # noqa: B018 — templates read it
    elif found is None and stray:
        near_stub(stubs, subject)


def _read(
    routed: Routed, request: Request
) -> tuple[ValidRequest | Refused | None, ValidRequest | Problem | None]:
    asked = request if is_plain(request) else without_preferences(request)
    admitted, read = admit_at_once(routed, asked), None
    if admitted is None:
        endpoint, path = routed
        read = validate_request(endpoint.admission.plan, asked, path, ANYONE)
    return admitted, read


def open_exchange(
    site: Site,
    memory: Memory,
    request: Request,
    now: datetime,
    routed: Routed | None = None,
    admitted: ValidRequest | Refused | None = None,
    judged: Judged = UNJUDGED,
) -> Exchange:
    """The exchange of a request in its scope: routed, authenticated, counted and validated.

    What `admit_at_once` says of a plain one that was `routed`, or `judge`, nobody asks again.
    """
    found: Match[Endpoint] | NoMethod | None = None
    # One that was judged may have been so without its preferences.
    plain = (admitted is not None and judged is UNJUDGED) or is_plain(request)
    asked = routed is not None and (plain or judged is not UNJUDGED)
    if routed is None:
        found = site.find(request.method, request.path)
        if isinstance(found, Match):
            routed = found.target, found.path
    preferences, wrong = NOTHING, None
    if not plain:
        given = read_preferences(request)
        if isinstance(given, Problem):
            wrong = given
        else:
            preferences = given
    endpoint, path = routed if routed is not None else (None, _NO_PATH)
    service = endpoint.service if endpoint else _service_beside(site, found, request)
    # Equal requests for one operation and status draw the same from one seed.
    if endpoint is not None and preferences is NOTHING:
        chance = chance_for(endpoint, request)
    else:
        chance = _chance(site, endpoint, preferences, request)
    exchange = Exchange(
        request=request,
        service=service,
        chance=chance,
        now=now,
        snapshot=memory.service(service.api.name) if service else EMPTY,
        seed=site.seed,
        replay=site.replay,
        memory=memory,
        endpoint=endpoint,
        path_parameters=path,
        preferences=preferences,
        handler=endpoint.handler if endpoint else None,
        subject=judged.subject,
    )
    if endpoint is not None:
        if preferences is not NOTHING:
            request = without_preferences(request)
        if not asked:
            admitted = admit_at_once((endpoint, path), request)
        _admit(exchange, endpoint, request, admitted, judged.read)
    else:
        _reject_stray(site, exchange, found if isinstance(found, NoMethod) else None)
    if wrong is not None:
        exchange.refusal, exchange.valid = wrong, None
    return exchange


def _admit(
    exchange: Exchange,
    endpoint: Endpoint,
    request: Request,
    found: ValidRequest | Refused | None,
    read: ValidRequest | Problem | None = None,
) -> None:
    """Authenticate, count, then validate: who may not ask learns nothing about the contract."""
    now, service = exchange.now, endpoint.service
    limits, path = service.fixtures.state.limits, exchange.path_parameters
    admission = endpoint.admission
    admitted: ValidRequest | Problem | None = None
    if isinstance(found, ValidRequest):
        principal, admitted = found.principal, found
    elif found is not None:
        principal, admitted = found
    else:
        asking = check_auth(admission.guard, request, service.policy, now.timestamp())
        if isinstance(asking, Problem):
            exchange.refusal = asking
            exchange.limit = read_limits(limits, exchange.snapshot.usages, None, now).shown
            return
        principal = asking
    if limits:
        counted_by = {"credential": principal.credential, "operation": endpoint.operation.id}
        reading = read_limits(limits, exchange.snapshot.usages, counted_by, now)
        exchange.limit, exchange.spent = reading.shown, reading.effects
        if reading.refusal is not None:
            exchange.refusal = reading.refusal
            return
    if isinstance(read, ValidRequest):
        admitted = replace(read, principal=principal)
    elif read is not None:
        admitted = read
    elif admitted is None:
        admitted = validate_request(admission.plan, request, path, principal)
    if isinstance(admitted, Problem):
        exchange.refusal = admitted
    else:
        exchange.valid = admitted


def _reject_stray(site: Site, exchange: Exchange, found: NoMethod | None) -> None:
    """404; 405 with Allow for a method that a known path does not have (RFC 9110, 15.5.6); or 501.

    A method that neither HTTP nor a document has is not implemented, whatever the path.
    """
    request, service = exchange.request, exchange.service
    if not site.knows(request.method):
        meant = did_you_mean(request.method, sorted(KNOWN_METHODS | site.methods))
        detail = f"no document has an operation with {request.method}{meant}"
        exchange.refusal = problem("method-unknown", detail)
    elif found is None and (request.method, request.path) != ("OPTIONS", "*"):
        # What was meant is looked for once it is sure that neither stub nor recording answers.
        exchange.nearest = site.nearest
        detail = f"no operation has the path {request.path}"
        exchange.refusal = problem("path-not-found", detail)
    else:
        target = found.target if found is not None else None
        exchange.neighbour = target if isinstance(target, Endpoint) else None
        known = found.allowed if found is not None else site.methods  # `*` is the whole server.
        allowed = {*known, "OPTIONS", *(("HEAD",) if "GET" in known else ())}
        allow = ("allow", ", ".join(sorted(allowed)))
        detail = f"{request.method} is not a method of this path; {allow[1]} are"
        exchange.refusal = problem("method-not-allowed", detail, headers=(allow,))
    if service is not None:
        limits, usages = service.fixtures.state.limits, exchange.snapshot.usages
        exchange.limit = read_limits(limits, usages, None, exchange.now).shown


def _service_beside(site: Site, found: object, request: Request) -> Service | None:
    """The service of a path that no operation has: its error shape is used."""
    if isinstance(found, NoMethod) and isinstance(found.target, Endpoint):
        return found.target.service
    return site.service_for(request.path)


def _chance(
    site: Site, endpoint: Endpoint | None, preferences: Preferences, request: Request
) -> Chance:
    """The chance of a request that prefers something, or leads to no operation."""
    operation = endpoint.operation.key if endpoint else ""
    target = (request.method, request.path, request.query)
    seed = preferences.seed or site.seed
    return chance_of(seed, operation, str(preferences.code), *target, body=request.body)
