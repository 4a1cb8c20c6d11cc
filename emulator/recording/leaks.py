"""Secrets that are still there when all that has a secret's name is gone.

Two kinds: values that were seen as credentials elsewhere in the session, in any of the forms in
which they travel, and values that look like a credential because of how their makers write them.
"""

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, quote_plus, unquote_plus

from emulator.messages import Json
from emulator.redaction import REDACTED
from emulator.spec.pointers import escape

#: Shorter ones are in every other text by chance; they go by name alone.
LEAST_LENGTH = 6

#: Words that stand in the place of a credential and are none.
_WORDS = frozenset({REDACTED.lower(), "bearer", "basic", "digest", "apikey"})

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")

#: How makers of credentials write them, so that scanners find them.
LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a JSON Web Token", re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})")),
    ("a GitLab token", re.compile(r"\bglpat-[\w-]{20}")),
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10}")),
    ("a Stripe key", re.compile(r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{10}")),
    ("a webhook secret", re.compile(r"\bwhsec_[A-Za-z0-9+/=]{16}")),
    ("a Google API key", re.compile(r"\bAIza[\w-]{35}")),
    ("a Google token", re.compile(r"\bya29\.[\w-]{20}")),
    ("an API key", re.compile(r"\bsk-[A-Za-z0-9_-]{20}")),
    ("an npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}")),
    ("a SendGrid key", re.compile(r"\bSG\.[\w-]{16,}\.[\w-]{16}")),
    ("a bearer token", re.compile(r"\b[Bb]earer [\w.~+/=-]{16}")),
    ("a URL with a password", re.compile(r"://[^/\s:@]*:(?!(?:\[|%5B)REDACTED)[^/\s@]+@")),
)


#: Texts with their places.
Views: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Leak:
    """Where a secret is left (RFC 6901, into the recorded file), and how it was known."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer} {self.reason}"


def forms(secret: str) -> frozenset[str]:
    """The texts in which a secret travels: itself, percent-encoded, escaped, in Base64, in hex."""
    if len(secret) < LEAST_LENGTH or secret.lower() in _WORDS:
        return frozenset()
    data = secret.encode(errors="replace")
    escaped = {json.dumps(secret)[1:-1], html.escape(secret), data.hex(), data.hex().upper()}
    return frozenset({secret, quote(secret, safe=""), quote_plus(secret), *escaped, *_base64(data)})


def views_of(value: Json) -> Views:
    """Every text in a JSON value with the place it stands at, and what it says decoded."""
    return [(pointer, view) for pointer, text in _texts(value, "") for view in _views(text)]


def find_leak(views: Views, known: Iterable[str]) -> Leak | None:
    """The first text that holds one of the `known` forms, or looks like a credential."""
    return find_known(views, known) or _alike(views)


def find_known(views: Views, known: Iterable[str]) -> Leak | None:
    """The first text that holds one of the `known` forms."""
    for form in known:
        for pointer, text in views:
            if form in text:
                return Leak(pointer, "holds a credential that was seen in this session")
    return None


def _alike(views: Views) -> Leak | None:
    for pointer, text in views:
        for label, pattern in LOOKS:
            if pattern.search(text):
                return Leak(pointer, f"looks like {label}")
    return None


def _base64(data: bytes) -> Iterator[str]:
    """The part that does not change, whatever stands before and after it."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        # A character holds 6 bits: the first ones share theirs with what stands before.
        stable = encoded[-(-8 * before // 6) : (8 * (before + len(data))) // 6]
        yield stable
        yield stable.translate(str.maketrans("+/", "-_"))


def _texts(value: Json, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield pointer, name
            yield from _texts(each, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for position, each in enumerate(value):
            yield from _texts(each, f"{pointer}/{position}")
    elif isinstance(value, str):
        yield pointer, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield pointer, str(value)


def _views(text: str) -> Iterator[str]:
    """The text, and what it says decoded: percent-encoding, twice as well, and Base64."""
    yield text
    if "%" in text or "+" in text:
        once = unquote_plus(text)
        yield once
        if "%" in once:
            yield unquote_plus(once)
    if _BASE64.fullmatch(text.replace("\n", "")):
        whole = text.replace("\n", "").rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            yield base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("latin-1")
        except binascii.Error:
            return
