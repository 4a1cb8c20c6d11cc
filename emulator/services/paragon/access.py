"""Who may run what: the token's permissions, connected integrations, several accounts of one."""

from collections.abc import Mapping, Set

import orjson

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan

#: The claim that narrows what a token may do; without it a token may do everything.
PERMISSIONS = "urn:useparagon:connect:permissions"

#: The permission that ActionKit asks for.
ACTIONKIT = "actionkit"

#: The user of a token that says nothing about one, and the record of users that have none.
DEFAULT_USER, ANYBODY = "user_1", "*"


def user_of(exchange: Exchange) -> str:
    """The id of the connected user: the token's subject."""
    claims = exchange.principal.claims or {}
    return str(claims.get("sub") or DEFAULT_USER)


def connected(exchange: Exchange) -> Set[str] | None:
    """The integrations that the user has connected; None stands for all there are."""
    users = exchange.snapshot.records("users")
    if not users:
        return None
    record = users.get(user_of(exchange), users.get(ANYBODY, {}))
    integrations = record.get("integrations", ())
    return None if integrations == "*" else frozenset(integrations)


def refuse_audience(exchange: Exchange) -> Problem | None:
    """401 where the token names an audience, and it is not the project of the path."""
    audience = (exchange.principal.claims or {}).get("aud")
    pattern = exchange.snapshot.records("settings").get("audience")
    if audience is None or pattern is None:
        return None
    expected = str(pattern).replace("{project_id}", exchange.path("project_id"))
    if expected in (audience if isinstance(audience, list) else [audience]):
        return None
    return problem("credentials-invalid", f"the token's audience is not {expected!r}")


def refuse_caller(exchange: Exchange) -> Plan | Problem | None:
    """401 for a token of another project, 403 for one whose permissions leave out ActionKit."""
    refusal = refuse_audience(exchange)
    if refusal is not None:
        return refusal
    claims = exchange.principal.claims or {}
    if PERMISSIONS not in claims or any(map(_allows, _scopes(claims[PERMISSIONS]).values())):
        return None
    return exchange.respond("403.default")


def refuse_run(exchange: Exchange, tool: Tool) -> Plan | None:
    """404 where the integration is not connected, 500 where the account's credential is stale."""
    chosen = exchange.request.header("x-paragon-credential")
    account = exchange.snapshot.records("credentials").get(chosen or "")
    if chosen and (account is None or not _fits(account, exchange, tool)):
        return not_enabled(exchange, tool.toolkit)
    integrations = connected(exchange)
    if account is None and integrations is not None and tool.toolkit not in integrations:
        return not_enabled(exchange, tool.toolkit)
    if not _permitted(exchange, tool, chosen or ""):
        return exchange.respond("403.default")
    if account is not None and account.get("status", "VALID") != "VALID":
        return exchange.respond("500.credential-rejected")
    return None


def _fits(account: Mapping[str, Json], exchange: Exchange, tool: Tool) -> bool:
    owner = account.get("user", ANYBODY)
    return owner in (ANYBODY, user_of(exchange)) and account.get("integration") == tool.toolkit


def not_enabled(
    exchange: Exchange, integration: str, fixture: str = "404.integration-not-enabled"
) -> Plan:
    """The refusal of a user who has not connected the integration."""
    return exchange.respond(fixture, {"user": user_of(exchange), "integration": integration})


def _permitted(exchange: Exchange, tool: Tool, credential: str) -> bool:
    claims = exchange.principal.claims or {}
    if PERMISSIONS not in claims:
        return True
    scopes = _scopes(claims[PERMISSIONS])
    keys = ["integration:*", f"integration:{tool.toolkit}", "credential:*"]
    if credential:
        keys.append(f"credential:{credential}")
    return any(_allows(scopes.get(key)) for key in keys)


def _scopes(claim: Json) -> Mapping[str, Json]:
    """Permissions by scope; some samples write the claim as a JSON text."""
    if isinstance(claim, str):
        try:
            claim = orjson.loads(claim)
        except ValueError:
            return {}
    return claim if isinstance(claim, dict) else {}


def _allows(permissions: Json) -> bool:
    return permissions is True or (isinstance(permissions, list) and ACTIONKIT in permissions)
