"""Which API has semantics of its own, by the API's name and operationId."""

from collections.abc import Mapping

from emulator.apis import agentflow, composio, paragon
from emulator.apis.behaviour import Behaviour

BEHAVIOURS: Mapping[str, Mapping[str, Behaviour]] = {
    "agentflow": agentflow.BEHAVIOURS,
    "composio": composio.BEHAVIOURS,
    "paragon": paragon.BEHAVIOURS,
}
