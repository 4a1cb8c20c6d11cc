"""Composio's operations that have semantics, by operationId."""

from collections.abc import Mapping

from emulator.mock.handlers import Behaviour
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

BEHAVIOURS: Mapping[str, Behaviour] = {
    **execution.BEHAVIOURS,
    **tools.BEHAVIOURS,
    **toolkits.BEHAVIOURS,
    **connected_accounts.BEHAVIOURS,
    **links.BEHAVIOURS,
    **auth_configs.BEHAVIOURS,
    **sessions.BEHAVIOURS,
    **session_tools.BEHAVIOURS,
    **triggers.BEHAVIOURS,
    **files.BEHAVIOURS,
    **scopes.BEHAVIOURS,
    **proxy.BEHAVIOURS,
    **mounts.BEHAVIOURS,
    **mcp.BEHAVIOURS,
    **logs.BEHAVIOURS,
    **projects.BEHAVIOURS,
    **webhooks.BEHAVIOURS,
}
