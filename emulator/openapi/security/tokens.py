"""Read, verify and mint JSON Web Tokens (RFC 7519).

The development key is public on purpose: it ships with the package, so that anyone can mint a token
the emulator trusts. It must never be trusted by anything else.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from emulator.http.messages import Json

ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class Token:
    """A JWT that could be read: its claims, and whether the key given had signed it."""

    claims: Mapping[str, Json]
    trusted: bool

    def expired(self, now_unix: float) -> bool:
        """Whether `exp` (RFC 7519, 4.1.4; seconds, fractions allowed) has passed."""
        expires = self.claims.get("exp")
        return isinstance(expires, int | float) and expires <= now_unix


def read_token(text: str, public_key: RSAPublicKey | None = None) -> Token | None:
    """The token in `text`, or None if it is no JWT; the caller checks its times."""
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
    pem = resources.files("emulator.openapi.security").joinpath("development_key.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the development key is not an RSA key")
    return key


def mint(claims: Mapping[str, Json], key: RSAPrivateKey | None = None) -> str:
    """A JWT with these claims, signed with `key`, or else with the development key."""
    return jwt.encode(dict(claims), key or development_key(), algorithm=ALGORITHM)
