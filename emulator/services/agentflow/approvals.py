"""Approvals: what calls of gated tools wait for, how each stands, what comes of a verdict."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.state.store import Effect
from emulator.services.agentflow.access import Assignment, settings, tenant_of
from emulator.services.agentflow.events import Happening, ended, failed
from emulator.services.agentflow.own_tools import registry_for
from emulator.services.tools import run_tool

Approval = Mapping[str, Json]

#: What an approval is told as; the rest is for the run that waits for it.
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
    exchange: Exchange, found: Assignment, run_id: str, call_id: str
) -> dict[str, Json]:
    """A pending approval for a run of this request.

    `waits` is whether the run's answer waits for it; where it does not, the verdict runs the tool.
    """
    body = exchange.body
    now = exchange.now.astimezone(UTC)
    return {
        "id": exchange.fresh_id("appr_", 10),
        "status": "pending",
        "agent_id": found.agent_id,
        "tool_id": found.id,
        "tool_name": found.tool.slug,
        "arguments": body["arguments"],
        "conversation_id": body["conversation_id"],
        "message_id": body["message_id"],
        "created_at": _text(now),
        "expires_at": _text(now + timedelta(seconds=found.timeout_s)),
        "tenant": tenant_of(exchange),
        "key": body.get("idempotency_key") or "",
        "run": run_id,
        "call_id": call_id,
        "waits": _answer_waits(exchange),
    }


def approvals_of(exchange: Exchange) -> Mapping[str, dict[str, Json]]:
    """Every approval of the scope by id, as it stands; what a state file left out is filled in."""
    empty = dict.fromkeys(_PUBLIC[2:8], "") | {"status": "pending", "arguments": {}}
    found = {}
    for id_, record in exchange.snapshot.records("approvals").items():
        approval = {**empty, "id": id_, **record}
        found[id_] = {**approval, "status": _status(exchange, approval)}
    return found


def expiry(approval: Approval) -> datetime | None:
    """When it is too late; what is no time never comes."""
    try:
        moment = datetime.fromisoformat(approval["expires_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def conclude(
    exchange: Exchange, approval: Approval
) -> tuple[list[Happening], tuple[Effect, ...], int]:
    """What comes of an approval that is pending no more: happenings, effects and delay in ms.

    Approved, the tool runs with the arguments as they were reviewed; else it does not run.
    """
    told = {"id": approval["id"], "tool_name": approval["tool_name"]}
    if approval["status"] != "approved":
        return refusal(approval), (), 0
    name = approval["tool_name"]
    tools = registry_for(exchange, approval["agent_id"], name)
    key = approval.get("key") or approval["id"]
    done = run_tool(exchange, name, approval["arguments"], key, tools)
    approved: Happening = ("approval_approved", {**told, "approver": approval.get("approver", "")})
    if isinstance(done, Problem):
        return [approved, failed(done.detail, done.type.name)], (), 0
    return [approved, *ended(done)], done.effects, done.delay_ms


def refusal(approval: Approval) -> list[Happening]:
    """How a run ends whose approval was denied, cancelled, or did not come in time."""
    status, reason = approval["status"], approval.get("reason")
    end = failed(_REFUSALS[status] + (f": {reason}" if reason else ""), f"approval_{status}")
    if status != "denied":
        return [end]
    told = {"id": approval["id"], "tool_name": approval["tool_name"]}
    return [("approval_denied", told if reason is None else {**told, "reason": reason}), end]


def shown(approval: Approval) -> dict[str, Json]:
    """An approval as it is told."""
    return {field: approval.get(field) for field in _PUBLIC}


def _answer_waits(exchange: Exchange) -> bool:
    """Whether the answer waits for the verdict: as the state file says, by default a stream does.

    Nothing public says what happens without a stream.
    """
    wait = settings(exchange).get("approval_wait", "stream")
    return wait == "always" or (wait == "stream" and exchange.body.get("stream") is True)


def _status(exchange: Exchange, approval: Approval) -> str:
    """An approval that nobody has settled is void when its time is over, or its caller has left."""
    expires = expiry(approval)
    if approval["status"] != "pending":
        return str(approval["status"])
    if expires is not None and expires <= exchange.now:
        return "expired"
    left = approval.get("waits") is True and approval["id"] not in exchange.snapshot.in_flight
    return "cancelled" if left else "pending"


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19] + "Z"
