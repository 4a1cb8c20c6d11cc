"""Text that breaks careless programs, where the document allows any text."""

from collections.abc import Iterator

from emulator.contract.check.promises import Basis
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.openapi.requests.parts import RequestParts

CHECK = "odd_input"

#: Text with quotes, escapes, placeholders, wide letters, or no letter at all.
ODD = (
    *("O'Hara", 'say "hi"', "a\\b", "100% {0} ${x} {{y}}"),
    *("Zoë 日本 🐈", "a\u0000b", " ", "<b>&amp;"),
)
#: Requests to an operation at most.
MOST = 40


def check_odd_input(context: CheckContext) -> CheckScenarios:
    """Each text of a request once with each odd text that the document allows there."""
    for operation in context.api.operations:
        if context.operation(operation.id) is None:
            continue
        scenario = CheckScenario(context, CHECK, operation.key, Basis.HTTP)
        request = scenario.make(operation)
        for number, (place, odd) in enumerate(_odd(request) if request else ()):
            if number == MOST:
                break
            exchange = scenario.send(odd)
            if exchange.status >= 500:
                title = f"{exchange.status} on odd text in {place}"
                scenario.breach(exchange, title, "the document allows the request")
                break
        yield scenario


def _odd(request: RequestParts) -> Iterator[tuple[str, RequestParts]]:
    names = [each.name for each in request.operation.parameters if each.location == "query"]
    changes = [
        (f"query {name}", request.with_parameter("query", name, text))
        for name in names
        for text in ODD
    ]
    changes += [
        (f"body /{name}", request.with_body({**request.members, name: text}))
        for name, value in request.members.items()
        for text in ODD
        if isinstance(value, str)
    ]
    return ((place, odd) for place, odd in changes if odd.is_valid)
