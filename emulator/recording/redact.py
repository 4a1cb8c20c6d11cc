"""Secrets taken out of an exchange, each part in its own grammar; what was taken is remembered.

Names decide here; whether a secret is left where no name tells is for `emulator.recording.leaks`.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote, unquote_plus

from emulator.encode import dump
from emulator.media_types import base_type, is_json, is_xml
from emulator.messages import Event, Headers, Json
from emulator.recording.secrets import Secrets, Steps
from emulator.redaction import REDACTED
from emulator.validation.multipart import parse_parts
from emulator.validation.percent import MalformedError

#: What stands in a secret's place.
Mask = Callable[[Json], Json]

_URL_FIELDS = ("location", "content-location", "referer", "link", "refresh")
_QUERY = re.compile(r"([?#&])([^?#&=\s]+)=([^?#&\s]*)")
_LOGIN = re.compile(r"(://[^/\s:@]*:)([^/\s@]+)@")
_ELEMENT = re.compile(rb"<((?:[\w.-]+:)?([\w.-]+))((?:\s[^<>]*)?)>([^<]+)</\1\s*>")
_FORM = "application/x-www-form-urlencoded"


def plainly(_: Json) -> Json:
    """Says that something was taken out."""
    return REDACTED


def in_shape(value: Json) -> Json:
    """Keeps the kind of value and its form, for schemas that ask for one."""
    if not isinstance(value, str):
        return 0
    letter = "a" if re.fullmatch(r"[0-9a-fA-F-]+", value) else "x"
    lowered = re.sub(r"[a-z]", letter, re.sub(r"[0-9]", "0", value))
    return re.sub(r"[A-Z]", letter.upper(), lowered)


@dataclass(slots=True)
class Redaction:
    """Takes the secrets out of one exchange; `taken` are those it has met."""

    secrets: Secrets
    mask: Mask = plainly
    taken: list[str] = field(default_factory=list)

    def headers(self, headers: Headers) -> Headers:
        """The fields; of credentials the scheme stays, of cookies names and attributes."""
        return tuple((name, self._header(name, value)) for name, value in headers)

    def query(self, query: str) -> str:
        """A raw query, or a form; the rest as it was."""
        return "&".join(map(self._pair, query.split("&"))) if query else query

    def path(self, path: str, template: str) -> str:
        """A raw path, of whose parameters the template has the names."""
        segments, names = path.split("/"), template.split("/")
        if len(segments) != len(names):
            return path
        return "/".join(
            self._take(segment)
            if name.startswith("{") and name.endswith("}") and self.secrets.named(name[1:-1])
            else segment
            for segment, name in zip(segments, names, strict=True)
        )

    def body(self, body: bytes, content_type: str) -> bytes:
        """A body: JSON, JSON in lines, a form in either encoding, XML; others as they are."""
        kind = base_type(content_type)
        if kind == _FORM:
            return self.query(body.decode("latin-1")).encode("latin-1")
        if kind.startswith("multipart/"):
            return self._multipart(body, content_type)
        if is_xml(kind):
            return _ELEMENT.sub(self._element, body)
        if is_json(kind) or body[:1] in (b"{", b"["):
            whole = self._json(body)
            return whole if whole is not None else self._lines(body)
        return body

    def event(self, event: Event) -> Event:
        """An event of a stream: its data."""
        data = event.data.encode(errors="replace")
        whole = self._json(data)
        if whole is None or whole == data:
            return replace(event, data=self._text(event.data))
        return replace(event, data=whole.decode())

    def value(self, value: Json, steps: Steps = ()) -> Json:
        """A JSON value."""
        if self.secrets.at(steps):
            return self._all(value)
        if isinstance(value, dict):
            return {name: self._member(name, each, steps) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, (*steps, str(at))) for at, each in enumerate(value)]
        return self._text(value) if isinstance(value, str) else value

    def _member(self, name: str, value: Json, steps: Steps) -> Json:
        if not self.secrets.named(name):
            return self.value(value, (*steps, name))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._masked(value)
        return self._all(value)

    def _all(self, value: Json) -> Json:
        """Every text below; numbers there count tokens more often than they are secrets."""
        if isinstance(value, dict):
            return {name: self._all(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._all(each) for each in value]
        return self._masked(value) if isinstance(value, str) and value else value

    def _text(self, text: str) -> str:
        """A text that is JSON itself, or a URL with secrets in it; others as they are."""
        if text[:1] in ("{", "["):
            whole = self._json(text.encode(errors="replace"))
            return text if whole is None else whole.decode()
        return self._url(text) if "=" in text or "@" in text else text

    def _json(self, body: bytes) -> bytes | None:
        """The body as it was, byte for byte, where nothing is taken out; None if it is no JSON."""
        try:
            value = json.loads(body)
            redacted = self.value(value)
        except (ValueError, RecursionError):
            return None
        return body if redacted == value else dump(redacted)

    def _lines(self, body: bytes) -> bytes:
        lines = [self._json(line) if line.strip() else line for line in body.split(b"\n")]
        known = [line for line in lines if line is not None]
        return b"\n".join(known) if len(known) == len(lines) else body

    def _header(self, name: str, value: str) -> str:
        if name == "cookie":
            return "; ".join(self._cookie(pair.strip()) for pair in value.split(";"))
        if name == "set-cookie":
            pair, semicolon, attributes = value.partition(";")
            return self._cookie(pair.strip()) + semicolon + attributes
        if name.endswith("authorization"):
            scheme, space, credential = value.strip().partition(" ")
            return f"{scheme} {self._login(credential)}" if space else self._take(value)
        if self.secrets.named(name):
            return self._take(value)
        return self._url(value) if name in _URL_FIELDS else value

    def _login(self, credential: str) -> str:
        """A credential; of basic authentication (RFC 7617) the password is one as well."""
        try:
            decoded = base64.b64decode(credential, validate=True).decode()
        except (binascii.Error, ValueError):
            decoded = ""
        _, colon, password = decoded.partition(":")
        if colon:
            self.taken.append(password)
        return self._take(credential.strip())

    def _cookie(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        return f"{name}={self._take(value)}" if equals and value else pair

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if equals and value and self.secrets.named(unquote_plus(name)):
            return f"{name}={quote(self._take(unquote_plus(value)))}"
        return pair

    def _url(self, text: str) -> str:
        def place(match: re.Match[str]) -> str:
            before, name, value = match.groups()
            if not value or not self.secrets.named(unquote(name)):
                return match[0]
            return f"{before}{name}={quote(self._take(unquote_plus(value)))}"

        def login(match: re.Match[str]) -> str:
            return f"{match[1]}{quote(self._take(unquote(match[2])))}@"

        return _LOGIN.sub(login, _QUERY.sub(place, text))

    def _multipart(self, body: bytes, content_type: str) -> bytes:
        try:
            parts = parse_parts(body, content_type)
        except MalformedError:
            return body
        for part in parts:
            if part.body and self.secrets.named(part.name):
                secret = part.body.decode(errors="replace")
                body = body.replace(part.body, self._take(secret).encode())
        return body

    def _element(self, match: re.Match[bytes]) -> bytes:
        name, local, attributes, text = match.groups()
        if not self.secrets.named(local.decode(errors="replace")):
            return match[0]
        masked = self._take(text.decode(errors="replace")).encode()
        return b"<%s%s>%s</%s>" % (name, attributes, masked, name)

    def _take(self, secret: str) -> str:
        return str(self._masked(secret))

    def _masked(self, value: Json) -> Json:
        self.taken.append(str(value))
        return self.mask(value)
