"""Paragon as a plugin: the handler of each operation, by operationId."""

from collections.abc import Mapping

from emulator.mock.exchange import Handler
from emulator.openapi.security.credentials import token_for
from emulator.services.builtin import built_in
from emulator.services.paragon import other_hosts, tools

HANDLERS: Mapping[str, Handler] = {
    "runTool": tools.run,
    "listTools": tools.list_tools,
    "listActions": tools.list_tools,
    "getUser": other_hosts.get_user,
    "listIntegrations": other_hosts.list_integrations,
    "subscribeToTrigger": other_hosts.subscribe,
}

PLUGIN = built_in(
    "paragon",
    "Paragon ActionKit: tools of SaaS integrations, listed and run for a user.",
    HANDLERS,
    login=lambda now: {"Authorization": f"Bearer {token_for({'sub': 'user_1'}, now)}"},
    priority=3,
)
