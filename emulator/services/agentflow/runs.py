"""Direct runs: idempotency, approval gates, events, and streams taken up where they broke off."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Continuation, Plan
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
from emulator.services.agentflow.own_tools import registry_for
from emulator.services.tools import ToolRun, run_tool

#: Runs a scope remembers so that their streams can be taken up again; the oldest go first.
REMEMBERED = 100


def run(exchange: Exchange) -> Plan | Problem:
    """Run the agent's tool, unless its key is in flight or somebody must approve it first."""
    found = assignment_for(exchange)
    if not isinstance(found, Assignment):
        return found
    run_id = _run_id(exchange, found)
    record = exchange.snapshot.records("runs").get(run_id)
    if record is not None and (last := _last_event(exchange)) is not None:
        return _tell_since(run_id, last, exchange)
    hold = Hold(run_id) if exchange.body.get("idempotency_key") else None
    if hold is not None and (hold.key in exchange.snapshot.in_flight or _waits(exchange, record)):
        key = exchange.body["idempotency_key"]
        return problem("idempotency-in-flight", f"a run with the key {key!r} is in flight")
    holds = [] if hold is None else [hold]
    if found.require_approval:
        return _ask(exchange, found, run_id, holds)
    return _run_now(exchange, found, run_id, holds)


def _run_now(
    exchange: Exchange, found: Assignment, run_id: str, holds: Sequence[Effect]
) -> Plan | Problem:
    body, slug = exchange.body, found.tool.slug
    key = body.get("idempotency_key") or ""
    tools = registry_for(exchange, found.agent_id, slug)
    done = run_tool(exchange, slug, body["arguments"], key, tools)
    if isinstance(done, Problem):
        return done
    events = number(
        _call_id(exchange), [_start(exchange, found), *ended(done)], timestamp(exchange)
    )
    effects = [*done.effects, *holds]
    if body.get("stream") is True:
        effects += _remember(exchange, run_id, {"events": events})
    return _answer(exchange, events, effects, done.delay_ms, done)


def _ask(
    exchange: Exchange, found: Assignment, run_id: str, holds: Sequence[Effect]
) -> Plan | Problem:
    """An approval is pending from now on. The answer waits for it, or ends with the question."""
    arguments, slug = exchange.body["arguments"], found.tool.slug
    registry = registry_for(exchange, found.agent_id, slug)
    violations = registry.input_violations(found.tool, arguments) if registry else ()
    if violations:
        detail = "; ".join(violation.message for violation in violations)
        return problem("arguments-invalid", detail, violations)
    approval = open_approval(exchange, found, run_id, _call_id(exchange))
    fields = ("id", "tool_name", "arguments", "conversation_id")
    wanted = {field: approval[field] for field in fields}
    happenings: list[Happening] = [_start(exchange, found), ("approval_required", wanted)]
    events = number(approval["call_id"], happenings, timestamp(exchange))
    record = {"events": events, "approval": approval["id"]}
    effects = [Put("approvals", approval["id"], approval), *_remember(exchange, run_id, record)]
    if not approval["waits"]:
        return _answer(exchange, events, effects)
    # Whoever holds the approval's id waits for it; it is let go when the client leaves.
    answer = _answer(exchange, events, [*effects, Hold(approval["id"]), *holds])
    return replace(
        answer, continuation=Continuation(partial(_go_on, approval, events), expiry(approval))
    )


def _go_on(asked: Approval, before: Sequence[Json], exchange: Exchange) -> Plan:
    """The rest of a run that waits: nothing for as long as it must, then its end."""
    approval = approvals_of(exchange).get(asked["id"], {**asked, "status": "cancelled"})
    if approval["status"] == "pending":
        rest = Continuation(partial(_go_on, asked, before), expiry(approval))
        return replace(_answer(exchange, []), continuation=rest)
    happenings, effects, delay_ms = conclude(exchange, approval)
    events = number(asked["call_id"], happenings, timestamp(exchange), len(before))
    record = {"events": [*before, *events], "approval": asked["id"]}
    told_now = events if _streamed(exchange) else record["events"]
    put = Put("runs", asked["run"], record)
    return _answer(exchange, told_now, [put, *effects], delay_ms)


def _tell_since(run_id: str, last: int, exchange: Exchange) -> Plan:
    """What came after an event, and what is still to come while somebody else's answer waits."""
    record = exchange.snapshot.records("runs").get(run_id, {"events": []})
    events = [*record["events"], *_void_ending(exchange, record)]
    rest = [event for event in events if event["seq"] > last]
    answer = _answer(exchange, rest)
    approval = approvals_of(exchange).get(record.get("approval", ""))
    if approval is None or _is_over(events) or approval["id"] not in exchange.snapshot.in_flight:
        return answer
    seen = max(last, len(events) - 1)
    return replace(
        answer, continuation=Continuation(partial(_tell_since, run_id, seen), expiry(approval))
    )


def _void_ending(exchange: Exchange, record: Mapping[str, Json]) -> list[Json]:
    """How a run ends that nobody approved in time, or whose client left while it waited."""
    approval = approvals_of(exchange).get(record.get("approval", ""))
    if approval is None or _is_over(record["events"]):
        return []
    left = approval.get("waits") is True and approval["id"] not in exchange.snapshot.in_flight
    if approval["status"] != "expired" and not left:
        return []
    status = "expired" if approval["status"] == "expired" else "cancelled"
    happenings = refusal({**approval, "status": status})
    return number(approval["call_id"], happenings, timestamp(exchange), len(record["events"]))


def _is_over(events: Sequence[Json]) -> bool:
    return bool(events) and events[-1]["type"] in ("end", "error")


def _answer(
    exchange: Exchange,
    events: Sequence[Json],
    effects: Sequence[Effect] = (),
    delay_ms: int = 0,
    done: ToolRun | None = None,
) -> Plan:
    streamed = _streamed(exchange)
    fixture = done.fixture if done else None
    return exchange.respond(
        fixture or ("200.stream" if streamed else "200.default"),
        {**(done.variables if done else {}), **told(events)},
        effects=tuple(effects),
        delay_ms=delay_ms,
    )


def _streamed(exchange: Exchange) -> bool:
    return exchange.body.get("stream") is True


def _start(exchange: Exchange, found: Assignment) -> Happening:
    return started(found.tool.raw.get("name", found.tool.slug), exchange.body["arguments"])


def _last_event(exchange: Exchange) -> int | None:
    """The event after which a stream is taken up again; None where the request takes up nothing."""
    last = exchange.request.header("last-event-id") or ""
    return int(last[:9]) if _streamed(exchange) and last.isascii() and last.isdigit() else None


def _waits(exchange: Exchange, record: Mapping[str, Json] | None) -> bool:
    """Whether a run whose answer has ended still waits for an approval."""
    approval = approvals_of(exchange).get(record.get("approval", "")) if record else None
    return approval is not None and approval["status"] == "pending"


def _remember(exchange: Exchange, run_id: str, record: Mapping[str, Json]) -> list[Effect]:
    runs = exchange.snapshot.records("runs")
    effects: list[Effect] = [Put("runs", run_id, record)]
    if len(runs) >= REMEMBERED and run_id not in runs:
        effects.append(Remove("runs", next(iter(runs))))
    return effects


def _run_id(exchange: Exchange, found: Assignment) -> str:
    """A run is one caller's, of one agent's tool, under its key or else its message."""
    body = exchange.body
    key = body.get("idempotency_key")
    named = ("key", key) if key else (body["conversation_id"], body["message_id"])
    caller = exchange.principal.credential
    parts = "\0".join((caller, found.agent_id, found.tool.slug, *named))
    return hashlib.sha256(parts.encode(errors="replace")).hexdigest()[:24]


def _call_id(exchange: Exchange) -> str:
    return f"call_{exchange.chance.uuid()[:8]}"
