"""Which agents a caller may use and which tools these have: tenant, users, assignment, gates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.apis.behaviour import Answer, Call
from emulator.catalogue.tools import Tool
from emulator.messages import Json
from emulator.problems import Problem, problem

#: Who asks with a token that names nobody, and the record of agents that have none of their own.
DEFAULT_USER, DEFAULT_TENANT, ANY_AGENT = "auth0|user_123", "tenant_dev", "*"

#: How long an approval waits, where nobody said anything else.
TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class Assignment:
    """A tool as one agent has it: under its stored id, perhaps behind an approval gate."""

    agent_id: str
    id: str
    tool: Tool
    require_approval: bool
    timeout_s: int


def user_of(call: Call) -> str:
    """The caller's id: the token's subject, or the header of machine-to-machine tokens."""
    claims = call.request.principal.claims or {}
    return str(claims.get("sub") or call.request.request.header("snc-userid") or DEFAULT_USER)


def tenant_of(call: Call) -> str:
    """The caller's tenant: the token's claim, or the header of machine-to-machine tokens."""
    claims = call.request.principal.claims or {}
    named = call.request.request.header("snc-tenant")
    return str(claims.get("tenant") or named or DEFAULT_TENANT)


def agent_for(call: Call) -> Mapping[str, Json] | Answer:
    """The agent of the path; an Answer says why the caller can't use it."""
    agent_id = call.path("agent_id")
    agents = call.snapshot.records("agents")
    agent = agents.get(agent_id) if agent_id != ANY_AGENT else None
    agent = agent or agents.get(ANY_AGENT)
    if agent is None and agents:
        return Answer("404.agent-not-found")
    agent = {"id": agent_id, **(agent or {})}
    named = call.request.request.header("snc-tenant")
    if agent.get("tenant", tenant_of(call)) != tenant_of(call) or named not in (
        None,
        tenant_of(call),
    ):
        return Answer("403.default")
    return agent


def assignments(call: Call, agent: Mapping[str, Json]) -> Iterator[Assignment]:
    """The agent's tools; an agent whose record names none has all of them, by their names."""
    tools = call.catalogue.toolbox.tools if call.catalogue.toolbox else {}
    for id_, slug in agent.get("tools", {name: name for name in tools}).items():
        if slug in tools:
            gate = call.snapshot.records("gates").get(f"{agent['id']}/{slug}", {})
            yield Assignment(
                agent_id=agent["id"],
                id=id_,
                tool=tools[slug],
                require_approval=gate.get("enabled", tools[slug].require_approval),
                timeout_s=gate.get("timeout_seconds", TIMEOUT_S),
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
    if call.catalogue.toolbox is not None and wanted in call.catalogue.toolbox.tools:
        return Answer("404.tool-not-assigned")
    return problem("tool-not-found", f"Tool {wanted} not found")
