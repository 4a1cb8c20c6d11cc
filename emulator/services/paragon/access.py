"""Who may run what: the token's permissions, connected integrations, several accounts of one."""

from collections.abc import Mapping, Set

import orjson

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.handlers import Answer, Call

#: The claim that narrows what a token may do; without it a token may do everything.
PERMISSIONS = "urn:useparagon:connect:permissions"

#: The permission that ActionKit asks for.
ACTIONKIT = "actionkit"

#: The user of a token that says nothing about one, and the record of users that have none.
DEFAULT_USER, ANYBODY = "user_1", "*"


def user_of(call: Call) -> str:
    """The id of the connected user: the token's subject."""
    claims = call.request.principal.claims or {}
    return str(claims.get("sub") or DEFAULT_USER)


def connected(call: Call) -> Set[str] | None:
    """The integrations that the user has connected; None stands for all there are."""
    users = call.snapshot.records("users")
    if not users:
        return None
    record = users.get(user_of(call), users.get(ANYBODY, {}))
    integrations = record.get("integrations", ())
    return None if integrations == "*" else frozenset(integrations)


def refuse_audience(call: Call) -> Problem | None:
    """401 where the token names an audience, and it is not the project of the path."""
    audience = (call.request.principal.claims or {}).get("aud")
    pattern = call.snapshot.records("settings").get("audience")
    if audience is None or pattern is None:
        return None
    expected = str(pattern).replace("{project_id}", call.path("project_id"))
    if expected in (audience if isinstance(audience, list) else [audience]):
        return None
    return problem("credentials-invalid", f"the token's audience is not {expected!r}")


def refuse_caller(call: Call) -> Answer | Problem | None:
    """401 for a token of another project, 403 for one whose permissions leave out ActionKit."""
    refusal = refuse_audience(call)
    if refusal is not None:
        return refusal
    claims = call.request.principal.claims or {}
    if PERMISSIONS not in claims or any(map(_allows, _scopes(claims[PERMISSIONS]).values())):
        return None
    return Answer("403.default")


def refuse_run(call: Call, tool: Tool) -> Answer | None:
    """404 where the integration is not connected, 500 where the account's credential is stale."""
    chosen = call.request.request.header("x-paragon-credential")
    account = call.snapshot.records("credentials").get(chosen or "")
    if chosen and (account is None or not _fits(account, call, tool)):
        return not_enabled(call, tool.toolkit)
    integrations = connected(call)
    if account is None and integrations is not None and tool.toolkit not in integrations:
        return not_enabled(call, tool.toolkit)
    if not _permitted(call, tool, chosen or ""):
        return Answer("403.default")
    if account is not None and account.get("status", "VALID") != "VALID":
        return Answer("500.credential-rejected")
    return None


def _fits(account: Mapping[str, Json], call: Call, tool: Tool) -> bool:
    owner = account.get("user", ANYBODY)
    return owner in (ANYBODY, user_of(call)) and account.get("integration") == tool.toolkit


def not_enabled(
    call: Call, integration: str, fixture: str = "404.integration-not-enabled"
) -> Answer:
    """The refusal of a user who has not connected the integration."""
    return Answer(fixture, {"user": user_of(call), "integration": integration})


def _permitted(call: Call, tool: Tool, credential: str) -> bool:
    claims = call.request.principal.claims or {}
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
