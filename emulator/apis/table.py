"""Which API has semantics of its own, by the API's name and operationId; which has events."""

from collections.abc import Mapping

from emulator.apis import agentflow, paragon
from emulator.apis.behaviour import Behaviour, Events
from emulator.apis.composio import behaviours as composio
from emulator.apis.composio import events as composio_events

BEHAVIOURS: Mapping[str, Mapping[str, Behaviour]] = {
    "agentflow": agentflow.BEHAVIOURS,
    "composio": composio.BEHAVIOURS,
    "paragon": paragon.BEHAVIOURS,
}

EVENTS: Mapping[str, Events] = {"composio": composio_events.EVENTS}
