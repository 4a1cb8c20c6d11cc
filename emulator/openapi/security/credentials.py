"""The known credentials, and how each is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emulator.http.messages import Json
from emulator.openapi.document.model import Api
from emulator.openapi.security.tokens import mint

#: The known credential of documents that come without a state file.
DEVELOPMENT_CREDENTIAL = "emulator-development-credential"
DEVELOPMENT_LOGIN = "emulator:development"

#: How long a token minted for a self-check lives; the check is over long before.
_LIFETIME_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Credential:
    """One known credential: a value as it is sent, or claims of tokens the key has signed."""

    scheme: str
    value: str | None
    claims: Mapping[str, Json] | None
    description: str


def default_credentials(api: Api) -> tuple[Credential, ...]:
    """One development credential for each security scheme of a document without state file."""
    return tuple(
        Credential(
            scheme.name,
            DEVELOPMENT_LOGIN if scheme.http_scheme == "basic" else DEVELOPMENT_CREDENTIAL,
            None,
            "for development",
        )
        for scheme in api.schemes.values()
        if scheme.type != "mutualTLS"
    )


def known_values(credentials: Iterable[Credential]) -> dict[str, frozenset[str]]:
    """The values of credentials by scheme name."""
    values: dict[str, set[str]] = {}
    for credential in credentials:
        if credential.value is not None:
            values.setdefault(credential.scheme, set()).add(credential.value)
    return {scheme: frozenset(found) for scheme, found in values.items()}


def token_for(claims: Mapping[str, Json], now_unix: float, lifetime_s: int = _LIFETIME_S) -> str:
    """A token with these claims, valid from now, signed with the development key."""
    return mint({"iat": int(now_unix), "exp": int(now_unix) + lifetime_s, **claims})


def value_of(credential: Credential, now_unix: float) -> str:
    """The text to send for a credential: its value, or a token with its claims."""
    return credential.value or token_for(credential.claims or {}, now_unix)
