"""Executing tools, and logging what was executed."""

from emulator.fixtures.tools.tool import Tool
from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put, Remove
from emulator.services.composio.accounts import choose_account
from emulator.services.composio.catalogue import (
    BASE,
    LATEST,
    find_tool,
    version_of,
    with_deprecations,
)
from emulator.services.composio.natural_language import read_arguments
from emulator.services.composio.records import TOOL_LOGS, Record
from emulator.services.tools import ToolRun, run_tool

#: Executions kept in a scope; the oldest go first.
LIMIT = 1000


def execute(exchange: Exchange) -> Plan | Problem:
    """Execute a tool with `arguments`, or with what `text` says; none given means none.

    A tool that fails is still HTTP 200, with `successful: false`.
    """
    body = exchange.body or {}
    slug, version = exchange.path("tool_slug"), body.get("version") or BASE
    tool = find_tool(exchange, slug, version)
    if tool is None:
        return problem("tool-not-found", f"Tool {slug} not found")
    return with_deprecations(exchange, _execute(exchange, tool, body), ((tool, version),))


def _execute(exchange: Exchange, tool: Tool, body: Record) -> Plan:
    if tool.raw.get("deprecated"):
        return exchange.respond("410.default", {"tool": tool.raw})
    account = choose_account(exchange, tool, body)
    if isinstance(account, Plan):
        return account
    arguments = body.get("arguments", {})
    if "text" in body and "arguments" not in body:
        arguments = read_arguments(tool.input, body["text"])
    run = run_valid(exchange, tool, arguments)
    logged = with_log(exchange, tool, run, account)
    return exchange.respond(run.fixture or "200.default", *logged, delay_ms=run.delay_ms)


def run_valid(exchange: Exchange, tool: Tool, arguments: Json) -> ToolRun:
    """Run a tool; arguments that break its schema are a failure of the tool."""
    run = run_tool(exchange, tool.slug, arguments)
    if isinstance(run, ToolRun):
        return run
    violations = [violation.as_json() for violation in run.violations]
    variables = {"tool": tool.raw, "arguments": arguments, "violations": violations}
    error = exchange.shaped("invalid_arguments", **variables)
    return ToolRun({**variables, "error": error}, failed=True)


def with_log(
    exchange: Exchange,
    tool: Tool,
    run: ToolRun,
    account: Record | None,
    session: Record | None = None,
    index: int = 0,
) -> tuple[dict[str, Json], tuple[Effect, ...]]:
    """Log a run: its variables with `log_id`, and its effects with those of the log.

    The first of equal requests has the log id that it has in any scope; `index` tells executions
    of one call apart.
    """
    logs, variables = TOOL_LOGS.name, run.variables
    kept = exchange.snapshot.collections.get(logs, {})
    id_ = exchange.chance.new_id("log_")
    if id_ in kept:
        id_ = exchange.fresh_id(f"log_{index or ''}", 16)
    log = Put(logs, id_, _log(exchange, tool, variables, account or {}, session))
    variables["log_id"] = id_
    if len(kept) < LIMIT:
        return variables, (*run.effects, log)
    return variables, (*run.effects, Remove(logs, next(iter(kept))), log)


def _log(
    exchange: Exchange, tool: Tool, variables: Record, account: Record, session: Record | None
) -> Record:
    error = variables.get("error")
    if session is None:
        caller = exchange.body or {}
        version, own_credentials = caller.get("version"), caller.get("custom_connection_data")
    else:
        caller, version, own_credentials = session, LATEST, None
    connected = "connected_account" if account else "no_auth"
    return {
        "tool": tool.slug,
        "toolkit": tool.raw.get("toolkit"),
        "version": version_of(tool, version or BASE),
        "user_id": caller.get("user_id") or caller.get("entity_id") or account.get("user_id"),
        "account": account.get("id"),
        "auth_config": account.get("auth_config"),
        "session": session["id"] if session else None,
        "request_id": exchange.request.fields.get("x-request-id"),
        "credentials": "custom_auth" if own_credentials else connected,
        "status": "failed" if error else "success",
        "error": error,
        "arguments": variables["arguments"],
        "response": variables.get("result"),
        "at": to_the_second(exchange.now),
        "duration_ms": tool.latency_ms,
    }
