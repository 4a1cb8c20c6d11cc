"""Documents and fixtures → `Site`: everything compiled and put together, before a port is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.errors import DocumentError, FixtureError, SettingsError
from emulator.fixtures.cassettes.cassette import load_cassette
from emulator.fixtures.cassettes.replay import Replay, compile_replay
from emulator.fixtures.files import check_links, read_file
from emulator.fixtures.load import Fixtures, load_fixtures, load_providers
from emulator.fixtures.state import InitialState, parse_state
from emulator.fixtures.templates.compile import templates_known_good
from emulator.fixtures.tools.files import Providers
from emulator.http.nearest import unknown
from emulator.mock.content_lint import content_notices
from emulator.mock.endpoints import endpoints_of
from emulator.mock.exchange import Endpoint, Service
from emulator.mock.generate import response_generator
from emulator.mock.link_lint import link_notices
from emulator.mock.lint import (
    fixture_notices,
    sampled_notices,
    stub_notices,
    unbound_handlers,
    unknown_names,
    unreachable,
    unsent_events,
)
from emulator.mock.misplaced import misplaced
from emulator.mock.plugins import find_plugin
from emulator.mock.promise_lint import promise_notices
from emulator.mock.remember.compile import Remembered
from emulator.mock.seeds import seeds
from emulator.mock.site import Site
from emulator.mock.specs import (
    chosen_specs,
    fixtures_folder,
    load_api,
    provider_folders,
    providers_known_good,
)
from emulator.mock.state.store import Collections
from emulator.openapi.document.load import collector_paused, repository
from emulator.openapi.document.model import Api
from emulator.openapi.routing.router import Clash, compile_router
from emulator.openapi.security.check import Policy
from emulator.openapi.security.credentials import (
    Credential,
    default_credentials,
    development_public_key,
    known_values,
)
from emulator.schema.notices import Notice
from emulator.schema.pointers import pointer_of
from emulator.settings import Settings
from emulator.stubs.load import load_stubs

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


@dataclass(frozen=True, slots=True)
class Assembly:
    """A site and what went into it; `files` are the files and folders that were read.

    `remembered` are the resources of the documents that remember, and `collections` what each
    service knows at start, by their names.
    """

    site: Site
    services: tuple[Service, ...]
    notices: tuple[Notice, ...]
    files: tuple[Path, ...]
    remembered: Mapping[str, Remembered]
    collections: Mapping[str, Collections]


def assemble(settings: Settings, *, sampled: bool = False) -> Assembly:
    """Load, compile and join everything the settings name.

    `sampled` judges the documents' examples and defaults, too, which takes as long again. Raises
    EmulatorError (DocumentError, FixtureError, SettingsError) where something can't be used.
    """
    with collector_paused():
        return _assemble(settings, sampled)


def _assemble(settings: Settings, sampled: bool) -> Assembly:
    public_key = _public_key(settings.public_key)
    for folder in (settings.fixtures, settings.mappings):
        if folder is not None and folder.is_dir():
            check_links(folder, settings.root or repository(folder.resolve()))
    with templates_known_good(not sampled and providers_known_good(settings)):
        providers = load_providers(provider_folders(settings))
    services: list[Service] = []
    specs, left_out = chosen_specs(settings)
    for spec in specs:
        try:
            taken = [service.api.name for service in services]
            api = load_api(spec, settings, taken, sampled=sampled)
            services.append(_service(api, settings, public_key, providers, sampled=sampled))
        except (DocumentError, FixtureError) as error:
            # Nobody named this service, and the file is not one of the user's.
            if settings.specs or settings.fixtures or settings.state:
                raise
            message = f"service {spec!r} is left out: {error.message}"
            left_out += (Notice(error.file, error.pointer, "service-unusable", message),)
    _check_prefixes(settings, services)
    endpoints: list[Endpoint] = []
    remembered: dict[str, Remembered] = {}
    for service in services:
        own, resources = endpoints_of(service, settings)
        endpoints += own
        if resources is not None:
            remembered[service.api.name] = resources
    by_name = {service.api.name: service for service in services}
    collections, misstated = seeds(by_name, remembered, settings)
    router, clashes = compile_router(_routes(endpoints), _fallbacks(endpoints))
    notices = [
        *left_out,
        *(notice for service in services for notice in _notices(service)),
        *(
            notice
            for each in endpoints
            for notices_of in (fixture_notices, content_notices)
            for notice in notices_of(each.service, each.operation, each.responses)
        ),
        *misplaced(settings, services),
        *misstated,
        *promise_notices(remembered),
        *(n for each in services for n in unreachable(each.api, settings.admin_prefix)),
        *(notice for each in services for notice in link_notices(each.api)),
        *(_clash(clash) for clash in clashes),
        *(notice for each in services if sampled for notice in sampled_notices(each)),
    ]
    stubs = load_stubs(settings.mappings)
    replay = _replay(settings, services)
    methods = frozenset(each.operation.method for each in endpoints)
    site = Site(router, _claims(services), settings.seed, stubs, settings.strict, replay, methods)
    notices += stub_notices(site)
    files = _files(services, settings)
    told = tuple(dict.fromkeys(notices))
    return Assembly(site, tuple(services), told, files, remembered, collections)


def credentials_of(service: Service) -> tuple[Credential, ...]:
    """The credentials a service knows: those of its state file, else development ones."""
    return service.fixtures.state.credentials or default_credentials(service.api)


def _service(
    api: Api,
    settings: Settings,
    public_key: Callable[[], RSAPublicKey],
    providers: Providers,
    *,
    sampled: bool,
) -> Service:
    folder = fixtures_folder(api.name, settings)
    plugin = find_plugin(api.name)
    own = plugin is not None and folder == plugin.fixtures
    with templates_known_good(own and plugin is not None and plugin.known_good and not sampled):
        fixtures = load_fixtures(folder, api, providers) if folder is not None else Fixtures()
    fixtures = _with_state(fixtures, api, settings)
    credentials = fixtures.state.credentials or default_credentials(api)
    policy = Policy(settings.auth, known_values(credentials), public_key)
    return Service(
        api,
        fixtures,
        policy,
        response_generator(api),
        plugin.events if plugin else None,
        settings.webhook_targets,
        makes_tools=plugin is not None and plugin.makes_tools,
        owns_fixtures=own,
        remembers=plugin is None and settings.remember != "off",
    )


def _replay(settings: Settings, services: Sequence[Service]) -> Replay | None:
    if settings.cassette is None:
        return None
    apis = [service.api for service in services]
    cassette = load_cassette(settings.cassette)
    if not cassette.tapes:
        message = f"{settings.cassette} holds no recorded exchange"
        raise SettingsError("--cassette", message, "emulator record SPEC --upstream URL")
    missing = set(cassette.apis) - {api.name for api in apis}
    if missing:
        message = f"{settings.cassette} holds exchanges with {', '.join(sorted(missing))}"
        raise SettingsError("--cassette", message, "serve that document as well")
    return compile_replay(cassette, apis, strict=settings.unmatched == "fail")


def _check_prefixes(settings: Settings, services: Sequence[Service]) -> None:
    names = [service.api.name for service in services]
    for name, _ in settings.prefix:
        if name not in names:
            raise SettingsError("--prefix", unknown("document", name, names))


def _files(services: Sequence[Service], settings: Settings) -> tuple[Path, ...]:
    found = [path.resolve() for service in services for path in service.api.files]
    folders = (fixtures_folder(service.api.name, settings) for service in services)
    found += [folder.resolve() for folder in folders if folder is not None]
    found += [folder.resolve() for folder in provider_folders(settings)]
    own = (settings.state, settings.mappings, settings.cassette)
    return (*found, *(path.resolve() for path in own if path is not None))


def _with_state(fixtures: Fixtures, api: Api, settings: Settings) -> Fixtures:
    if settings.state is None:
        return fixtures
    state = parse_state(read_file(settings.state), str(settings.state))
    fitting = tuple(c for c in state.credentials if c.scheme in api.schemes)
    # One file serves all services: what it names replaces what a service knows by that name.
    own = fixtures.state
    merged = InitialState(
        fitting or own.credentials,
        {**own.collections, **state.collections},
        own.limits if state.limits is None else state.limits,
    )
    return replace(fixtures, state=merged)


def _routes(endpoints: Sequence[Endpoint]) -> Iterator[tuple[str, str, Endpoint]]:
    """Every operation below each base path of its own servers, or else of its document."""
    for endpoint in endpoints:
        for prefix in endpoint.operation.prefixes or endpoint.service.api.prefixes:
            yield endpoint.operation.method, prefix + endpoint.operation.path, endpoint


def _fallbacks(endpoints: Sequence[Endpoint]) -> Iterator[tuple[str, str, Endpoint]]:
    """Every operation at the root, where the users of other mock servers expect it.

    One with servers of its own is below its document's base paths, too: many clients know no other.
    """
    for endpoint in endpoints:
        api, own = endpoint.service.api, endpoint.operation.prefixes
        for prefix in dict.fromkeys((*(api.prefixes if own else ()), "")):
            if prefix not in (own or api.prefixes):
                yield endpoint.operation.method, prefix + endpoint.operation.path, endpoint


def _notices(service: Service) -> Iterator[Notice]:
    yield from service.api.notices
    yield from service.fixtures.notices
    yield from unknown_names(service.api, service.fixtures)
    plugin = find_plugin(service.api.name)
    if plugin is not None:
        yield from unbound_handlers(service.api, plugin)
    if service.events is None:
        yield from unsent_events(service.api)


def _claims(services: Sequence[Service]) -> tuple[tuple[str, Service], ...]:
    """Prefixes that belong to one service alone: its base paths, and these with a first segment."""
    owners: dict[str, list[Service]] = {}
    for service in services:
        own = dict.fromkeys(service.api.all_prefixes)
        for operation in service.api.operations:
            first = operation.path.split("/")[1]
            for prefix in () if "{" in first else (*service.api.prefixes, *operation.prefixes):
                own[f"{prefix}/{first}"] = None
        for prefix in own:
            owners.setdefault(prefix, []).append(service)
    claims = [(prefix, each[0]) for prefix, each in owners.items() if len(each) == 1]
    return tuple(sorted(claims, key=lambda claim: -len(claim[0])))


def _public_key(path: Path | None) -> Callable[[], RSAPublicKey]:
    if path is None:
        return development_public_key
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError("--public-key", f"{path} can't be read: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise SettingsError("--public-key", f"{path} holds no RSA public key")
    return lambda: key


def _clash(clash: Clash[Endpoint]) -> Notice:
    lost, kept = clash.lost, clash.kept
    message = (
        f"{clash.method} {clash.template} is taken by {kept.operation.key} of"
        f" {kept.service.api.name}; this operation of {lost.service.api.name} never answers there"
    )
    pointer = pointer_of(("paths", lost.operation.path))
    return Notice(lost.service.api.file, pointer, "route-clash", message)
