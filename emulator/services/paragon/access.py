"""Who may run what: the token's permissions, connected integrations, several accounts of one."""

from collections.abc import Iterator, Mapping, Set

import orjson

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.builtin import claims_of, refuse_audience

#: The claim that narrows what a token may do; without it a token may do everything.
PERMISSIONS = "urn:useparagon:connect:permissions"

#: The permission that ActionKit asks for.
ACTIONKIT = "actionkit"

#: The user of a token that names none, and the record of users that have none.
DEFAULT_USER, ANYBODY = "user_1", "*"


def user_of(exchange: Exchange) -> str:
    """The id of the connected user: the token's subject."""
    return str(claims_of(exchange).get("sub") or DEFAULT_USER)


def connected(exchange: Exchange) -> Set[str] | None:
    """The integrations that the user has connected; None stands for all there are."""
    users = exchange.snapshot.records("users")
    if not users:
        return None
    record = users.get(user_of(exchange), users.get(ANYBODY, {}))
    integrations = record.get("integrations", ())
    return None if integrations == "*" else frozenset(integrations)


def accounts(exchange: Exchange, integration: str) -> Iterator[Mapping[str, Json]]:
    """The user's accounts of an integration, each with its `id` and `status`."""
    for id_, account in exchange.snapshot.records("credentials").items():
        if _owns(exchange, account, integration):
            yield {"id": id_, "status": account.get("status", "VALID")}


def _owns(exchange: Exchange, account: Mapping[str, Json], integration: str) -> bool:
    owner = account.get("user", ANYBODY)
    return owner in (ANYBODY, user_of(exchange)) and account.get("integration") == integration


def refuse_project(exchange: Exchange) -> Problem | None:
    """Reject a token (401) whose audience is not the project of the path."""
    pattern = exchange.snapshot.records("settings").get("audience")
    project = exchange.path("project_id")
    expected = None if pattern is None else str(pattern).replace("{project_id}", project)
    return refuse_audience(exchange, expected)


def refuse_caller(exchange: Exchange) -> Plan | Problem | None:
    """Reject a token of another project (401), or one without permission for ActionKit (403)."""
    scopes = _scopes(exchange)
    permitted = scopes is None or any(map(_allows, scopes.values()))
    return refuse_project(exchange) or (None if permitted else exchange.respond("403.default"))


def refuse_run(exchange: Exchange, tool: Tool) -> Plan | None:
    """Reject a run without connected integration (404) or with a stale credential (500)."""
    chosen, integrations = exchange.request.header("x-paragon-credential"), connected(exchange)
    account = exchange.snapshot.records("credentials").get(chosen or "")
    if chosen and (account is None or not _owns(exchange, account, tool.toolkit)):
        return not_enabled(exchange, tool.toolkit)
    if account is None and integrations is not None and tool.toolkit not in integrations:
        return not_enabled(exchange, tool.toolkit)
    keys = ["integration:*", f"integration:{tool.toolkit}", "credential:*"]
    if chosen:
        keys.append(f"credential:{chosen}")
    scopes = _scopes(exchange)
    if scopes is not None and not any(_allows(scopes.get(key)) for key in keys):
        return exchange.respond("403.default")
    if account is not None and account.get("status", "VALID") != "VALID":
        return exchange.respond("500.credential-rejected")
    return None


def not_enabled(
    exchange: Exchange, integration: str, fixture: str = "404.integration-not-enabled"
) -> Plan:
    """Reject a user who has not connected the integration."""
    return exchange.respond(fixture, {"user": user_of(exchange), "integration": integration})


def _scopes(exchange: Exchange) -> Mapping[str, Json] | None:
    """The token's permissions by scope, None where it has no such claim.

    Some samples write the claim as a JSON text.
    """
    claims = claims_of(exchange)
    if PERMISSIONS not in claims:
        return None
    claim = claims[PERMISSIONS]
    if isinstance(claim, str):
        try:
            claim = orjson.loads(claim)
        except ValueError:
            return {}
    return claim if isinstance(claim, dict) else {}


def _allows(permissions: Json) -> bool:
    return permissions is True or (isinstance(permissions, list) and ACTIONKIT in permissions)
