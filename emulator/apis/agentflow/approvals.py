"""Approval gates: what is pending, how it is answered, and when it is too late."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from emulator.apis.agentflow.access import Assignment, tenant_of, user_of
from emulator.apis.agentflow.events import Happening, ended, failed, number, timestamp
from emulator.apis.agentflow.pages import page_of
from emulator.apis.behaviour import Answer, Call
from emulator.apis.tools import run_tool
from emulator.messages import Json
from emulator.problems import Problem
from emulator.state.store import Effect, Put

#: What an approval is told as; the rest is for the run that waits for it.
_PUBLIC = (
    *("id", "status", "agent_id", "tool_id", "tool_name", "arguments"),
    *("conversation_id", "message_id", "created_at", "expires_at", "reason"),
)


def open_approval(call: Call, found: Assignment, run_id: str, call_id: str) -> dict[str, Json]:
    """A pending approval for a run of this request."""
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
    }


def is_waiting(call: Call, approval: Mapping[str, Json]) -> bool:
    """Whether somebody can still respond: nobody has, and its time is not over."""
    return _status(call, approval) == "pending"


def expiry_events(call: Call, run: Mapping[str, Json]) -> list[Json]:
    """How a run ends whose approval nobody gave in time."""
    approval = call.snapshot.records("approvals").get(run.get("approval", ""))
    if approval is None or _status(call, approval) != "expired":
        return []
    end = failed("Approval expired", "approval_expired")
    return number(approval["call_id"], [end], approval["expires_at"], len(run["events"]))


def list_pending(call: Call) -> Answer:
    """Approvals of the caller's tenant that wait, by tool if asked for."""
    query = call.request.parameters["query"]
    waiting = [
        _public(call, approval)
        for approval in call.snapshot.records("approvals").values()
        if is_waiting(call, approval)
        and approval.get("tenant", tenant_of(call)) == tenant_of(call)
        and query.get("tool_name") in (None, approval["tool_name"])
    ]
    return Answer("200.default", page_of("approvals", waiting, query))


def respond(call: Call) -> Answer | Problem:
    """Approve, perhaps with other arguments, or deny; what comes of it is the run's end."""
    approval = call.snapshot.records("approvals").get(call.path("approval_id"))
    if approval is None or approval.get("tenant", tenant_of(call)) != tenant_of(call):
        return Answer("404.default")
    if not is_waiting(call, approval):
        return Answer("409.default", {"settled": _status(call, approval)})
    if call.request.body["status"] == "denied":
        return _settle(call, approval, _denied(call, approval), ())
    changed = call.request.body.get("modified_arguments")
    reviewed = {**approval, "arguments": approval["arguments"] if changed is None else changed}
    done = run_tool(
        call, approval["tool_name"], reviewed["arguments"], approval.get("key") or approval["id"]
    )
    if isinstance(done, Problem):
        return done
    approved: Happening = (
        "approval_approved",
        {"id": approval["id"], "tool_name": approval["tool_name"], "approver": user_of(call)},
    )
    return _settle(call, reviewed, [approved, *ended(done)], done.effects)


def _denied(call: Call, approval: Mapping[str, Json]) -> list[Happening]:
    reason = call.request.body.get("reason")
    content = {"id": approval["id"], "tool_name": approval["tool_name"]}
    message = "Approval denied" + (f": {reason}" if reason else "")
    denied = content if reason is None else {**content, "reason": reason}
    return [("approval_denied", denied), failed(message, "approval_denied")]


def _settle(
    call: Call,
    approval: Mapping[str, Json],
    happenings: list[Happening],
    effects: tuple[Effect, ...],
) -> Answer:
    body = call.request.body
    settled = {**approval, "status": body["status"], "reason": body.get("reason")}
    run = call.snapshot.records("runs").get(approval.get("run", ""), {})
    before = run.get("events", [])
    call_id = approval.get("call_id", f"call_{approval['id']}")
    events = number(call_id, happenings, timestamp(call), len(before) or 2)
    changes: list[Effect] = [Put("approvals", approval["id"], settled)]
    if run:
        changes.append(Put("runs", approval["run"], {**run, "events": [*before, *events]}))
    said = {"approval": _shown(settled), "events": events}
    return Answer("200.default", said, effects=(*changes, *effects))


def _public(call: Call, approval: Mapping[str, Json]) -> Json:
    return _shown({**approval, "status": _status(call, approval)})


def _shown(approval: Mapping[str, Json]) -> dict[str, Json]:
    return {field: approval.get(field) for field in _PUBLIC}


def _status(call: Call, approval: Mapping[str, Json]) -> str:
    expires = _moment(approval.get("expires_at"))
    if approval["status"] == "pending" and expires is not None and expires <= call.values.now:
        return "expired"
    return str(approval["status"])


def _moment(text: Json) -> datetime | None:
    """The time that a state file or a run says; what is no time never comes."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19] + "Z"
