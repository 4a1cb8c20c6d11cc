"""Composio's operations that have semantics, by operationId."""

from collections.abc import Mapping

from emulator.mock.exchange import Handler
from emulator.services.composio import (
    auth_configs,
    connected_accounts,
    execution,
    files,
    links,
    logs,
    mcp,
    mounts,
    projects,
    proxy,
    scopes,
    session_tools,
    sessions,
    toolkits,
    tools,
    triggers,
    webhooks,
)

HANDLERS: Mapping[str, Handler] = {
    **execution.HANDLERS,
    **tools.HANDLERS,
    **toolkits.HANDLERS,
    **connected_accounts.HANDLERS,
    **links.HANDLERS,
    **auth_configs.HANDLERS,
    **sessions.HANDLERS,
    **session_tools.HANDLERS,
    **triggers.HANDLERS,
    **files.HANDLERS,
    **scopes.HANDLERS,
    **proxy.HANDLERS,
    **mounts.HANDLERS,
    **mcp.HANDLERS,
    **logs.HANDLERS,
    **projects.HANDLERS,
    **webhooks.HANDLERS,
}
