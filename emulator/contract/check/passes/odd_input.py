"""Text that breaks careless programs, where the document allows any text."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from emulator.contract.check.cases import Case
from emulator.contract.check.passes.scenario import Bench, Scene, Scenes
from emulator.contract.check.promises import Basis
from emulator.openapi.document.model import Operation

CHECK = "odd_input"

#: What ends a text in some language, escapes, has two widths, or is no letter at all.
ODD = (
    *("O'Hara", 'say "hi"', "a\\b", "100% {0} ${x} {{y}}"),
    *("Zoë 日本 🐈", "a\u0000b", " ", "<b>&amp;"),
)
#: No operation is asked more often.
MOST = 40


def check_odd_input(bench: Bench) -> Scenes:
    """Each text of a request once with each odd text that the document allows there."""
    for operation in bench.api.operations:
        if bench.operation(operation.id) is None:
            continue
        scene = Scene(bench, CHECK, operation.key, Basis.HTTP)
        case = scene.case(operation)
        for number, (place, odd) in enumerate(_odd(bench, case, operation) if case else ()):
            if number == MOST:
                break
            exchange = scene.send(odd)
            if exchange.status >= 500:
                title = f"{exchange.status} on odd text in {place}"
                scene.breach(exchange, title, "the document allows the request")
                break
        yield scene


def _odd(bench: Bench, case: Case, operation: Operation) -> Iterator[tuple[str, Case]]:
    for parameter in operation.parameters:
        if parameter.location == "query":
            for text in ODD:
                if bench.cases.allows(parameter, text):
                    place = f"query {parameter.name}"
                    yield place, case.having("query", parameter.name, text)
    if isinstance(case.body, Mapping):
        for name, value in case.body.items():
            for text in ODD if isinstance(value, str) else ():
                body = {**case.body, name: text}
                if bench.cases.takes(case, body):
                    yield f"body /{name}", replace(case, body=body)
