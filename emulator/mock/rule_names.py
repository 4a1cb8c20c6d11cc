"""Whether there is what a rule names: a rule for a misspelt operation would never apply."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from emulator.http.nearest import unknown
from emulator.mock.exchange import Service
from emulator.mock.fault_rules.rules import Where
from emulator.openapi.document.model import Operation
from emulator.schema.field_errors import FieldError
from emulator.stubs.matching.notices import pattern_notices


def misnamed(where: Where, services: Iterable[Service]) -> tuple[FieldError, ...]:
    """The names in `where` that nothing served has, and what no request is like.

    Operation and tool are those of the API.

    Clients make tools of their own at some services: where a rule names such an API, it may name
    a tool that is still to come.
    """
    served = list(services)
    if where.api is not None:
        message = unknown("API", where.api, [service.api.name for service in served])
        served = [service for service in served if service.api.name == where.api]
        if not served:
            return (FieldError("/where/api", message),)
    found: list[FieldError] = []
    operations = [each for service in served for each in service.api.operations]
    if where.operation is not None and where.operation not in {each.id for each in operations}:
        message = _no_operation(where.operation, operations)
        found.append(FieldError("/where/operation", message))
    tools = [slug for each in served if each.fixtures.tools for slug in each.fixtures.tools.by_slug]
    to_come = where.api is not None and any(service.makes_tools for service in served)
    if where.tool is not None and where.tool not in tools and not to_come:
        message = unknown("tool", where.tool, tools)
        makers = [service.api.name for service in served if service.makes_tools]
        if makers:
            message += f" (for one that a client makes, add the API: {' or '.join(makers)})"
        found.append(FieldError("/where/tool", message))
    return (*found, *_unmet(where, {each.method for each in operations}))


def _unmet(where: Where, methods: Collection[str]) -> Iterator[FieldError]:
    """What no request is like, of a rule that asks for one."""
    raw = where.request.raw if where.request is not None else {}
    for each in pattern_notices(raw):
        if each.pointer != "/method" or raw["method"] not in methods:
            yield FieldError(f"/where/request{each.pointer}", each.message)


def _no_operation(name: str, operations: Sequence[Operation]) -> str:
    for operation in operations:
        if name in (operation.key, operation.path):
            return f"an operation is named by its id: {operation.key} is {operation.id!r}"
    return unknown("operation", name, [each.id for each in operations])
