"""Writing down what was executed, so that logs can tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.composio.records import Record, now

COLLECTION = "tool_logs"

#: Executions kept in a scope; the oldest go first.
LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Execution:
    """A tool's run: by whom, with what, and what it said to its templates."""

    tool: Tool
    arguments: Json
    said: Mapping[str, Json]
    user: Json = None
    account: Record | None = None
    session: str | None = None
    version: str | None = None
    own_credentials: bool = False


def log(exchange: Exchange, execution: Execution, index: int = 0) -> tuple[str, tuple[Effect, ...]]:
    """The id of the execution's log, and the effects that keep it.

    The first of equal requests has the id that it has in any scope; `index` tells executions of
    one call apart.
    """
    kept = exchange.snapshot.records(COLLECTION)
    id_ = exchange.chance.new_id("log_")
    if id_ in kept:
        id_ = exchange.fresh_id(f"log_{index or ''}", 16)
    tool, account = execution.tool, execution.account or {}
    error = execution.said.get("error")
    record: Record = {
        "tool": tool.slug,
        "toolkit": tool.raw.get("toolkit"),
        "version": execution.version,
        "user_id": execution.user or account.get("user_id"),
        "account": account.get("id"),
        "auth_config": account.get("auth_config"),
        "session": execution.session,
        "request_id": exchange.request.header("x-request-id"),
        "credentials": _source(execution),
        "status": "failed" if error else "success",
        "error": error,
        "arguments": execution.arguments,
        "response": execution.said.get("result"),
        "at": now(exchange),
        "duration_ms": tool.latency_ms,
    }
    oldest = (Remove(COLLECTION, next(iter(kept))),) if len(kept) >= LIMIT else ()
    return id_, (*oldest, Put(COLLECTION, id_, record))


def _source(execution: Execution) -> str:
    if execution.own_credentials:
        return "custom_auth"
    return "connected_account" if execution.account else "no_auth"
