"""Approvals: what calls of gated tools wait for, how each stands, what comes of a verdict."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.handlers import Call
from emulator.mock.state.store import Effect
from emulator.services.agentflow.access import Assignment, settings, tenant_of
from emulator.services.agentflow.events import Happening, ended, failed
from emulator.services.agentflow.own_tools import with_tool
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


def open_approval(call: Call, found: Assignment, run_id: str, call_id: str) -> dict[str, Json]:
    """A pending approval for a run of this request.

    `waits` is whether the run's answer waits for it; where it does not, the verdict runs the tool.
    """
    body = call.request.body
    now = call.values.now.astimezone(UTC)
    return {
        "id": call.fresh_id("appr_", 10),
        "status": "pending",
        "agent_id": found.agent_id,
        "tool_id": found.id,
        "tool_name": found.tool.slug,
        "arguments": body["arguments"],
        "conversation_id": body["conversation_id"],
        "message_id": body["message_id"],
        "created_at": _text(now),
        "expires_at": _text(now + timedelta(seconds=found.timeout_s)),
        "tenant": tenant_of(call),
        "key": body.get("idempotency_key") or "",
        "run": run_id,
        "call_id": call_id,
        "waits": _answer_waits(call),
    }


def approvals_of(call: Call) -> Mapping[str, dict[str, Json]]:
    """Every approval of the scope by id, as it stands; what a state file left out is filled in."""
    empty = dict.fromkeys(_PUBLIC[2:8], "") | {"status": "pending", "arguments": {}}
    found = {}
    for id_, record in call.snapshot.records("approvals").items():
        approval = {**empty, "id": id_, **record}
        found[id_] = {**approval, "status": _status(call, approval)}
    return found


def expiry(approval: Approval) -> datetime | None:
    """When it is too late; what is no time never comes."""
    try:
        moment = datetime.fromisoformat(approval["expires_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def conclude(call: Call, approval: Approval) -> tuple[list[Happening], tuple[Effect, ...], int]:
    """What comes of an approval that is pending no more: happenings, effects and delay in ms.

    Approved, the tool runs with the arguments as they were reviewed; else it does not run.
    """
    told = {"id": approval["id"], "tool_name": approval["tool_name"]}
    if approval["status"] != "approved":
        return refusal(approval), (), 0
    done = run_tool(
        with_tool(call, approval["agent_id"], approval["tool_name"]),
        approval["tool_name"],
        approval["arguments"],
        approval.get("key") or approval["id"],
    )
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


def _answer_waits(call: Call) -> bool:
    """Whether the answer waits for the verdict: as the state file says, by default a stream does.

    Nothing public says what happens without a stream.
    """
    wait = settings(call).get("approval_wait", "stream")
    return wait == "always" or (wait == "stream" and call.request.body.get("stream") is True)


def _status(call: Call, approval: Approval) -> str:
    """An approval that nobody has settled is void when its time is over, or its caller has left."""
    expires = expiry(approval)
    if approval["status"] != "pending":
        return str(approval["status"])
    if expires is not None and expires <= call.values.now:
        return "expired"
    left = approval.get("waits") is True and approval["id"] not in call.snapshot.in_flight
    return "cancelled" if left else "pending"


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19] + "Z"
