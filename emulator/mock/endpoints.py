"""The operations of a service, each with the part of every stage compiled."""

from collections.abc import Mapping
from pathlib import Path

from emulator.fixtures.contract import contract_file, read_contract
from emulator.mock.exchange import Endpoint, Handler, Service
from emulator.mock.plugins import find_plugin
from emulator.mock.remember.compile import Remembered
from emulator.mock.responses import Responses, compile_responses
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Contract
from emulator.openapi.security.check import compile_guard
from emulator.openapi.validate.admit import Admission
from emulator.openapi.validate.request import compile_request
from emulator.settings import Settings


def endpoints_of(
    service: Service, settings: Settings
) -> tuple[tuple[Endpoint, ...], Remembered | None]:
    """The operations of a service, and what they remember where no plugin speaks for it."""
    responses = {
        operation.id: compile_responses(
            service.api, operation, service.fixtures, strict_accept=settings.strict_accept
        )
        for operation in service.api.operations
    }
    remembered = remembered_by(service, responses, settings) if service.remembers else None
    handlers = remembered.handlers() if remembered else {}
    endpoints = (
        _endpoint(service, each, responses[each.id], handlers.get(each.id), settings)
        for each in service.api.operations
    )
    return tuple(endpoints), remembered


def remembered_by(
    service: Service, responses: Mapping[str, Responses], settings: Settings
) -> Remembered:
    """The resources of a service, as its document implies or its contract file declares them."""
    declared = contract_file(Path(service.api.file))
    return Remembered(
        service.generator,
        read_contract(declared, service.api) if declared.is_file() else Contract(),
        responses,
        settings.seed,
        settings.remember,
        settings.records,
        frozenset(service.fixtures.state.collections),
    )


def _endpoint(
    service: Service,
    operation: Operation,
    responses: Responses,
    remembered: Handler | None,
    settings: Settings,
) -> Endpoint:
    api = service.api
    plugin = find_plugin(api.name)
    original = service.fixtures.aliases.get(operation.id, operation.id)
    exclusive = api.document.get("x-emulator-exclusive-credentials") is True
    return Endpoint(
        service=service,
        operation=operation,
        admission=Admission(
            compile_guard(operation.security, exclusive=exclusive),
            service.policy,
            compile_request(api, operation),
        ),
        responses=responses,
        handler=plugin.handlers.get(original) if plugin else remembered,
        key=f"{api.name} {operation.key}",
        drawn_from="\0".join((settings.seed, operation.key, "None", "")),
    )
