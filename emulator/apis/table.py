"""Which API has semantics of its own, by the API's name and operationId."""

from collections.abc import Mapping

from emulator.apis import agentflow, paragon
from emulator.apis.behaviour import Behaviour
from emulator.apis.composio import behaviours as composio

BEHAVIOURS: Mapping[str, Mapping[str, Behaviour]] = {
    "agentflow": agentflow.BEHAVIOURS,
    "composio": composio.BEHAVIOURS,
    "paragon": paragon.BEHAVIOURS,
}
