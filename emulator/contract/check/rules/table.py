"""Every rule that judges single exchanges, by the name of its check."""

from collections.abc import Iterator, Mapping

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.rules import errors, limits, messages, secrets, streams
from emulator.contract.check.rules.base import Breach, Rule, RuleContext
from emulator.openapi.document.model import Operation

RULES: Mapping[str, Rule] = {
    messages.CHECK: messages.judge_message,
    errors.CHECK: errors.judge_error,
    secrets.CHECK: secrets.judge_secrets,
    limits.CHECK: limits.judge_limits,
    streams.CHECK: streams.judge_stream,
}


def judge(
    exchange: CheckedExchange,
    operation: Operation,
    context: RuleContext,
    checks: tuple[str, ...] = (),
) -> Iterator[Breach]:
    """What all rules, or only those in `checks`, find wrong with an exchange."""
    for name, rule in RULES.items():
        if not checks or name in checks:
            yield from rule(exchange, operation, context)
