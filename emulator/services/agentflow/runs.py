"""Direct runs: idempotency, approval gates, events, and streams resumed where they broke off."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Continuation, Plan
from emulator.mock.state.store import Effect, Hold, Put, Remove
from emulator.services.agentflow.access import Assignment, on_tool
from emulator.services.agentflow.approvals import (
    Approval,
    approvals_of,
    conclude,
    expiry,
    has_left,
    open_approval,
    refusal_events,
)
from emulator.services.agentflow.own_tools import refuse_arguments, run_agent_tool
from emulator.services.agentflow.responses import (
    RunEvent,
    call_id_of,
    end_events,
    last_event_id,
    number_events,
    respond_events,
    start_event,
)

#: Runs by id: their events, and the approval that they wait for.
COLLECTION = "runs"

#: Runs a scope remembers so that their streams can be resumed; the oldest go first.
REMEMBERED = 100


@on_tool
def run(exchange: Exchange, assigned: Assignment) -> Plan | Problem:
    """Run the agent's tool, unless its key is in flight or somebody must approve it first."""
    run_id, key = _run_id(exchange, assigned), exchange.body.get("idempotency_key")
    record, last = exchange.snapshot.records(COLLECTION).get(run_id), last_event_id(exchange)
    if record is not None and last is not None and _is_stream(exchange):
        return _resume(run_id, last, exchange)
    approval = _approval(exchange, record or {})
    pending = approval is not None and approval["status"] == "pending"
    if key and (pending or run_id in exchange.snapshot.in_flight):
        return problem("idempotency-in-flight", f"a run with the key {key!r} is in flight")
    start = _request_approval if assigned.require_approval else _run_now
    return start(exchange, assigned, run_id, [Hold(run_id)] if key else [])


def _run_now(
    exchange: Exchange, assigned: Assignment, run_id: str, holds: Sequence[Effect]
) -> Plan | Problem:
    slug, arguments = assigned.tool.slug, exchange.body["arguments"]
    key = exchange.body.get("idempotency_key") or ""
    tool_run = run_agent_tool(exchange, assigned.agent_id, slug, arguments, key)
    if isinstance(tool_run, Problem):
        return tool_run
    parts = _start(exchange, assigned), *end_events(tool_run)
    events = number_events(exchange, call_id_of(exchange), parts)
    effects = [*tool_run.effects, *holds]
    if _is_stream(exchange):
        effects += _remember(exchange, run_id, {"events": events})
    return respond_events(exchange, events, effects, run=tool_run, delay_ms=tool_run.delay_ms)


def _request_approval(
    exchange: Exchange, assigned: Assignment, run_id: str, holds: Sequence[Effect]
) -> Plan | Problem:
    """Open an approval; the response waits for it, or ends with the request for it."""
    slug, arguments = assigned.tool.slug, exchange.body["arguments"]
    refusal = refuse_arguments(exchange, assigned.agent_id, slug, arguments)
    if refusal is not None:
        return refusal
    approval = open_approval(exchange, assigned, run_id, call_id_of(exchange))
    fields = ("id", "tool_name", "arguments", "conversation_id")
    required: RunEvent = ("approval_required", {field: approval[field] for field in fields})
    events = number_events(exchange, approval["call_id"], [_start(exchange, assigned), required])
    record = {"events": events, "approval": approval["id"]}
    effects = [Put("approvals", approval["id"], approval), *_remember(exchange, run_id, record)]
    if not approval["waits"]:
        return respond_events(exchange, events, effects)
    # Whoever holds the approval's id waits for it; it is let go when the client leaves.
    effects += [Hold(approval["id"]), *holds]
    rest = Continuation(partial(_go_on, approval, events), expiry(approval))
    return respond_events(exchange, events, effects, continuation=rest)


def _go_on(opened: Approval, before: Sequence[Json], exchange: Exchange) -> Plan:
    """Continue a run that waits: without events while it is pending, then with its end."""
    approval = approvals_of(exchange).get(opened["id"], {**opened, "status": "cancelled"})
    if approval["status"] == "pending":
        rest = Continuation(partial(_go_on, opened, before), expiry(approval))
        return respond_events(exchange, [], continuation=rest)
    ending, effects, delay_ms = conclude(exchange, approval)
    events = number_events(exchange, opened["call_id"], ending, len(before))
    record = {"events": [*before, *events], "approval": opened["id"]}
    sent = events if _is_stream(exchange) else record["events"]
    put = Put(COLLECTION, opened["run"], record)
    return respond_events(exchange, sent, [put, *effects], delay_ms=delay_ms)


def _resume(run_id: str, last: int, exchange: Exchange) -> Plan:
    """Send the events after one; wait for more while the original response waits."""
    record = exchange.snapshot.records(COLLECTION).get(run_id, {"events": []})
    events = [*record["events"], *_unapproved_ending(exchange, record)]
    approval, rest = _approval(exchange, record), None
    in_flight = approval is not None and approval["id"] in exchange.snapshot.in_flight
    if approval is not None and in_flight and not _is_over(events):
        seen = max(last, len(events) - 1)
        rest = Continuation(partial(_resume, run_id, seen), expiry(approval))
    later = [event for event in events if event["seq"] > last]
    return respond_events(exchange, later, continuation=rest)


def _unapproved_ending(exchange: Exchange, record: Mapping[str, Json]) -> list[Json]:
    """End a run whose approval expired, or whose client left while it waited."""
    approval = _approval(exchange, record)
    if approval is None or _is_over(record["events"]):
        return []
    if approval["status"] != "expired" and not has_left(exchange, approval):
        return []
    status = "expired" if approval["status"] == "expired" else "cancelled"
    ending = refusal_events({**approval, "status": status})
    return number_events(exchange, approval["call_id"], ending, len(record["events"]))


def _is_over(events: Sequence[Json]) -> bool:
    return bool(events) and events[-1]["type"] in ("end", "error")


def _is_stream(exchange: Exchange) -> bool:
    return exchange.body.get("stream") is True


def _start(exchange: Exchange, assigned: Assignment) -> RunEvent:
    tool = assigned.tool
    return start_event(tool.raw.get("name", tool.slug), exchange.body["arguments"])


def _approval(exchange: Exchange, record: Mapping[str, Json]) -> Approval | None:
    """The approval that a run waits for, or has waited for."""
    id_ = record.get("approval")
    return approvals_of(exchange).get(id_) if id_ else None


def _remember(exchange: Exchange, run_id: str, record: Mapping[str, Json]) -> list[Effect]:
    runs = exchange.snapshot.records(COLLECTION)
    full = len(runs) >= REMEMBERED and run_id not in runs
    oldest = [Remove(COLLECTION, next(iter(runs)))] if full else []
    return [Put(COLLECTION, run_id, record), *oldest]


def _run_id(exchange: Exchange, assigned: Assignment) -> str:
    """A run belongs to one caller and one agent's tool, under its key or else its message."""
    body = exchange.body
    key = body.get("idempotency_key")
    named = ("key", key) if key else (body["conversation_id"], body["message_id"])
    caller = exchange.principal.credential
    parts = "\0".join((caller, assigned.agent_id, assigned.tool.slug, *named))
    return hashlib.sha256(parts.encode(errors="replace")).hexdigest()[:24]
