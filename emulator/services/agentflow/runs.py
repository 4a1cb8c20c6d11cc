"""Direct runs: idempotency, approval gates, events, and streams taken up where they broke off."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Call, Rest
from emulator.mock.state.store import Effect, Hold, Put, Remove
from emulator.services.agentflow.access import Assignment, assignment_for
from emulator.services.agentflow.approvals import (
    Approval,
    approvals_of,
    conclude,
    expiry,
    open_approval,
    refusal,
)
from emulator.services.agentflow.events import Happening, ended, number, started, timestamp, told
from emulator.services.agentflow.own_tools import with_tool
from emulator.services.tools import ToolRun, run_tool

#: Runs a scope remembers so that their streams can be taken up again; the oldest go first.
REMEMBERED = 100


def run(call: Call) -> Answer | Problem:
    """Run the agent's tool, unless its key is in flight or somebody must approve it first."""
    found = assignment_for(call)
    if not isinstance(found, Assignment):
        return found
    run_id = _run_id(call, found)
    record = call.snapshot.records("runs").get(run_id)
    if record is not None and (last := _last_event(call)) is not None:
        return _tell_since(run_id, last, call)
    hold = Hold(run_id) if call.request.body.get("idempotency_key") else None
    if hold is not None and (hold.key in call.snapshot.in_flight or _waits(call, record)):
        key = call.request.body["idempotency_key"]
        return problem("idempotency-in-flight", f"a run with the key {key!r} is in flight")
    holds = [] if hold is None else [hold]
    if found.require_approval:
        return _ask(call, found, run_id, holds)
    return _run_now(call, found, run_id, holds)


def _run_now(
    call: Call, found: Assignment, run_id: str, holds: Sequence[Effect]
) -> Answer | Problem:
    body, slug = call.request.body, found.tool.slug
    key = body.get("idempotency_key") or ""
    done = run_tool(with_tool(call, found.agent_id, slug), slug, body["arguments"], key)
    if isinstance(done, Problem):
        return done
    events = number(_call_id(call), [_start(call, found), *ended(done)], timestamp(call))
    effects = [*done.effects, *holds]
    if body.get("stream") is True:
        effects += _remember(call, run_id, {"events": events})
    return _answer(call, events, effects, done.delay_ms, done)


def _ask(call: Call, found: Assignment, run_id: str, holds: Sequence[Effect]) -> Answer | Problem:
    """An approval is pending from now on. The answer waits for it, or ends with the question."""
    arguments, slug = call.request.body["arguments"], found.tool.slug
    registry = with_tool(call, found.agent_id, slug).fixtures.tools
    violations = registry.input_violations(found.tool, arguments) if registry else ()
    if violations:
        detail = "; ".join(violation.message for violation in violations)
        return problem("arguments-invalid", detail, violations)
    approval = open_approval(call, found, run_id, _call_id(call))
    fields = ("id", "tool_name", "arguments", "conversation_id")
    wanted = {field: approval[field] for field in fields}
    happenings: list[Happening] = [_start(call, found), ("approval_required", wanted)]
    events = number(approval["call_id"], happenings, timestamp(call))
    record = {"events": events, "approval": approval["id"]}
    effects = [Put("approvals", approval["id"], approval), *_remember(call, run_id, record)]
    if not approval["waits"]:
        return _answer(call, events, effects)
    # Whoever holds the approval's id waits for it; it is let go when the client leaves.
    answer = _answer(call, events, [*effects, Hold(approval["id"]), *holds])
    return replace(answer, rest=Rest(partial(_go_on, approval, events), expiry(approval)))


def _go_on(asked: Approval, before: Sequence[Json], call: Call) -> Answer:
    """The rest of a run that waits: nothing for as long as it must, then its end."""
    approval = approvals_of(call).get(asked["id"], {**asked, "status": "cancelled"})
    if approval["status"] == "pending":
        rest = Rest(partial(_go_on, asked, before), expiry(approval))
        return replace(_answer(call, []), rest=rest)
    happenings, effects, delay_ms = conclude(call, approval)
    events = number(asked["call_id"], happenings, timestamp(call), len(before))
    record = {"events": [*before, *events], "approval": asked["id"]}
    told_now = events if _streamed(call) else record["events"]
    put = Put("runs", asked["run"], record)
    return _answer(call, told_now, [put, *effects], delay_ms)


def _tell_since(run_id: str, last: int, call: Call) -> Answer:
    """What came after an event, and what is still to come while somebody else's answer waits."""
    record = call.snapshot.records("runs").get(run_id, {"events": []})
    events = [*record["events"], *_void_ending(call, record)]
    rest = [event for event in events if event["seq"] > last]
    answer = _answer(call, rest)
    approval = approvals_of(call).get(record.get("approval", ""))
    if approval is None or _is_over(events) or approval["id"] not in call.snapshot.in_flight:
        return answer
    seen = max(last, len(events) - 1)
    return replace(answer, rest=Rest(partial(_tell_since, run_id, seen), expiry(approval)))


def _void_ending(call: Call, record: Mapping[str, Json]) -> list[Json]:
    """How a run ends that nobody approved in time, or whose client left while it waited."""
    approval = approvals_of(call).get(record.get("approval", ""))
    if approval is None or _is_over(record["events"]):
        return []
    left = approval.get("waits") is True and approval["id"] not in call.snapshot.in_flight
    if approval["status"] != "expired" and not left:
        return []
    status = "expired" if approval["status"] == "expired" else "cancelled"
    happenings = refusal({**approval, "status": status})
    return number(approval["call_id"], happenings, timestamp(call), len(record["events"]))


def _is_over(events: Sequence[Json]) -> bool:
    return bool(events) and events[-1]["type"] in ("end", "error")


def _answer(
    call: Call,
    events: Sequence[Json],
    effects: Sequence[Effect] = (),
    delay_ms: int = 0,
    done: ToolRun | None = None,
) -> Answer:
    streamed = _streamed(call)
    fixture = done.fixture if done else None
    return Answer(
        fixture or ("200.stream" if streamed else "200.default"),
        {**(done.variables if done else {}), **told(events)},
        effects=tuple(effects),
        media_type="text/event-stream" if streamed else "application/json",
        delay_ms=delay_ms,
    )


def _streamed(call: Call) -> bool:
    return call.request.body.get("stream") is True


def _start(call: Call, found: Assignment) -> Happening:
    return started(found.tool.raw.get("name", found.tool.slug), call.request.body["arguments"])


def _last_event(call: Call) -> int | None:
    """The event after which a stream is taken up again; None where the request takes up nothing."""
    last = call.request.request.header("last-event-id") or ""
    return int(last[:9]) if _streamed(call) and last.isascii() and last.isdigit() else None


def _waits(call: Call, record: Mapping[str, Json] | None) -> bool:
    """Whether a run whose answer has ended still waits for an approval."""
    approval = approvals_of(call).get(record.get("approval", "")) if record else None
    return approval is not None and approval["status"] == "pending"


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
