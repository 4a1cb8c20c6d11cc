"""Direct runs: idempotency, approval gates, events, and streams taken up where they broke off."""

import hashlib
from collections.abc import Mapping
from typing import Any

from emulator.apis.agentflow.access import Assignment, assignment_for
from emulator.apis.agentflow.approvals import approvals_of, expiry_events, is_waiting, open_approval
from emulator.apis.agentflow.events import ended, number, started, timestamp, told
from emulator.apis.behaviour import Answer, Call
from emulator.apis.tools import run_tool
from emulator.messages import Json
from emulator.problems import Problem, problem
from emulator.state.store import Effect, Hold, Put, Remove

#: Runs a scope remembers so that their streams can be taken up again; the oldest go first.
REMEMBERED = 100


def run(call: Call) -> Answer | Problem:
    """Run the agent's tool, unless its key is in flight or somebody must approve it first."""
    found = assignment_for(call)
    if not isinstance(found, Assignment):
        return found
    run_id = _run_id(call, found)
    record = call.snapshot.records("runs").get(run_id)
    if record is not None and (resumed := _resumed(call, record)) is not None:
        return resumed
    hold = Hold(run_id) if call.request.body.get("idempotency_key") else None
    if hold is not None and (hold.key in call.snapshot.in_flight or _waits(call, record)):
        key = call.request.body["idempotency_key"]
        return problem("idempotency-in-flight", f"a run with the key {key!r} is in flight")
    if found.require_approval:
        return _ask(call, found, run_id)
    return _run_now(call, found, run_id, hold)


def _run_now(call: Call, found: Assignment, run_id: str, hold: Hold | None) -> Answer | Problem:
    body = call.request.body
    done = run_tool(call, found.tool.slug, body["arguments"], body.get("idempotency_key") or "")
    if isinstance(done, Problem):
        return done
    name = found.tool.raw.get("name", found.tool.slug)
    happenings = [started(name, body["arguments"]), *ended(done)]
    events = number(_call_id(call), happenings, timestamp(call))
    effects: list[Effect] = [*done.effects]
    if body.get("stream") is True:
        effects += _remember(call, run_id, {"events": events})
    if hold is not None:
        effects.append(hold)
    return _answer(call, events, done.fixture, dict(done.variables), effects, done.delay_ms)


def _ask(call: Call, found: Assignment, run_id: str) -> Answer | Problem:
    """The run waits: it tells so far, and an approval is pending that names it."""
    arguments = call.request.body["arguments"]
    toolbox = call.catalogue.toolbox
    violations = toolbox.violations(found.tool, arguments) if toolbox else ()
    if violations:
        detail = "; ".join(violation.message for violation in violations)
        return problem("arguments-invalid", detail, violations)
    approval = open_approval(call, found, run_id, _call_id(call))
    name = found.tool.raw.get("name", found.tool.slug)
    fields = ("id", "tool_name", "arguments", "conversation_id")
    wanted = {field: approval[field] for field in fields}
    happenings = [started(name, arguments), ("approval_required", wanted)]
    events = number(_call_id(call), happenings, timestamp(call))
    record = {"events": events, "approval": approval["id"]}
    effects = [Put("approvals", approval["id"], approval), *_remember(call, run_id, record)]
    return _answer(call, events, None, {}, effects, 0)


def _answer(
    call: Call,
    events: list[Json],
    fixture: str | None,
    variables: dict[str, Any],
    effects: list[Effect],
    delay_ms: int,
) -> Answer:
    streamed = call.request.body.get("stream") is True
    return Answer(
        fixture or ("200.stream" if streamed else "200.default"),
        {**variables, **told(events)},
        effects=tuple(effects),
        media_type="text/event-stream" if streamed else "application/json",
        delay_ms=delay_ms,
    )


def _resumed(call: Call, record: Mapping[str, Json]) -> Answer | None:
    """What came after `Last-Event-ID`; None where the request takes up nothing."""
    last = call.request.request.header("last-event-id") or ""
    if call.request.body.get("stream") is not True or not (last.isascii() and last.isdigit()):
        return None
    events = [*record["events"], *expiry_events(call, record)]
    rest = [event for event in events if event["seq"] > int(last[:9])]
    return Answer("200.stream", told(rest), media_type="text/event-stream")


def _waits(call: Call, record: Mapping[str, Json] | None) -> bool:
    if record is None or "approval" not in record:
        return False
    approval = approvals_of(call).get(record["approval"])
    return approval is not None and is_waiting(call, approval)


def _remember(call: Call, run_id: str, record: Mapping[str, Json]) -> list[Effect]:
    runs = call.snapshot.records("runs")
    effects: list[Effect] = [Put("runs", run_id, record)]
    if len(runs) >= REMEMBERED and run_id not in runs:
        effects.append(Remove("runs", next(iter(runs))))
    return effects


def _run_id(call: Call, found: Assignment) -> str:
    """A run is one caller's, of one agent's tool, under its key or else its message."""
    body = call.request.body
    key = body.get("idempotency_key")
    named = ("key", key) if key else (body["conversation_id"], body["message_id"])
    caller = call.request.principal.credential
    parts = "\0".join((caller, found.agent_id, found.tool.slug, *named))
    return hashlib.sha256(parts.encode(errors="replace")).hexdigest()[:24]


def _call_id(call: Call) -> str:
    return f"call_{call.values.chance.uuid()[:8]}"
