"""AgentFlow: runs told as events, approval gates, agents and their tools."""

from collections.abc import Mapping

from emulator.mock.exchange import Handler
from emulator.services.agentflow import agents, chats, reviews, runs, tools
from emulator.services.agentflow.access import admitted

HANDLERS: Mapping[str, Handler] = {
    name: admitted(behaviour)
    for name, behaviour in (
        ("runTool", runs.run),
        *agents.HANDLERS.items(),
        *tools.HANDLERS.items(),
        *chats.HANDLERS.items(),
        *reviews.HANDLERS.items(),
    )
}
