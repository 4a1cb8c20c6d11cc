"""Secrets taken out of what people and files get to see: header fields, queries, bodies."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote_plus

from emulator.http.encode import dump
from emulator.http.media_types import base_type, is_json
from emulator.http.messages import Headers, Json

REDACTED = "[REDACTED]"

#: Words that make a name a secret's, wherever they stand in it.
_WORDS = (
    *("authorization", "api-key", "apikey", "token", "secret", "password", "passwd", "passphrase"),
    *("credential", "cookie", "session-key", "private-key", "client-assertion", "signature"),
)
#: Names that hold such a word and no secret.
_HARMLESS = re.compile(
    r"token-(?:type|count|url|endpoint|limit)s?|(?:max|total|prompt|completion)-tokens?"
    r"|next-page-token|page-token|(?:is|has|no)-.*|(?:credential|token|cookie)s?-(?:id|name)s?"
    r"|link-token"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+._-]*) +\S")


def is_secret(name: str) -> bool:
    """Whether a value of this name is kept from view, as in `X-API-Key` and `client_secret`."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower().replace("_", "-")
    return any(word in plain for word in _WORDS) and not _HARMLESS.fullmatch(plain)


def redact_headers(headers: Headers) -> Headers:
    """The fields with their secrets taken out; `Bearer`, `Basic` stay to be seen."""
    return tuple((name, _header(name, value)) for name, value in headers)


def redact_query(query: str) -> str:
    """A raw query, or a form, with its secrets taken out; the rest as it was."""
    return "&".join(_pair(pair) for pair in query.split("&")) if query else query


def redact_value(value: Json) -> Json:
    """A copy of a JSON value in which whatever a secret's name has is taken out."""
    if isinstance(value, dict):
        return {name: _member(name, each) for name, each in value.items()}
    if isinstance(value, list):
        return [redact_value(each) for each in value]
    return value


def redact_body(body: bytes, media_type: str | None) -> bytes:
    """A body with its secrets taken out where it can be read: as JSON, a form or event data."""
    kind = base_type(media_type) if media_type else ""
    if kind == "application/x-www-form-urlencoded":
        return redact_query(body.decode("latin-1")).encode("latin-1")
    if kind == "text/event-stream":
        return b"\n".join(_data_line(line) for line in body.split(b"\n"))
    if is_json(kind) or body[:1] in (b"{", b"["):
        return _json(body)
    return body


def redact_text(text: str, secrets: Iterable[str]) -> str:
    """A text in which these very secrets are taken out, wherever they stand."""
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, REDACTED).replace(quote(secret, safe=""), REDACTED)
    return text


def _header(name: str, value: str) -> str:
    if not is_secret(name):
        return value
    scheme = _SCHEME.match(value) if name.lower().endswith("authorization") else None
    return f"{scheme[1]} {REDACTED}" if scheme else REDACTED


def _pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return (
        f"{name}={quote(REDACTED)}" if equals and value and is_secret(unquote_plus(name)) else pair
    )


def _member(name: str, value: Json) -> Json:
    if is_secret(name) and isinstance(value, str | int | float) and not isinstance(value, bool):
        return REDACTED
    return redact_value(value)


def _json(body: bytes) -> bytes:
    """The body as it was, byte for byte, where nothing is taken out."""
    try:
        value = json.loads(body)
        redacted = redact_value(value)
    except (ValueError, RecursionError):
        return body
    return body if redacted == value else dump(redacted)


def _data_line(line: bytes) -> bytes:
    head, colon, data = line.partition(b":")
    return head + colon + b" " + _json(data.strip()) if head == b"data" and colon else line
