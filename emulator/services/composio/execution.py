"""Executing tools, and logging what was executed."""

from datetime import datetime

from emulator.fixtures.tools.run import ToolRun
from emulator.fixtures.tools.tool import Tool
from emulator.http.encode import to_the_second
from emulator.http.late import Late, read
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
from emulator.services.tools import run_tool

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
    return ToolRun(None, {**variables, "error": error})


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
    log = Put(logs, id_, _logged(exchange, tool, variables, account, session), late=True)
    variables["log_id"] = id_
    if len(kept) < LIMIT:
        return variables, (*run.effects, log)
    return variables, (*run.effects, Remove(logs, next(iter(kept))), log)


class Logged(Late, frozen=True, gc=False):
    """An execution as it is logged: a record of nothing but what its request and its run say.

    `caller` is who names user and version: the body of the request, or the session.
    """

    tool: Tool
    caller: Record
    account: Record | None
    session: Record | None
    request_id: str | None
    error: Json
    arguments: Json
    response: Json
    now: datetime

    def made(self) -> Json:
        """The record."""
        tool, caller, account, session = self.tool, self.caller, self.account or {}, self.session
        own = None if session else caller.get("custom_connection_data")
        connected = "connected_account" if account else "no_auth"
        version = LATEST if session else caller.get("version") or BASE
        return {
            "tool": tool.slug,
            "toolkit": tool.raw.get("toolkit"),
            "version": version_of(tool, version),
            "user_id": caller.get("user_id") or caller.get("entity_id") or account.get("user_id"),
            "account": account.get("id"),
            "auth_config": account.get("auth_config"),
            "session": session["id"] if session else None,
            "request_id": self.request_id,
            "credentials": "custom_auth" if own else connected,
            "status": "failed" if self.error else "success",
            "error": self.error,
            "arguments": self.arguments,
            "response": read(self.response),
            "at": to_the_second(self.now),
            "duration_ms": tool.latency_ms,
        }


def _logged(
    exchange: Exchange,
    tool: Tool,
    variables: Record,
    account: Record | None,
    session: Record | None,
) -> Logged:
    return Logged(
        tool,
        exchange.body or {} if session is None else session,
        account,
        session,
        exchange.request.fields.get("x-request-id"),
        variables.get("error"),
        variables["arguments"],
        variables.get("result"),
        exchange.now,
    )
