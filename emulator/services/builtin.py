"""What the built-in services share: files, the claims of tokens, handlers of what requests name."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TypeAlias, TypeVar

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Events, Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.plugins import ServicePlugin

Found = TypeVar("Found")
#: The handler of an operation on what a request names, and of an operation.
FoundHandler: TypeAlias = Callable[[Exchange, Found], Plan | Problem]
PlainHandler: TypeAlias = Callable[[Exchange], Plan | Problem]

_PACKAGE = Path(__file__).parents[1]
_PACKAGED = _PACKAGE / "builtin"
#: The files are in the wheel, or beside the source tree.
_ROOT = _PACKAGED if _PACKAGED.is_dir() else _PACKAGE.parent


def built_in(
    name: str,
    description: str,
    handlers: Mapping[str, Handler],
    *,
    login: Callable[[float], Mapping[str, str]],
    priority: int,
    events: Events | None = None,
    makes_tools: bool = False,
) -> ServicePlugin:
    """The plugin of a built-in service, which shares the tools of providers with the others."""
    return ServicePlugin(
        name=name,
        description=description,
        document=_ROOT / "specs" / f"{name}.yaml",
        fixtures=_ROOT / "fixtures" / name,
        providers=_ROOT / "fixtures" / "_providers",
        handlers=handlers,
        events=events,
        login=login,
        priority=priority,
        makes_tools=makes_tools,
        known_good=True,
    )


def claims_of(exchange: Exchange) -> Mapping[str, Json]:
    """The claims of the caller's token; empty for any other credential."""
    return exchange.principal.claims or {}


def refuse_audience(exchange: Exchange, expected: Json) -> Problem | None:
    """Reject a token (401) that names another audience than the one expected, if one is."""
    audience = claims_of(exchange).get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if audience is None or expected is None or expected in audiences:
        return None
    return problem("credentials-invalid", f"the token's audience is not {expected!r}")


def on(
    find: Callable[[Exchange], Found | Plan | Problem],
) -> Callable[[FoundHandler[Found]], PlainHandler]:
    """Decorate the handler of what a request names; `find` finds it, or gives the response."""

    def decorate(handler: FoundHandler[Found]) -> PlainHandler:
        @wraps(handler)
        def handle(exchange: Exchange) -> Plan | Problem:
            found = find(exchange)
            return found if isinstance(found, Plan | Problem) else handler(exchange, found)

        return handle

    return decorate
