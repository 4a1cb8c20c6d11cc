"""What reviewers do with approvals: look at them, respond, cancel, clean up."""

from collections import Counter
from collections.abc import Callable, Mapping

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.agentflow.access import tenant_of, user_of
from emulator.services.agentflow.approvals import Approval, approvals_of, conclude, shown
from emulator.services.agentflow.events import number, timestamp
from emulator.services.agentflow.own_tools import registry_for
from emulator.services.agentflow.pages import page_of

#: What an approval can come to.
STATUSES = ("pending", "approved", "denied", "expired", "cancelled")


def list_pending(exchange: Exchange) -> Plan:
    """Approvals that wait, by tool if asked for."""
    query = exchange.query_parameters
    waiting = [
        shown(approval)
        for approval in _visible(exchange).values()
        if approval["status"] == "pending"
        and query.get("tool_name") in (None, approval["tool_name"])
    ]
    return exchange.respond("200.default", page_of("approvals", waiting, query))


def get(exchange: Exchange) -> Plan:
    """One approval, whatever has become of it."""
    return _with(
        exchange, lambda approval: exchange.respond("200.default", {"approval": shown(approval)})
    )


def stats(exchange: Exchange) -> Plan:
    """How many approvals there are of each status."""
    counted = Counter(approval["status"] for approval in _visible(exchange).values())
    counts = {status: counted[status] for status in STATUSES}
    return exchange.respond("200.default", {"counts": {**counts, "total": sum(counts.values())}})


def respond(exchange: Exchange) -> Plan | Problem:
    """Approve, perhaps with other arguments, or deny."""
    return _with_pending(exchange, lambda approval: _settle(exchange, approval, exchange.body))


def cancel(exchange: Exchange) -> Plan | Problem:
    """Take the question back: the tool does not run."""
    verdict = {"status": "cancelled"}
    return _with_pending(exchange, lambda approval: _settle(exchange, approval, verdict))


def respond_to_many(exchange: Exchange) -> Plan | Problem:
    """One verdict for several approvals, each of which is settled or says why not."""
    body, approvals = exchange.body, _visible(exchange)
    results: list[Json] = []
    effects: list[Effect] = []
    for id_ in dict.fromkeys(body["approval_ids"]):
        approval = approvals.get(id_)
        if approval is None or approval["status"] != "pending":
            reason = f"already {approval['status']}" if approval else "not found"
            results.append({"id": id_, "success": False, "error": f"Approval {reason}"})
            continue
        settled = _settle(
            exchange, approval, {"status": body["status"], "reason": body.get("reason")}
        )
        if isinstance(settled, Problem):
            results.append({"id": id_, "success": False, "error": settled.detail})
            continue
        results.append({"id": id_, "success": True, "status": body["status"]})
        effects += settled.effects
    return exchange.respond("200.default", {"results": results}, effects=tuple(effects))


def clean_up(exchange: Exchange) -> Plan:
    """Forget the approvals whose time is over."""
    expired = [id_ for id_, each in _visible(exchange).items() if each["status"] == "expired"]
    effects = tuple(Remove("approvals", id_) for id_ in expired)
    return exchange.respond("200.default", {"removed": len(expired)}, effects=effects)


def _visible(exchange: Exchange) -> Mapping[str, Approval]:
    """The approvals of the caller's tenant."""
    tenant = tenant_of(exchange)
    found = approvals_of(exchange)
    return {id_: each for id_, each in found.items() if each.get("tenant", tenant) == tenant}


def _with(exchange: Exchange, answer: Callable[[Approval], Plan]) -> Plan:
    approval = _visible(exchange).get(exchange.path("approval_id"))
    return exchange.respond("404.approval-not-found") if approval is None else answer(approval)


def _with_pending(
    exchange: Exchange, answer: Callable[[Approval], Plan | Problem]
) -> Plan | Problem:
    approval = _visible(exchange).get(exchange.path("approval_id"))
    if approval is None:
        return exchange.respond("404.approval-not-found")
    if approval["status"] != "pending":
        return exchange.respond("409.default", {"settled": approval["status"]})
    return answer(approval)


def _settle(exchange: Exchange, approval: Approval, verdict: Mapping[str, Json]) -> Plan | Problem:
    """Put the verdict down; the run that waits goes on, and where none does it ends here."""
    changed = verdict.get("modified_arguments")
    settled = {
        **approval,
        "status": verdict["status"],
        "reason": verdict.get("reason"),
        "arguments": approval["arguments"] if changed is None else changed,
        "approver": user_of(exchange),
    }
    refused = _wrong_arguments(exchange, settled)
    if refused is not None:
        return refused
    put = Put("approvals", approval["id"], settled)
    if approval.get("waits") is True:
        return exchange.respond("200.default", {"approval": _answered(settled, [])}, effects=(put,))
    happenings, effects, delay_ms = conclude(exchange, settled)
    run = exchange.snapshot.records("runs").get(approval.get("run", ""), {})
    before = run.get("events", [])
    call_id = approval.get("call_id", f"call_{approval['id']}")
    events = number(call_id, happenings, timestamp(exchange), len(before) or 2)
    kept = (Put("runs", approval["run"], {**run, "events": [*before, *events]}),) if run else ()
    said = {"approval": _answered(settled, events)}
    return exchange.respond("200.default", said, effects=(put, *kept, *effects), delay_ms=delay_ms)


def _answered(approval: Approval, events: list[Json]) -> dict[str, Json]:
    return {**shown(approval), "events": events}


def _wrong_arguments(exchange: Exchange, approval: Approval) -> Problem | None:
    """The Problem of reviewed arguments that the tool does not take."""
    registry = registry_for(exchange, approval["agent_id"], approval["tool_name"])
    tool = registry.by_slug.get(approval["tool_name"]) if registry else None
    if approval["status"] != "approved" or registry is None or tool is None:
        return None
    violations = registry.input_violations(tool, approval["arguments"])
    detail = "; ".join(violation.message for violation in violations)
    return problem("arguments-invalid", detail, violations) if violations else None


HANDLERS: Mapping[str, Handler] = {
    "listPendingApprovals": list_pending,
    "getApproval": get,
    "getApprovalStats": stats,
    "respondToApproval": respond,
    "respondToApprovals": respond_to_many,
    "cancelApproval": cancel,
    "cleanUpApprovals": clean_up,
}
