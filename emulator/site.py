"""Documents and fixtures → `Site`: everything compiled and put together, before a port is open."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from emulator.apis.table import BEHAVIOURS
from emulator.auth.check import Policy, compile_guard
from emulator.auth.credentials import Credential, default_credentials, known_values
from emulator.auth.tokens import development_key
from emulator.catalogue.load import Catalogue, load_catalogue, read_file
from emulator.catalogue.state import parse_state
from emulator.decision.answers import compile_answers
from emulator.errors import DocumentError, SettingsError
from emulator.notices import Notice
from emulator.packaged import builtin_fixtures, builtin_spec
from emulator.pipeline import Endpoint, Service, Site
from emulator.routing.router import compile_router
from emulator.settings import BUILT_IN, Settings
from emulator.spec.compile import compile_api
from emulator.spec.load import load
from emulator.spec.model import Api, Operation
from emulator.validation.request import compile_request


@dataclass(frozen=True, slots=True)
class Assembly:
    """A site and what went into it."""

    site: Site
    services: tuple[Service, ...]
    notices: tuple[Notice, ...]


def assemble(settings: Settings) -> Assembly:
    """Load, compile and join everything the settings name.

    Raises EmulatorError (DocumentError, FixtureError, SettingsError) where something can't be used.
    """
    public_key = _public_key(settings.public_key)
    services: list[Service] = []
    for spec in settings.specs:
        services.append(_service(spec, settings, public_key, [s.api.name for s in services]))
    routes = list(_routes(services))
    router, clashes = compile_router(routes)
    notices = [
        *(notice for service in services for notice in service.api.notices),
        *(notice for service in services for notice in service.catalogue.notices),
        *(_clash(clash) for clash in clashes),
    ]
    return Assembly(Site(router, _claims(services), settings.seed), tuple(services), tuple(notices))


def credentials_of(service: Service) -> tuple[Credential, ...]:
    """The credentials a service knows: those of its state file, else development ones."""
    return service.catalogue.state.credentials or default_credentials(service.api)


def load_api(spec: str, taken: Sequence[str] = ()) -> Api:
    """The compiled API of a file or built-in name; `taken` are names it can't have."""
    if spec in BUILT_IN:
        loaded = load(builtin_spec(spec))
        return compile_api(spec, loaded.file, loaded.document, loaded.notices)
    path = Path(spec)
    if not path.exists():
        names = ", ".join(BUILT_IN)
        raise DocumentError(spec, "there is no such file", hint=f"a file, or one of: {names}")
    loaded = load(path)
    return compile_api(_name(path, taken), loaded.file, loaded.document, loaded.notices)


def _service(
    spec: str, settings: Settings, public_key: RSAPublicKey, taken: Sequence[str]
) -> Service:
    api = load_api(spec, taken)
    folder = _fixtures_folder(api.name, settings)
    catalogue = load_catalogue(folder, api) if folder is not None else Catalogue()
    catalogue = _with_state(catalogue, api, settings)
    credentials = catalogue.state.credentials or default_credentials(api)
    policy = Policy(settings.auth, known_values(credentials), public_key)
    return Service(api, catalogue, policy)


def _fixtures_folder(name: str, settings: Settings) -> Path | None:
    """The user's folder for this API if there is one, else the built-in one if there is one."""
    if settings.fixtures is not None:
        if not settings.fixtures.is_dir():
            raise SettingsError("--fixtures", f"{settings.fixtures} is not a folder")
        own = settings.fixtures / name
        if own.is_dir():
            return own
    return builtin_fixtures(name) if name in BUILT_IN else None


def _with_state(catalogue: Catalogue, api: Api, settings: Settings) -> Catalogue:
    if settings.state is None:
        return catalogue
    state = parse_state(read_file(settings.state), str(settings.state))
    fitting = tuple(c for c in state.credentials if c.scheme in api.schemes)
    return replace(catalogue, state=replace(state, credentials=fitting)) if fitting else catalogue


def _routes(services: Sequence[Service]) -> Iterator[tuple[str, str, Endpoint]]:
    """Every operation below each base path, then at the root where nobody else has the path."""
    endpoints = [
        (service, [_endpoint(service, operation) for operation in service.api.operations])
        for service in services
    ]
    for service, each in endpoints:
        for prefix in service.api.prefixes:
            for endpoint in each:
                yield endpoint.operation.method, prefix + endpoint.operation.path, endpoint
    for service, each in endpoints:
        if "" not in service.api.prefixes:
            for endpoint in each:
                yield endpoint.operation.method, endpoint.operation.path, endpoint


def _claims(services: Sequence[Service]) -> tuple[tuple[str, Service], ...]:
    """Prefixes that belong to one service alone: its base paths, and these with a first segment."""
    owners: dict[str, list[Service]] = {}
    for service in services:
        own = dict.fromkeys(service.api.prefixes)
        for prefix in service.api.prefixes:
            for operation in service.api.operations:
                first = operation.path.split("/")[1]
                if "{" not in first:
                    own[f"{prefix}/{first}"] = None
        for prefix in own:
            owners.setdefault(prefix, []).append(service)
    claims = [(prefix, each[0]) for prefix, each in owners.items() if len(each) == 1]
    return tuple(sorted(claims, key=lambda claim: -len(claim[0])))


def _endpoint(service: Service, operation: Operation) -> Endpoint:
    api = service.api
    semantics = BEHAVIOURS.get(api.name, {})
    original = service.catalogue.aliases.get(operation.id, operation.id)
    exclusive = api.document.get("x-emulator-exclusive-credentials") is True
    return Endpoint(
        service=service,
        operation=operation,
        guard=compile_guard(operation.security, exclusive=exclusive),
        plan=compile_request(api, operation),
        answers=compile_answers(api, operation, service.catalogue),
        behaviour=semantics.get(original),
    )


def _public_key(path: Path | None) -> RSAPublicKey:
    if path is None:
        return development_key().public_key()
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError("--public-key", f"{path} can't be read: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise SettingsError("--public-key", f"{path} holds no RSA public key")
    return key


def _name(path: Path, taken: Sequence[str]) -> str:
    """The API's name from its file's: `Pet Store.v2.yaml` is `pet-store-v2`."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "api"
    name, number = stem, 2
    while name in taken or name in BUILT_IN:
        name, number = f"{stem}-{number}", number + 1
    return name


def _clash(clash: str) -> Notice:
    return Notice("", "", "route-clash", f"{clash} is in two documents; the first one answers")
