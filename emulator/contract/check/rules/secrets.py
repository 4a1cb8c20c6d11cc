"""Whether a response reveals a credential that was sent."""

from collections.abc import Iterator

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Basis
from emulator.contract.check.rules.base import Breach, RuleContext
from emulator.openapi.document.model import Operation

CHECK = "secrets_kept"


def judge_secrets(
    exchange: CheckedExchange, operation: Operation, context: RuleContext
) -> Iterator[Breach]:
    """A credential of the check in the body or a header field of a response."""
    if operation.id in context.contract.shows_secrets:
        return
    basis = Basis.DECLARED if context.contract.shows_secrets else Basis.CONVENTION
    if context.secrets.shows(exchange.response.body.decode("utf-8", "replace")):
        yield Breach(CHECK, basis, "The body holds a credential that was sent")
    for name, value in exchange.response.headers:
        if context.secrets.shows(value):
            yield Breach(
                CHECK, basis, f"The header {name.lower()} holds a credential that was sent"
            )
