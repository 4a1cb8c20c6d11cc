"""Which credentials are known, and how one is put into a request."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emulator.auth.tokens import mint
from emulator.messages import Json
from emulator.spec.model import Api, SecurityRequirement, SecurityScheme

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
    """What is sent of a credential: its value, or a token with its claims."""
    return credential.value or token_for(credential.claims or {}, now_unix)


def sign_in(
    requirement: SecurityRequirement, credentials: Iterable[Credential], now_unix: float
) -> tuple[tuple[str, str], ...] | None:
    """Headers with known credentials that satisfy a requirement.

    None where no alternative can be satisfied by headers alone. API keys in the query are left to
    the caller, as they are no header.
    """
    by_scheme = {credential.scheme: credential for credential in reversed(list(credentials))}
    for alternative in requirement:
        headers = [_header(s, by_scheme.get(s.name), now_unix) for s in alternative]
        if all(headers):
            return tuple(header for header in headers if header)
    return None


def _header(
    scheme: SecurityScheme, credential: Credential | None, now_unix: float
) -> tuple[str, str] | None:
    if credential is None:
        return None
    value = value_of(credential, now_unix)
    if scheme.type == "apiKey":
        if scheme.location == "cookie":
            return ("Cookie", f"{scheme.parameter}={value}")
        return (scheme.parameter, value) if scheme.location == "header" else None
    if scheme.type == "http" and scheme.http_scheme == "basic":
        return ("Authorization", "Basic " + base64.b64encode(value.encode()).decode())
    prefix = scheme.http_scheme if scheme.type == "http" else "bearer"
    return ("Authorization", f"{prefix.capitalize()} {value}")
