"""Writes count as executions: a test can ask whether an operation was executed, and how often."""

from msgspec.structs import replace

from emulator.http.redaction import abbreviated
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Execute


def counted(exchange: Exchange, plan: Plan) -> Plan:
    """The plan of a request that changes something, as an execution of its operation."""
    if not plan.effects:
        return plan
    side_effect = "delete" if exchange.request.method == "DELETE" else "write"
    fields = exchange.request.fields
    named = fields.get("x-request-id") or fields.get("idempotency-key") or ""
    caller = abbreviated(exchange.principal.credential)
    arguments = exchange.body if isinstance(exchange.body, dict) else {}
    executed = Execute(
        exchange.operation, side_effect, arguments, caller, named, exchange.snapshot.sequence
    )
    return replace(plan, effects=(*plan.effects, executed))
