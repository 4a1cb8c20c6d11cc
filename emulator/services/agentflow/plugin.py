"""AgentFlow as a plugin: the handler of each operation, by operationId."""

from collections.abc import Mapping

from emulator.mock.exchange import Handler
from emulator.services.agentflow import agents, reviews, runs, tools
from emulator.services.agentflow.access import admitted
from emulator.services.builtin import built_in

HANDLERS: Mapping[str, Handler] = {
    "runTool": runs.run,
    "listAgents": agents.list_agents,
    "getAgent": agents.get_agent,
    "deleteAgent": agents.delete_agent,
    "getAgentStats": agents.get_stats,
    "listModels": agents.list_models,
    "getAgentConfig": agents.get_config,
    "updateAgentConfig": agents.update_config,
    "listAgentTools": tools.list_tools,
    "getAgentTool": tools.get,
    "createAgentTool": tools.create,
    "registerAgentTool": tools.register,
    "deleteAgentTool": tools.delete,
    "setToolApproval": tools.set_approval,
    "dryRunTool": tools.dry_run,
    "getCachedResult": tools.get_cached_result,
    "chatWithAgent": agents.chat,
    "listPendingApprovals": reviews.list_pending,
    "getApproval": reviews.get,
    "getApprovalStats": reviews.get_stats,
    "respondToApproval": reviews.respond,
    "respondToApprovals": reviews.respond_to_many,
    "cancelApproval": reviews.cancel,
    "cleanUpApprovals": reviews.clean_up,
}

PLUGIN = built_in(
    "agentflow",
    "AgentFlow: agents whose tool runs are streams of events, with approvals.",
    {name: admitted(handler) for name, handler in HANDLERS.items()},
    login=lambda _: {"Authorization": "Bearer agentflow_dev_token"},
    priority=1,
    makes_tools=True,
)
