"""The known credentials, and how each is sent."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Api, Operation, SecurityScheme
from emulator.openapi.security.challenges import auth_scheme

# What reads and signs tokens takes 11 MB: it is imported when there is one.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

#: The known credential of documents that come without a state file.
DEVELOPMENT_CREDENTIAL = "emulator-development-credential"
DEVELOPMENT_LOGIN = "emulator:development"

ALGORITHM = "RS256"
#: How long a token minted for a self-check lives; the check is over long before.
_LIFETIME_S = 7 * 24 * 3600


class Credential(Struct, frozen=True):
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


class Token(Struct, frozen=True):
    """A JWT that could be read: its claims, and whether the key given had signed it."""

    claims: Mapping[str, Json]
    trusted: bool

    def expired(self, now_unix: float) -> bool:
        """Whether `exp` (RFC 7519, 4.1.4; seconds, fractions allowed) has passed."""
        expires = self.claims.get("exp")
        return isinstance(expires, int | float) and expires <= now_unix


def read_token(text: str, public_key: RSAPublicKey | None = None) -> Token | None:
    """The token in `text`, or None if it is no JWT; the caller checks its times."""
    import jwt

    options = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims = jwt.decode(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    if public_key is None:
        return Token(claims, trusted=False)
    try:
        jwt.decode(text, public_key, algorithms=[ALGORITHM], options=options)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError):
        return Token(claims, trusted=False)
    return Token(claims, trusted=True)


@functools.cache
def development_key() -> RSAPrivateKey:
    """The private key that ships with the emulator."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    pem = resources.files("emulator.openapi.security").joinpath("development_key.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the development key is not an RSA key")
    return key


@functools.cache
def development_public_key() -> RSAPublicKey:
    """What verifies tokens that the development key has signed."""
    return development_key().public_key()


def mint(claims: Mapping[str, Json], key: RSAPrivateKey | None = None) -> str:
    """A JWT with these claims, signed with `key`, or else with the development key."""
    import jwt

    return jwt.encode(dict(claims), key or development_key(), algorithm=ALGORITHM)


def with_credentials(
    request: Request, operation: Operation, credentials: Iterable[tuple[str, str]]
) -> Request:
    """The request with what the first requirement that can be met asks for.

    `credentials` are pairs of security scheme and value. A client certificate is no part of a
    request: requirements are met without it, but one that asks for nothing else is passed over.
    """
    known = dict(credentials)
    for alternative in operation.security:
        sent = [scheme for scheme in alternative if scheme.type != "mutualTLS"]
        if all(scheme.name in known for scheme in sent) and (sent or not alternative):
            for scheme in sent:
                request = _with_credential(request, scheme, known[scheme.name])
            break
    return request


def with_headers(
    request: Request, headers: Iterable[tuple[str, str]], withheld: Iterable[str] = ()
) -> Request:
    """The request with header fields after its own; none that it has, and none `withheld`."""
    own = {*(name for name, _ in request.headers), *withheld}
    more = [(name.lower(), value) for name, value in headers if name.lower() not in own]
    return replace(request, headers=(*request.headers, *more))


def _with_credential(request: Request, scheme: SecurityScheme, value: str) -> Request:
    if scheme.type != "apiKey":
        return _with_header(request, "authorization", _authorization(scheme, value))
    if scheme.location == "header":
        return _with_header(request, scheme.parameter.lower(), value)
    if scheme.location == "cookie":
        cookie, pair = request.header("cookie"), f"{scheme.parameter}={value}"
        return _with_header(request, "cookie", f"{cookie}; {pair}" if cookie else pair)
    pair = f"{quote(scheme.parameter, safe='')}={quote(value, safe='')}"
    return replace(request, query=f"{request.query}&{pair}" if request.query else pair)


def _with_header(request: Request, name: str, value: str) -> Request:
    """The request with a header field in place of its own of this name."""
    rest = tuple(field for field in request.headers if field[0] != name)
    return replace(request, headers=(*rest, (name, value)))


def _authorization(scheme: SecurityScheme, value: str) -> str:
    if scheme.http_scheme == "basic":
        value = base64.b64encode(value.encode()).decode()
    return f"{auth_scheme(scheme)} {value}"
