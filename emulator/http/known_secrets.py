"""Redaction by value: replaces known secrets in any text."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from emulator.http.messages import Headers
from emulator.http.redaction import REDACTED, password_of

#: Headers of a user that are no secret; every other one is masked.
_HARMLESS = frozenset({"accept", "accept-language", "content-type", "prefer", "user-agent"})

#: Shorter values are no secrets, and masking them would wreck the text around them.
_MIN_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Mask:
    """Replaces each of `secrets` anywhere in a text."""

    secrets: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self.secrets:
            text = text.replace(secret, REDACTED)
        return text

    def shows(self, text: str) -> bool:
        """Whether the text contains a secret."""
        return any(secret in text for secret in self.secrets)


def secret_headers(headers: Headers) -> Headers:
    """The headers whose values must not be shown: all but a few harmless ones."""
    return tuple(header for header in headers if header[0].lower() not in _HARMLESS)


def mask_of(headers: Headers, credentials: Iterable[tuple[str, str]] = ()) -> Mask:
    """A mask for these credentials and those in headers, in every spelling they are likely to have.

    `credentials` are pairs of a security scheme's name and a value, `user:password` for basic.
    """
    parts = {part for _, value in secret_headers(headers) for part in _parts(value)}
    for _, value in credentials:
        encoded = base64.b64encode(value.encode()).decode()
        parts |= {value, encoded, value.partition(":")[2]}
    spelled = {spelling for part in parts for spelling in (part, quote(part), quote_plus(part))}
    # Longest first, so that a secret inside another one does not leave the rest standing.
    kept = sorted((s for s in spelled if len(s) >= _MIN_LENGTH), key=lambda s: (-len(s), s))
    return Mask(tuple(kept))


def _parts(value: str) -> tuple[str, ...]:
    """The secrets in one header value: all of it, its token, its password, its cookies' values."""
    scheme, _, token = value.partition(" ")
    if not token:
        return (value,)
    if scheme.lower() == "basic":
        return (value, token, password_of(token))
    cookies = tuple(part.partition("=")[2].strip() for part in value.split(";") if "=" in part)
    return (value, token, *cookies) if scheme.isalpha() else (value, *cookies)
