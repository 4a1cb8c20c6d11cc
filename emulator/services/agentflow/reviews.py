"""What reviewers do with approvals: list, get, respond, cancel, clean up."""

from collections import Counter
from collections.abc import Mapping

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
from emulator.services.agentflow.own_tools import refuse_arguments
from emulator.services.agentflow.responses import number_events, respond_page
from emulator.services.builtin import on

#: What an approval can come to.
STATUSES = ("pending", "approved", "denied", "expired", "cancelled")


def _approval(exchange: Exchange) -> Approval | Plan:
    """Find the approval of the path; 404 where the caller's tenant has none."""
    found = visible_approvals(exchange).get(exchange.path("approval_id"))
    return found or exchange.respond("404.approval-not-found")


def list_pending(exchange: Exchange) -> Plan:
    """List pending approvals, of one tool if the query names it."""
    tool = exchange.query("tool_name")
    pending = [
        show_approval(each)
        for each in visible_approvals(exchange).values()
        if each["status"] == "pending" and tool in (None, each["tool_name"])
    ]
    return respond_page(exchange, "approvals", pending)


@on(_approval)
def get(exchange: Exchange, approval: Approval) -> Plan:
    """Get one approval, whatever its status."""
    return exchange.respond("200.default", {"approval": show_approval(approval)})


def get_stats(exchange: Exchange) -> Plan:
    """Count the approvals of each status."""
    counted = Counter(each["status"] for each in visible_approvals(exchange).values())
    counts = {status: counted[status] for status in STATUSES}
    return exchange.respond("200.default", {"counts": {**counts, "total": sum(counts.values())}})


@on(_approval)
def respond(exchange: Exchange, approval: Approval) -> Plan | Problem:
    """Approve, perhaps with other arguments, or deny."""
    return _settle(exchange, approval, exchange.body)


@on(_approval)
def cancel(exchange: Exchange, approval: Approval) -> Plan | Problem:
    """Cancel the approval: the tool does not run."""
    return _settle(exchange, approval, {"status": "cancelled"})


def respond_to_many(exchange: Exchange) -> Plan | Problem:
    """Give several approvals one verdict; each result says whether it was accepted."""
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
    """Remove the approvals that have expired."""
    approvals = visible_approvals(exchange).items()
    effects = [Remove("approvals", id_) for id_, each in approvals if each["status"] == "expired"]
    return exchange.respond("200.default", {"removed": len(effects)}, effects)


def _settle(exchange: Exchange, approval: Approval, verdict: Mapping[str, Json]) -> Plan | Problem:
    """Store the verdict; the waiting run goes on, and where none waits the run ends here."""
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
    if settled["status"] == "approved":
        names = settled["agent_id"], settled["tool_name"]
        refusal = refuse_arguments(exchange, *names, settled["arguments"])
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
    events = number_events(exchange, call_id, ending, len(before) or 2)
    kept = [Put("runs", approval["run"], {**run, "events": [*before, *events]})] if run else []
    variables = {"approval": {**show_approval(settled), "events": events}}
    effects = (put, *kept, *effects)
    return exchange.respond("200.default", variables, effects, delay_ms=delay_ms)
