"""Approvals: what calls of gated tools wait for, their status, and what follows from a verdict."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.state.store import Effect
from emulator.services.agentflow.access import Assignment, is_own, settings, tenant_of
from emulator.services.agentflow.own_tools import run_agent_tool
from emulator.services.agentflow.responses import RunEvent, end_events, error_event

Approval: TypeAlias = Mapping[str, Json]

#: What is shown of an approval; the rest is for the run that waits for it.
_PUBLIC = (
    *("id", "status", "agent_id", "tool_id", "tool_name", "arguments"),
    *("conversation_id", "message_id", "created_at", "expires_at", "reason"),
)

#: How a run ends that was not approved: what people read.
_REFUSALS = {
    "denied": "Approval denied",
    "expired": "Approval expired",
    "cancelled": "Approval cancelled",
}


def open_approval(
    exchange: Exchange, assigned: Assignment, run_id: str, call_id: str
) -> dict[str, Json]:
    """Open a pending approval for a run of this request.

    `waits` is whether the run's response waits for it; if not, the verdict runs the tool.
    """
    body = exchange.body
    return {
        "id": exchange.fresh_id("appr_", 10),
        "status": "pending",
        "agent_id": assigned.agent_id,
        "tool_id": assigned.id,
        "tool_name": assigned.tool.slug,
        **{name: body[name] for name in ("arguments", "conversation_id", "message_id")},
        "created_at": to_the_second(exchange.now),
        "expires_at": to_the_second(exchange.now + timedelta(seconds=assigned.timeout_s)),
        "tenant": tenant_of(exchange),
        "key": body.get("idempotency_key") or "",
        "run": run_id,
        "call_id": call_id,
        "waits": _response_waits(exchange),
    }


def approvals_of(exchange: Exchange) -> Mapping[str, dict[str, Json]]:
    """Every approval of the scope by id, with its present status and every public field."""
    empty = dict.fromkeys(_PUBLIC[2:8], "") | {"status": "pending", "arguments": {}}
    found = {}
    for id_, record in exchange.snapshot.records("approvals").items():
        approval = {**empty, "id": id_, **record}
        found[id_] = {**approval, "status": _status(exchange, approval)}
    return found


def visible_approvals(exchange: Exchange) -> Mapping[str, Approval]:
    """The approvals that the caller's tenant may see."""
    found = approvals_of(exchange)
    return {id_: each for id_, each in found.items() if is_own(exchange, each)}


def expiry(approval: Approval) -> datetime | None:
    """When the approval expires; None if it never does."""
    try:
        moment = datetime.fromisoformat(approval["expires_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def conclude(
    exchange: Exchange, approval: Approval
) -> tuple[list[RunEvent], tuple[Effect, ...], int]:
    """End a run whose approval is no longer pending: its events, effects and delay in ms.

    Approved, the tool runs with the arguments as they were reviewed; else it does not run.
    """
    if approval["status"] != "approved":
        return refusal_events(approval), (), 0
    name, key = approval["tool_name"], approval.get("key") or approval["id"]
    run = run_agent_tool(exchange, approval["agent_id"], name, approval["arguments"], key)
    content = {"id": approval["id"], "tool_name": name, "approver": approval.get("approver", "")}
    if isinstance(run, Problem):
        failure = error_event(run.detail, run.type.name)
        return [("approval_approved", content), failure], (), 0
    return [("approval_approved", content), *end_events(run)], tuple(run.effects), run.delay_ms


def refusal_events(approval: Approval) -> list[RunEvent]:
    """End a run whose approval was denied, was cancelled or expired."""
    status, reason = approval["status"], approval.get("reason")
    end = error_event(_REFUSALS[status] + (f": {reason}" if reason else ""), f"approval_{status}")
    if status != "denied":
        return [end]
    content = {"id": approval["id"], "tool_name": approval["tool_name"]}
    return [("approval_denied", content | ({} if reason is None else {"reason": reason})), end]


def show_approval(approval: Approval) -> dict[str, Json]:
    """The public fields of an approval."""
    return {field: approval.get(field) for field in _PUBLIC}


def _response_waits(exchange: Exchange) -> bool:
    """Whether the response waits for the verdict: as the settings say, by default a stream does.

    Nothing public says what happens without a stream.
    """
    wait = settings(exchange).get("approval_wait", "stream")
    return wait == "always" or (wait == "stream" and exchange.body.get("stream") is True)


def has_left(exchange: Exchange, approval: Approval) -> bool:
    """Whether the client has left whose response waits for the approval."""
    return approval.get("waits") is True and approval["id"] not in exchange.snapshot.in_flight


def _status(exchange: Exchange, approval: Approval) -> str:
    """The present status: a pending approval expires, and is cancelled when its client leaves."""
    expires = expiry(approval)
    if approval["status"] != "pending":
        return str(approval["status"])
    if expires is not None and expires <= exchange.now:
        return "expired"
    return "cancelled" if has_left(exchange, approval) else "pending"
