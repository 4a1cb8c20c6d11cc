"""Who may do what: the token's audience and tenant, agents, users, assigned tools and gates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
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


def settings(exchange: Exchange) -> Mapping[str, Json]:
    """The state file's `settings`."""
    return exchange.snapshot.records("settings")


def user_of(exchange: Exchange) -> str:
    """The caller's id: the token's subject, or the header of machine-to-machine tokens."""
    claims = exchange.principal.claims or {}
    return str(claims.get("sub") or exchange.request.header("snc-userid") or DEFAULT_USER)


def tenant_of(exchange: Exchange) -> str:
    """The caller's tenant: the token's claim, or the header of machine-to-machine tokens."""
    claims = exchange.principal.claims or {}
    named = exchange.request.header("snc-tenant")
    return str(claims.get("tenant") or named or DEFAULT_TENANT)


def admitted(behaviour: Handler) -> Handler:
    """The behaviour for callers whose token is meant for this service and for their tenant."""

    def behave(exchange: Exchange) -> Plan | Problem | None:
        return _refusal(exchange) or behaviour(exchange)

    return behave


def _refusal(exchange: Exchange) -> Plan | Problem | None:
    """401 where the token is for somebody else, 403 where the header names another tenant."""
    claims = exchange.principal.claims or {}
    audience, expected = claims.get("aud"), settings(exchange).get("audience")
    if None not in (audience, expected):
        audiences = audience if isinstance(audience, list) else [audience]
        if expected not in audiences:
            return problem("credentials-invalid", f"the token's audience is not {expected!r}")
    if exchange.request.header("snc-tenant") not in (None, tenant_of(exchange)):
        return exchange.respond("403.tenant-mismatch")
    return None


def agent_for(exchange: Exchange) -> Mapping[str, Json] | Plan:
    """The agent of the path; an Plan says why the caller can't use it."""
    agent_id = exchange.path("agent_id")
    agents = exchange.snapshot.records("agents")
    agent = agents.get(agent_id) if agent_id != ANY_AGENT else None
    agent = agent or agents.get(ANY_AGENT)
    if (agent is None and agents) or agent_id in exchange.snapshot.records("deleted_agents"):
        return exchange.respond("404.agent-not-found")
    agent = {**(agent or {}), "id": agent_id}
    if agent.get("tenant", tenant_of(exchange)) != tenant_of(exchange):
        return exchange.respond("403.default")
    return agent


def assignments(exchange: Exchange, agent: Mapping[str, Json]) -> Iterator[Assignment]:
    """The agent's tools; an agent whose record names none has all of them, by their names."""
    for id_, record in own_tools(exchange, agent["id"]).items():
        yield _assigned(exchange, agent["id"], id_, tool_of(record), record)
    tools = exchange.fixtures.tools.by_slug if exchange.fixtures.tools else {}
    given = agent.get("tools", list(tools))
    named = given if isinstance(given, dict) else {name: name for name in given}
    taken = exchange.snapshot.records("unassigned")
    for id_, slug in named.items():
        if slug in tools and f"{agent['id']}/{slug}" not in taken:
            yield _assigned(exchange, agent["id"], id_, tools[slug], None)


def _assigned(
    exchange: Exchange, agent_id: str, id_: str, tool: Tool, record: Mapping[str, Json] | None
) -> Assignment:
    gate = exchange.snapshot.records("gates").get(f"{agent_id}/{tool.slug}", {})
    return Assignment(
        agent_id=agent_id,
        id=id_,
        tool=tool,
        require_approval=gate.get("enabled", tool.require_approval),
        timeout_s=gate.get("timeout_seconds", TIMEOUT_S),
        record=record,
    )


def assignment_for(exchange: Exchange) -> Assignment | Plan | Problem:
    """The tool of the path, by its stored id or name, as the agent of the path has it."""
    agent = agent_for(exchange)
    if isinstance(agent, Plan):
        return agent
    if user_of(exchange) not in agent.get("users", (user_of(exchange),)):
        return exchange.respond("403.permission-denied")
    wanted = exchange.path("tool_id")
    for each in assignments(exchange, agent):
        if wanted in (each.id, each.tool.slug):
            return each
    if exchange.fixtures.tools is not None and wanted in exchange.fixtures.tools.by_slug:
        return exchange.respond("404.tool-not-assigned")
    return problem("tool-not-found", f"Tool {wanted} not found")
