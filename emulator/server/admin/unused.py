"""What a scope has that never came to anything: fault rules that struck no response, stubs."""

from starlette.responses import Response

from emulator.http.messages import Json
from emulator.mock.fault_rules.book import NEVER, RuleCounts
from emulator.server.admin.calls import AdminCall, json_response


def unused(call: AdminCall) -> Response:
    """The fault rules that were injected nowhere, each with the reason; the stubs not met."""
    book = call.store.faults(call.scope)
    counts = call.store.memory(call.scope).rule_counts
    # A run that repeats the faults of a log has no use for rules.
    rules = () if book.replay is not None else book.rules
    idle = [
        {"id": rule.id, "fault": rule.fault.name, **_why(counts.get(rule.id, NEVER))}
        for rule in rules
        if not counts.get(rule.id, NEVER).injected
    ]
    met = call.journal.met(call.scope)
    stubs = [stub.raw for stub in call.stubs.stubs if stub.id not in met]
    return json_response({"faults": idle, "stubs": stubs})


def _why(counts: RuleCounts) -> dict[str, Json]:
    if not counts.number:
        reason = "no request matched"
    elif counts.missed:
        reason = f"it could not be injected: {counts.missed}"
    else:
        number = "1 request" if counts.number == 1 else f"{counts.number} requests"
        reason = f"{number} matched, and its turn never came"
    return {"matched": counts.number, "reason": reason}
