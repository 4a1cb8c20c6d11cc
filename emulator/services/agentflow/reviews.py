"""What reviewers do with approvals: look at them, respond, cancel, clean up."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.agentflow.access import user_of
from emulator.services.agentflow.approvals import (
    Approval,
    conclude,
    show_approval,
    visible_approvals,
)
from emulator.services.agentflow.own_tools import registry_for
from emulator.services.agentflow.responses import number, respond_page
from emulator.services.tools import arguments_invalid

#: What an approval can come to.
STATUSES = ("pending", "approved", "denied", "expired", "cancelled")


def _on_approval(
    handler: Callable[[Exchange, Approval], Plan | Problem],
) -> Callable[[Exchange], Plan | Problem]:
    """Decorate the handler of the path's approval; 404 where the caller's tenant has none."""

    @wraps(handler)
    def handle(exchange: Exchange) -> Plan | Problem:
        approval = visible_approvals(exchange).get(exchange.path("approval_id"))
        if approval is None:
            return exchange.respond("404.approval-not-found")
        return handler(exchange, approval)

    return handle


def list_pending(exchange: Exchange) -> Plan:
    """Approvals that wait, by tool if asked for."""
    tool = exchange.query("tool_name")
    pending = [
        show_approval(each)
        for each in visible_approvals(exchange).values()
        if each["status"] == "pending" and tool in (None, each["tool_name"])
    ]
    return respond_page(exchange, "approvals", pending)


@_on_approval
def get(exchange: Exchange, approval: Approval) -> Plan:
    """One approval, whatever has become of it."""
    return exchange.respond("200.default", {"approval": show_approval(approval)})


def get_stats(exchange: Exchange) -> Plan:
    """How many approvals there are of each status."""
    counted = Counter(each["status"] for each in visible_approvals(exchange).values())
    counts = {status: counted[status] for status in STATUSES}
    return exchange.respond("200.default", {"counts": {**counts, "total": sum(counts.values())}})


@_on_approval
def respond(exchange: Exchange, approval: Approval) -> Plan | Problem:
    """Approve, perhaps with other arguments, or deny."""
    return _settle(exchange, approval, exchange.body)


@_on_approval
def cancel(exchange: Exchange, approval: Approval) -> Plan | Problem:
    """Take the approval's request back: the tool does not run."""
    return _settle(exchange, approval, {"status": "cancelled"})


def respond_to_many(exchange: Exchange) -> Plan | Problem:
    """One verdict for several approvals, each of which is settled or says why not."""
    body, approvals = exchange.body, visible_approvals(exchange)
    verdict = {"status": body["status"], "reason": body.get("reason")}
    results: list[Json] = []
    effects: list[Effect] = []
    for id_ in dict.fromkeys(body["approval_ids"]):
        approval, error = approvals.get(id_), "Approval not found"
        if approval is not None and approval["status"] != "pending":
            error = f"Approval already {approval['status']}"
        elif approval is not None:
            settled = _settle(exchange, approval, verdict)
            if isinstance(settled, Plan):
                results.append({"id": id_, "success": True, "status": body["status"]})
                effects += settled.effects
                continue
            error = settled.detail
        results.append({"id": id_, "success": False, "error": error})
    return exchange.respond("200.default", {"results": results}, effects)


def clean_up(exchange: Exchange) -> Plan:
    """Forget the approvals whose time is over."""
    approvals = visible_approvals(exchange).items()
    effects = [Remove("approvals", id_) for id_, each in approvals if each["status"] == "expired"]
    return exchange.respond("200.default", {"removed": len(effects)}, effects)


def _settle(exchange: Exchange, approval: Approval, verdict: Mapping[str, Json]) -> Plan | Problem:
    """Put the verdict down; the run that waits goes on, and where none does it ends here."""
    if approval["status"] != "pending":
        return exchange.respond("409.default", {"settled": approval["status"]})
    changed = verdict.get("modified_arguments")
    settled = {
        **approval,
        "status": verdict["status"],
        "reason": verdict.get("reason"),
        "arguments": approval["arguments"] if changed is None else changed,
        "approver": user_of(exchange),
    }
    refusal = _refuse_arguments(exchange, settled)
    if refusal is not None:
        return refusal
    put = Put("approvals", approval["id"], settled)
    if approval.get("waits") is True:
        shown = {**show_approval(settled), "events": []}
        return exchange.respond("200.default", {"approval": shown}, [put])
    ending, effects, delay_ms = conclude(exchange, settled)
    run = exchange.snapshot.records("runs").get(approval.get("run", ""), {})
    before = run.get("events", [])
    call_id = approval.get("call_id", f"call_{approval['id']}")
    events = number(exchange, call_id, ending, len(before) or 2)
    kept = [Put("runs", approval["run"], {**run, "events": [*before, *events]})] if run else []
    variables = {"approval": {**show_approval(settled), "events": events}}
    effects = (put, *kept, *effects)
    return exchange.respond("200.default", variables, effects, delay_ms=delay_ms)


def _refuse_arguments(exchange: Exchange, approval: Approval) -> Problem | None:
    """The Problem of reviewed arguments that the tool does not take."""
    registry = registry_for(exchange, approval["agent_id"], approval["tool_name"])
    tool = registry.by_slug.get(approval["tool_name"]) if registry else None
    if approval["status"] != "approved" or registry is None or tool is None:
        return None
    violations = registry.input_violations(tool, approval["arguments"])
    return arguments_invalid(violations) if violations else None
