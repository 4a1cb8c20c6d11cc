"""AgentFlow: runs told as events, approval gates, agents and their tools."""

from collections.abc import Mapping

from emulator.mock.handlers import Behaviour
from emulator.services.agentflow import agents, chats, reviews, runs, tools
from emulator.services.agentflow.access import admitted

BEHAVIOURS: Mapping[str, Behaviour] = {
    name: admitted(behaviour)
    for name, behaviour in (
        ("runTool", runs.run),
        *agents.BEHAVIOURS.items(),
        *tools.BEHAVIOURS.items(),
        *chats.BEHAVIOURS.items(),
        *reviews.BEHAVIOURS.items(),
    )
}
