"""AgentFlow: runs told as events, approval gates, agents and their tools."""

from collections.abc import Mapping

from emulator.apis.agentflow.agents import get_agent, list_agents, list_tools, set_approval
from emulator.apis.agentflow.approvals import list_pending, respond
from emulator.apis.agentflow.runs import run
from emulator.apis.behaviour import Behaviour

BEHAVIOURS: Mapping[str, Behaviour] = {
    "runTool": run,
    "listAgents": list_agents,
    "getAgent": get_agent,
    "listAgentTools": list_tools,
    "setToolApproval": set_approval,
    "listPendingApprovals": list_pending,
    "respondToApproval": respond,
}
