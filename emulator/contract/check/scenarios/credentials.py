"""A good credential where the document has no place for one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.document.model import Operation, SecurityScheme
from emulator.openapi.promises.model import Basis
from emulator.openapi.requests.parts import RequestParts

#: Puts a credential in a place.
Put = Callable[[RequestParts, str], RequestParts]


def check_credentials(context: CheckContext) -> CheckScenarios:
    """The first operation that each known credential opens is asked with it in other places."""
    tried = set[str]()
    for operation in context.api.operations:
        if context.operation(operation.id) is None or not operation.security:
            continue
        for scheme, value in _known(context, operation):
            if scheme.name not in tried and all(operation.security):
                tried.add(scheme.name)
                scenario = CheckScenario(context, operation.key, Basis.DOCUMENT)
                right = scenario.make(operation)
                if right is not None:
                    _misplace(scenario, right, scheme, value)
                    yield scenario


def _known(context: CheckContext, operation: Operation) -> Iterator[tuple[SecurityScheme, str]]:
    """Schemes that let in on their own and whose credential there is, with it."""
    given = dict(context.caller.credentials)
    headers = {name.lower(): value for name, value in context.caller.headers}
    for alternative in operation.security:
        for scheme in alternative if len(alternative) == 1 else ():
            in_header = scheme.type == "apiKey" and scheme.location == "header"
            value = given.get(scheme.name) or (
                headers.get(scheme.parameter.lower()) if in_header else None
            )
            if value:
                yield scheme, value


def _misplace(
    scenario: CheckScenario, right: RequestParts, scheme: SecurityScheme, value: str
) -> None:
    # Who lets everybody in opens to no credential in particular.
    if scenario.send(right, known=False).status not in (401, 403):
        return
    for place, put in _other_places(scheme, right.operation):
        exchange = scenario.send(put(right, value), known=False)
        if exchange.accepted:
            title = "A credential is accepted where the document has no place for it"
            scenario.breach(exchange, title, f"that of {scheme.name}, {place}")


def _other_places(scheme: SecurityScheme, operation: Operation) -> Iterator[tuple[str, Put]]:
    every = [each for alternative in operation.security for each in alternative]
    bearer = any(_is_bearer(each) for each in every)
    taken = {(each.location, each.parameter.lower()) for each in every}
    if scheme.type == "apiKey" and not bearer:
        yield "in Authorization as a bearer token", _as_bearer
    if scheme.type == "apiKey":
        for location in ("query", "header"):
            if (location, scheme.parameter.lower()) not in taken:
                yield f"in the {location} {scheme.parameter}", _in(location, scheme.parameter)
    elif _is_bearer(scheme) and ("query", "access_token") not in taken:
        yield "in the query access_token", _in("query", "access_token")


def _is_bearer(scheme: SecurityScheme) -> bool:
    return scheme.http_scheme == "bearer" or scheme.type in ("oauth2", "openIdConnect")


def _as_bearer(request: RequestParts, value: str) -> RequestParts:
    headers = (*request.headers, ("authorization", f"Bearer {value}"))
    return replace(request, headers=headers)


def _in(location: str, name: str) -> Put:
    return lambda request, value: request.with_parameter(location, name, value)
