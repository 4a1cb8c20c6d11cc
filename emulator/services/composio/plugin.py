"""Composio as a plugin."""

from collections.abc import Mapping

from emulator.mock.plugins import ServicePlugin
from emulator.services.builtin import PROVIDERS, document, fixtures
from emulator.services.composio.events import EVENTS
from emulator.services.composio.handlers import HANDLERS


def _login(_: float) -> Mapping[str, str]:
    return {"x-api-key": "ak_dev_4010000000000000"}


PLUGIN = ServicePlugin(
    name="composio",
    description="Composio: toolkits and tools, connected accounts, sessions, triggers, webhooks.",
    document=document("composio"),
    fixtures=fixtures("composio"),
    providers=PROVIDERS,
    handlers=HANDLERS,
    events=EVENTS,
    login=_login,
    priority=2,
)
