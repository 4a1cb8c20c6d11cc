"""What reviewers do with approvals: look at them, respond, cancel, clean up."""

from collections import Counter
from collections.abc import Callable, Mapping

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.agentflow.access import tenant_of, user_of
from emulator.services.agentflow.approvals import Approval, approvals_of, conclude, shown
from emulator.services.agentflow.events import number, timestamp
from emulator.services.agentflow.own_tools import with_tool
from emulator.services.agentflow.pages import page_of

#: What an approval can come to.
STATUSES = ("pending", "approved", "denied", "expired", "cancelled")


def list_pending(call: Call) -> Answer:
    """Approvals that wait, by tool if asked for."""
    query = call.request.parameters["query"]
    waiting = [
        shown(approval)
        for approval in _visible(call).values()
        if approval["status"] == "pending"
        and query.get("tool_name") in (None, approval["tool_name"])
    ]
    return Answer("200.default", page_of("approvals", waiting, query))


def get(call: Call) -> Answer:
    """One approval, whatever has become of it."""
    return _with(call, lambda approval: Answer("200.default", {"approval": shown(approval)}))


def stats(call: Call) -> Answer:
    """How many approvals there are of each status."""
    counted = Counter(approval["status"] for approval in _visible(call).values())
    counts = {status: counted[status] for status in STATUSES}
    return Answer("200.default", {"counts": {**counts, "total": sum(counts.values())}})


def respond(call: Call) -> Answer | Problem:
    """Approve, perhaps with other arguments, or deny."""
    return _with_pending(call, lambda approval: _settle(call, approval, call.request.body))


def cancel(call: Call) -> Answer | Problem:
    """Take the question back: the tool does not run."""
    verdict = {"status": "cancelled"}
    return _with_pending(call, lambda approval: _settle(call, approval, verdict))


def respond_to_many(call: Call) -> Answer | Problem:
    """One verdict for several approvals, each of which is settled or says why not."""
    body, approvals = call.request.body, _visible(call)
    results: list[Json] = []
    effects: list[Effect] = []
    for id_ in dict.fromkeys(body["approval_ids"]):
        approval = approvals.get(id_)
        if approval is None or approval["status"] != "pending":
            reason = f"already {approval['status']}" if approval else "not found"
            results.append({"id": id_, "success": False, "error": f"Approval {reason}"})
            continue
        settled = _settle(call, approval, {"status": body["status"], "reason": body.get("reason")})
        if isinstance(settled, Problem):
            results.append({"id": id_, "success": False, "error": settled.detail})
            continue
        results.append({"id": id_, "success": True, "status": body["status"]})
        effects += settled.effects
    return Answer("200.default", {"results": results}, effects=tuple(effects))


def clean_up(call: Call) -> Answer:
    """Forget the approvals whose time is over."""
    expired = [id_ for id_, each in _visible(call).items() if each["status"] == "expired"]
    effects = tuple(Remove("approvals", id_) for id_ in expired)
    return Answer("200.default", {"removed": len(expired)}, effects=effects)


def _visible(call: Call) -> Mapping[str, Approval]:
    """The approvals of the caller's tenant."""
    tenant = tenant_of(call)
    found = approvals_of(call)
    return {id_: each for id_, each in found.items() if each.get("tenant", tenant) == tenant}


def _with(call: Call, answer: Callable[[Approval], Answer]) -> Answer:
    approval = _visible(call).get(call.path("approval_id"))
    return Answer("404.approval-not-found") if approval is None else answer(approval)


def _with_pending(call: Call, answer: Callable[[Approval], Answer | Problem]) -> Answer | Problem:
    approval = _visible(call).get(call.path("approval_id"))
    if approval is None:
        return Answer("404.approval-not-found")
    if approval["status"] != "pending":
        return Answer("409.default", {"settled": approval["status"]})
    return answer(approval)


def _settle(call: Call, approval: Approval, verdict: Mapping[str, Json]) -> Answer | Problem:
    """Put the verdict down; the run that waits goes on, and where none does it ends here."""
    changed = verdict.get("modified_arguments")
    settled = {
        **approval,
        "status": verdict["status"],
        "reason": verdict.get("reason"),
        "arguments": approval["arguments"] if changed is None else changed,
        "approver": user_of(call),
    }
    refused = _wrong_arguments(call, settled)
    if refused is not None:
        return refused
    put = Put("approvals", approval["id"], settled)
    if approval.get("waits") is True:
        return Answer("200.default", {"approval": _answered(settled, [])}, effects=(put,))
    happenings, effects, delay_ms = conclude(call, settled)
    run = call.snapshot.records("runs").get(approval.get("run", ""), {})
    before = run.get("events", [])
    call_id = approval.get("call_id", f"call_{approval['id']}")
    events = number(call_id, happenings, timestamp(call), len(before) or 2)
    kept = (Put("runs", approval["run"], {**run, "events": [*before, *events]}),) if run else ()
    said = {"approval": _answered(settled, events)}
    return Answer("200.default", said, effects=(put, *kept, *effects), delay_ms=delay_ms)


def _answered(approval: Approval, events: list[Json]) -> dict[str, Json]:
    return {**shown(approval), "events": events}


def _wrong_arguments(call: Call, approval: Approval) -> Problem | None:
    """The Problem of reviewed arguments that the tool does not take."""
    registry = with_tool(call, approval["agent_id"], approval["tool_name"]).fixtures.tools
    tool = registry.by_slug.get(approval["tool_name"]) if registry else None
    if approval["status"] != "approved" or registry is None or tool is None:
        return None
    violations = registry.input_violations(tool, approval["arguments"])
    detail = "; ".join(violation.message for violation in violations)
    return problem("arguments-invalid", detail, violations) if violations else None


BEHAVIOURS: Mapping[str, Behaviour] = {
    "listPendingApprovals": list_pending,
    "getApproval": get,
    "getApprovalStats": stats,
    "respondToApproval": respond,
    "respondToApprovals": respond_to_many,
    "cancelApproval": cancel,
    "cleanUpApprovals": clean_up,
}
