"""Who may do what: the token's audience and tenant, agents, users, assigned tools and gates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.services.agentflow.own_tools import own_tools, tool_of

#: Who asks with a token that names nobody, and the record of agents that have none of their own.
DEFAULT_USER, DEFAULT_TENANT, ANY_AGENT = "auth0|user_123", "tenant_dev", "*"

#: How long an approval waits, where nobody said anything else.
TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class Assignment:
    """A tool as one agent has it: under its stored id, perhaps behind an approval gate.

    `record` is what was said when it was created; tools that come with the emulator have none.
    """

    agent_id: str
    id: str
    tool: Tool
    require_approval: bool
    timeout_s: int
    record: Mapping[str, Json] | None = None


def settings(call: Call) -> Mapping[str, Json]:
    """The state file's `settings`."""
    return call.snapshot.records("settings")


def user_of(call: Call) -> str:
    """The caller's id: the token's subject, or the header of machine-to-machine tokens."""
    claims = call.request.principal.claims or {}
    return str(claims.get("sub") or call.request.request.header("snc-userid") or DEFAULT_USER)


def tenant_of(call: Call) -> str:
    """The caller's tenant: the token's claim, or the header of machine-to-machine tokens."""
    claims = call.request.principal.claims or {}
    named = call.request.request.header("snc-tenant")
    return str(claims.get("tenant") or named or DEFAULT_TENANT)


def admitted(behaviour: Behaviour) -> Behaviour:
    """The behaviour for callers whose token is meant for this service and for their tenant."""

    def behave(call: Call) -> Answer | Problem | None:
        return _refusal(call) or behaviour(call)

    return behave


def _refusal(call: Call) -> Answer | Problem | None:
    """401 where the token is for somebody else, 403 where the header names another tenant."""
    claims = call.request.principal.claims or {}
    audience, expected = claims.get("aud"), settings(call).get("audience")
    if None not in (audience, expected):
        audiences = audience if isinstance(audience, list) else [audience]
        if expected not in audiences:
            return problem("credentials-invalid", f"the token's audience is not {expected!r}")
    if call.request.request.header("snc-tenant") not in (None, tenant_of(call)):
        return Answer("403.tenant-mismatch")
    return None


def agent_for(call: Call) -> Mapping[str, Json] | Answer:
    """The agent of the path; an Answer says why the caller can't use it."""
    agent_id = call.path("agent_id")
    agents = call.snapshot.records("agents")
    agent = agents.get(agent_id) if agent_id != ANY_AGENT else None
    agent = agent or agents.get(ANY_AGENT)
    if (agent is None and agents) or agent_id in call.snapshot.records("deleted_agents"):
        return Answer("404.agent-not-found")
    agent = {**(agent or {}), "id": agent_id}
    if agent.get("tenant", tenant_of(call)) != tenant_of(call):
        return Answer("403.default")
    return agent


def assignments(call: Call, agent: Mapping[str, Json]) -> Iterator[Assignment]:
    """The agent's tools; an agent whose record names none has all of them, by their names."""
    for id_, record in own_tools(call, agent["id"]).items():
        yield _assigned(call, agent["id"], id_, tool_of(record), record)
    tools = call.fixtures.tools.by_slug if call.fixtures.tools else {}
    given = agent.get("tools", list(tools))
    named = given if isinstance(given, dict) else {name: name for name in given}
    taken = call.snapshot.records("unassigned")
    for id_, slug in named.items():
        if slug in tools and f"{agent['id']}/{slug}" not in taken:
            yield _assigned(call, agent["id"], id_, tools[slug], None)


def _assigned(
    call: Call, agent_id: str, id_: str, tool: Tool, record: Mapping[str, Json] | None
) -> Assignment:
    gate = call.snapshot.records("gates").get(f"{agent_id}/{tool.slug}", {})
    return Assignment(
        agent_id=agent_id,
        id=id_,
        tool=tool,
        require_approval=gate.get("enabled", tool.require_approval),
        timeout_s=gate.get("timeout_seconds", TIMEOUT_S),
        record=record,
    )


def assignment_for(call: Call) -> Assignment | Answer | Problem:
    """The tool of the path, by its stored id or name, as the agent of the path has it."""
    agent = agent_for(call)
    if isinstance(agent, Answer):
        return agent
    if user_of(call) not in agent.get("users", (user_of(call),)):
        return Answer("403.permission-denied")
    wanted = call.path("tool_id")
    for each in assignments(call, agent):
        if wanted in (each.id, each.tool.slug):
            return each
    if call.fixtures.tools is not None and wanted in call.fixtures.tools.by_slug:
        return Answer("404.tool-not-assigned")
    return problem("tool-not-found", f"Tool {wanted} not found")
