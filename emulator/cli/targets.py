"""What `emulator check` checks: live servers, or the emulator itself in process."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from emulator.contract.check.findings import Target
from emulator.contract.check.logins import logins, reject_unknown_names
from emulator.contract.check.written import written_api, written_document
from emulator.errors import SettingsError
from emulator.fixtures.contract import contract_file, read_contract
from emulator.http.messages import Headers, Json
from emulator.mock.assemble import assemble, credentials_of
from emulator.mock.exchange import Service
from emulator.openapi.document.servers import base_paths
from emulator.openapi.promises.model import Contract
from emulator.openapi.security.credentials import value_of
from emulator.server.app import create_app
from emulator.settings import Settings


@dataclass(frozen=True, slots=True)
class Login:
    """The values of `--auth`, and what tokens are signed with."""

    auth: tuple[str, ...] = ()
    signing_key: Path | None = None
    subject: str = ""


def targets(
    specs: Sequence[str],
    against: str | None,
    headers: Headers,
    login: Login | None = None,
    contracts: Sequence[Path] = (),
    root: Path | None = None,
    remember: Literal["lenient", "strict", "off"] = "lenient",
) -> list[Target]:
    """The targets of these arguments: a live server, or the emulator itself in process.

    A live server is judged by its document as written. The emulator in process is judged by what
    it serves, and only accepts known credentials, to be checked strictly; `remember` as in
    `Settings`.
    Raises EmulatorError where a document, contract or credential can't be used.
    """
    login = login or Login()
    settings = Settings(specs=tuple(specs), auth="known", root=root, remember=remember)
    assembly = assemble(settings)
    services = assembly.services
    if contracts and len(contracts) != len(services):
        raise SettingsError("--contract", f"{len(contracts)} for {len(services)} documents")
    reject_unknown_names([service.api for service in services], login.auth)
    app = create_app(settings, assembly) if against is None else None
    return [
        Target(
            service.api.name,
            service.api.document if app else written_document(service.api),
            app=app,
            base_url=base_url(against, service.api.document) if against else None,
            headers=headers,
            credentials=_credentials(service, headers, login, live=against is not None),
            api=service.api if app else written_api(service.api),
            contract=contract_of(service, contracts[number] if contracts else None),
            tools=tuple(reading_tools(service)),
        )
        for number, service in enumerate(services)
    ]


def contract_of(service: Service, file: Path | None) -> Contract:
    """What a service promises besides its document: in this file, or in the one next to it."""
    if file is None:
        file = contract_file(Path(service.api.file))
        if not file.is_file():
            return Contract()
    return read_contract(file, service.api)


def _credentials(
    service: Service, headers: Headers, login: Login, *, live: bool
) -> tuple[tuple[str, str], ...]:
    claims = {"sub": login.subject}
    given = logins(service.api, login.auth, claims, login.signing_key, time.time())
    if given or headers or live:
        return given
    return development_credentials(service)


def reading_tools(service: Service) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Every tool that only reads, with valid arguments."""
    registry = service.fixtures.tools
    for tool in registry.by_slug.values() if registry else ():
        if tool.side_effect == "read":
            examples = [example for _, example in tool.cases() if example is not None]
            if examples:
                yield tool.slug, examples[-1]


def development_credentials(service: Service) -> tuple[tuple[str, str], ...]:
    """A known credential for each security scheme that has one."""
    found: dict[str, str] = {}
    for credential in credentials_of(service):
        found.setdefault(credential.scheme, value_of(credential, time.time()))
    return tuple(found.items())


def base_url(against: str, document: Mapping[str, Json]) -> str:
    """The base URL of operations: `against`, with the document's base path if it has none."""
    return against if urlsplit(against).path else against + base_paths(document)[0]
