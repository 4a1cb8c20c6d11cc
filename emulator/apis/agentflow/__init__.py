"""AgentFlow: runs told as events, approval gates, agents and their tools."""

from collections.abc import Mapping

from emulator.apis.agentflow import agents, chats, reviews, runs, tools
from emulator.apis.agentflow.access import admitted
from emulator.apis.behaviour import Behaviour

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
