"""AgentFlow: one run, told as collected JSON events or as a stream; keys guard runs in flight."""

from collections.abc import Mapping

from emulator.apis.behaviour import Answer, Behaviour, Call
from emulator.apis.tools import run_tool
from emulator.problems import Problem, problem
from emulator.state.store import Hold


def run(call: Call) -> Answer | Problem:
    """Run the agent's tool by id or name, unless its idempotency key is in flight."""
    body = call.request.body
    hold = _hold(call)
    if hold is not None and hold.key in call.snapshot.in_flight:
        detail = f"a run with the idempotency key {body['idempotency_key']!r} is in flight"
        return problem("idempotency-in-flight", detail)
    key = body.get("idempotency_key") or ""
    done = run_tool(call, call.path("tool_id"), body["arguments"], key)
    if isinstance(done, Problem):
        return done
    streamed = body.get("stream") is True
    return Answer(
        done.fixture or ("200.stream" if streamed else "200.default"),
        done.variables,
        effects=(*done.effects, *((hold,) if hold is not None else ())),
        delay_ms=done.delay_ms,
        media_type="text/event-stream" if streamed else "application/json",
    )


def _hold(call: Call) -> Hold | None:
    """The key in flight is one caller's, for one agent and tool (see docs: a guess)."""
    key = call.request.body.get("idempotency_key")
    if not key:
        return None
    caller = call.request.principal.credential
    return Hold("\0".join((caller, call.path("agent_id"), call.path("tool_id"), key)))


BEHAVIOURS: Mapping[str, Behaviour] = {"runTool": run}
