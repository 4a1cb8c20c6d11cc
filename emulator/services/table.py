"""Which API has semantics of its own, by the API's name and operationId; which has events."""

from collections.abc import Mapping

from emulator.mock.handlers import Behaviour, Events
from emulator.services import agentflow, paragon
from emulator.services.composio import events as composio_events
from emulator.services.composio import handlers as composio

BEHAVIOURS: Mapping[str, Mapping[str, Behaviour]] = {
    "agentflow": agentflow.BEHAVIOURS,
    "composio": composio.BEHAVIOURS,
    "paragon": paragon.BEHAVIOURS,
}

EVENTS: Mapping[str, Events] = {"composio": composio_events.EVENTS}
