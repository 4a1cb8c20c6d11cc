"""Who may do what: the token's audience and tenant, agents and users, assigned tools and gates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import TypeAlias

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.services.agentflow.own_tools import own_tools
from emulator.services.builtin import claims_of, on, refuse_audience

#: The user and tenant of a token that names none, and the record of agents without one.
DEFAULT_USER, DEFAULT_TENANT, ANY_AGENT = "auth0|user_123", "tenant_dev", "*"

#: How long an approval waits by default.
TIMEOUT_S = 300

Agent: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A tool as one agent has it: under its stored id, perhaps behind an approval gate.

    `record` is the request that created it; tools that come with the emulator have none.
    """

    agent_id: str
    id: str
    tool: Tool
    require_approval: bool
    timeout_s: int
    record: Mapping[str, Json] | None = None

    @property
    def key(self) -> str:
        """The id of records about this tool of this agent."""
        return f"{self.agent_id}/{self.tool.slug}"


def settings(exchange: Exchange) -> Mapping[str, Json]:
    """The state file's `settings`."""
    return exchange.snapshot.records("settings")


def user_of(exchange: Exchange) -> str:
    """The caller's id: the token's subject, or the header of machine-to-machine tokens."""
    subject = claims_of(exchange).get("sub")
    return str(subject or exchange.request.header("snc-userid") or DEFAULT_USER)


def tenant_of(exchange: Exchange) -> str:
    """The caller's tenant: the token's claim, or the header of machine-to-machine tokens."""
    tenant = claims_of(exchange).get("tenant")
    return str(tenant or exchange.request.header("snc-tenant") or DEFAULT_TENANT)


def admitted(handler: Handler) -> Handler:
    """Admit only callers whose token is meant for this service and for their tenant."""

    @wraps(handler)
    def handle(exchange: Exchange) -> Plan | Problem | None:
        refusal = refuse_audience(exchange, settings(exchange).get("audience"))
        if refusal is not None:
            return refusal
        if exchange.request.header("snc-tenant") not in (None, tenant_of(exchange)):
            return exchange.respond("403.tenant-mismatch")
        return handler(exchange)

    return handle


def _agent(exchange: Exchange) -> Agent | Plan:
    """Find the agent of the path; a Plan says why the caller can't use it."""
    agent_id = exchange.path("agent_id")
    agents = exchange.snapshot.records("agents")
    agent = agents.get(agent_id) if agent_id != ANY_AGENT else None
    agent = agent or agents.get(ANY_AGENT)
    if (agent is None and agents) or agent_id in exchange.snapshot.records("deleted_agents"):
        return exchange.respond("404.agent-not-found")
    agent = {**(agent or {}), "id": agent_id}
    return agent if is_own(exchange, agent) else exchange.respond("403.default")


def _usable_agent(exchange: Exchange) -> Agent | Plan:
    """Find the agent of the path, for one of its users."""
    agent, user = _agent(exchange), user_of(exchange)
    if isinstance(agent, Plan) or user in agent.get("users", (user,)):
        return agent
    return exchange.respond("403.permission-denied")


def _assignment(exchange: Exchange) -> Assignment | Plan | Problem:
    """Find the tool of the path, by its stored id or name, as the agent of the path has it."""
    agent, requested = _usable_agent(exchange), exchange.path("tool_id")
    if isinstance(agent, Plan):
        return agent
    for each in assignments(exchange, agent):
        if requested in (each.id, each.tool.slug):
            return each
    if exchange.fixtures.tools is not None and requested in exchange.fixtures.tools.by_slug:
        return exchange.respond("404.tool-not-assigned")
    return problem("tool-not-found", f"Tool {requested} not found")


#: Decorate the handlers of the path's agent, of one whose user the caller is, and of its tool.
on_agent, on_usable_agent, on_tool = on(_agent), on(_usable_agent), on(_assignment)


def is_own(exchange: Exchange, record: Mapping[str, Json]) -> bool:
    """Whether a record belongs to the caller's tenant, or to none."""
    tenant = tenant_of(exchange)
    return bool(record.get("tenant", tenant) == tenant)


def assignments(exchange: Exchange, agent: Agent) -> Iterator[Assignment]:
    """List the agent's tools: those its record names, else all of them by their names."""
    tools = exchange.fixtures.tools.by_slug if exchange.fixtures.tools else {}
    given = agent.get("tools", list(tools))
    named = given if isinstance(given, dict) else {name: name for name in given}
    id_, records = agent["id"], exchange.snapshot.records
    gates, taken = records("gates"), records("unassigned")
    shared = (
        (tool_id, tools[slug], None)
        for tool_id, slug in named.items()
        if slug in tools and f"{id_}/{slug}" not in taken
    )
    for tool_id, tool, record in chain(own_tools(exchange, id_), shared):
        gate = gates.get(f"{id_}/{tool.slug}", {})
        require_approval = gate.get("enabled", tool.require_approval)
        timeout_s = gate.get("timeout_seconds", TIMEOUT_S)
        yield Assignment(id_, tool_id, tool, require_approval, timeout_s, record)
