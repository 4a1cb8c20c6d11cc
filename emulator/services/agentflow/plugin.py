"""AgentFlow as a plugin."""

from collections.abc import Mapping

from emulator.mock.plugins import ServicePlugin
from emulator.services.agentflow import HANDLERS
from emulator.services.builtin import PROVIDERS, document, fixtures


def _login(_: float) -> Mapping[str, str]:
    return {"Authorization": "Bearer agentflow_dev_token"}


PLUGIN = ServicePlugin(
    name="agentflow",
    description="AgentFlow: agents whose tool runs are streams of events, with approvals.",
    document=document("agentflow"),
    fixtures=fixtures("agentflow"),
    providers=PROVIDERS,
    handlers=HANDLERS,
    login=_login,
    priority=1,
)
