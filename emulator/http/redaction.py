"""Redaction by name: replaces secrets in whatever is shown or written to files.

Each part of a message has its own grammar. Secrets with known values are for `known_secrets`.
"""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from emulator.http.encode import dump
from emulator.http.exact import is_number, loads
from emulator.http.media_types import EVENT_STREAM, base_type, is_json, is_xml, parse
from emulator.http.messages import AnyResponse, Headers, Json, Request, Response, first
from emulator.http.multipart import parse_parts
from emulator.http.percent import MalformedError
from emulator.http.secret_names import SecretNames, Steps
from emulator.http.sse import map_data
from emulator.http.xml_redaction import redact_xml

REDACTED = "[REDACTED]"

#: The placeholder of `check` and `compare` in older files; it is read like `REDACTED`.
FORMER_PLACEHOLDER = "[Filtered]"

_CREDENTIAL = re.compile(r"([A-Za-z][A-Za-z0-9+._-]*) +(\S.*)", re.DOTALL)
_FOLDED_COOKIES = re.compile(r",[^;,=]*=")
_URL_FIELDS = ("location", "content-location", "referer", "link", "refresh")
_QUERY = re.compile(r"([?#&;])([^?#&;=\s]+)=([^?#&;\s]*)")
_LOGIN = re.compile(r"(://[^/\s:@]*:)([^/\s@]+)@")
#: `name: value` and `name=value` in texts and YAML, the name and the value quoted or not.
_PAIR = re.compile(
    r"""(?<![\w.-])([A-Za-z][\w.-]*)(["']?[ \t]*[:=][ \t]*)"""
    r"""(?:"([^"\n]*)"|'([^'\n]*)'|((?:(?:bearer|basic)[ \t]+)?[^\s"'&;,<>]+))""",
    re.IGNORECASE,
)
#: Charsets whose bytes are not those of ASCII, and the marks that texts in them begin with.
_CHARSETS = frozenset(f"utf-{bits}{order}" for bits in (16, 32) for order in ("", "le", "be"))
_BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FORM = "application/x-www-form-urlencoded"


def plainly(_: Json) -> Json:
    """The placeholder, whatever the secret is."""
    return REDACTED


class Redaction(Struct, frozen=True):
    """Replaces every secret, recognised by name or place, by the result of `mask`.

    Whatever contains no secret is unchanged, byte for byte.
    """

    secrets: SecretNames = SecretNames()
    mask: Callable[[Json], Json] = plainly

    def request(self, request: Request, template: str = "") -> Request:
        """A request; `template` names the parameters in its path."""
        return replace(
            request,
            path=self.path(request.path, template),
            query=self.query(request.query),
            headers=self.headers(request.headers),
            body=self.body(request.body, request.header("content-type") or ""),
        )

    def answer(self, answer: AnyResponse) -> AnyResponse:
        """A response, or a stream of events."""
        if isinstance(answer, Response):
            return self.response(answer)
        events = tuple(replace(each, data=self.text(each.data)) for each in answer.events)
        return replace(answer, headers=self.headers(answer.headers), events=events)

    def response(self, response: Response) -> Response:
        """A response."""
        media_type = first(response.headers, "content-type") or ""
        body = self.body(response.body, media_type)
        return replace(response, headers=self.headers(response.headers), body=body)

    def headers(self, headers: Headers) -> Headers:
        """Header fields; schemes of credentials and names of cookies are kept."""
        return tuple((name, self._header(name.lower(), value)) for name, value in headers)

    def query(self, query: str) -> str:
        """A raw query, or a form."""
        return "&".join(map(self._pair, query.split("&"))) if query else query

    def path(self, path: str, template: str) -> str:
        """A raw path whose parameters the template names; matrix parameters name themselves."""
        segments, names = path.split("/"), template.split("/")
        if len(segments) != len(names):
            names = [""] * len(segments)
        return "/".join(
            self._masked(segment)
            if name.startswith("{") and name.endswith("}") and self.secrets.named(name[1:-1])
            else ";".join(map(self._pair, segment.split(";")))
            for segment, name in zip(segments, names, strict=True)
        )

    def body(self, body: bytes, content_type: str) -> bytes:
        """A body: JSON, JSON lines, a form in either encoding, XML, events, or other text."""
        kind, charset = base_type(content_type), _charset(body, content_type)
        if charset is not None:
            return self._decoded(body, kind, charset)
        if kind == _FORM:
            return self.query(body.decode("latin-1")).encode("latin-1")
        if kind.startswith("multipart/"):
            return self._multipart(body, content_type)
        if kind == EVENT_STREAM:
            return map_data(body, self.text)
        if is_xml(kind) or body.startswith(b"<?xml"):
            return self._as_text(body, self._xml)
        if is_json(kind) or body[:1] in (b"{", b"["):
            whole = self._json(body)
            return whole if whole is not None else self._json_lines(body)
        return self._as_text(body, self._pairs)

    def text(self, text: str) -> str:
        """A text that is JSON itself, or contains URLs."""
        if text.lstrip()[:1] in ("{", "[", '"'):
            whole = self._json(text.encode(errors="replace"))
            if whole is not None:
                return text if whole == text.encode(errors="replace") else whole.decode()
        return self._urls(text)

    def value(self, value: Json, steps: Steps = (), below: bool = False) -> Json:
        """A JSON value; `below` the name or place of a secret every text is one.

        Numbers are not, unless they have the name of a secret: most of them count tokens.
        """
        below = below or self.secrets.at(steps)
        if isinstance(value, dict):
            return {n: self._member(n, each, (*steps, n), below) for n, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, (*steps, str(at)), below) for at, each in enumerate(value)]
        if isinstance(value, str) and value:
            return self.mask(value) if below else self.text(value)
        return value

    def _member(self, name: str, value: Json, steps: Steps, below: bool) -> Json:
        named = self.secrets.named(name)
        if named and is_number(value):
            return self.mask(value)
        return self.value(value, steps, below or named)

    def _json(self, body: bytes) -> bytes | None:
        """JSON, unchanged if it contains no secret; None if it is not JSON."""
        try:
            value = loads(body)
            redacted = self.value(value)
        except (ValueError, RecursionError):
            return None
        return body if redacted == value else dump(redacted)

    def _json_lines(self, body: bytes) -> bytes:
        lines = [self._json(line) if line.strip() else line for line in body.split(b"\n")]
        known = [line for line in lines if line is not None]
        return b"\n".join(known) if len(known) == len(lines) else body

    def _header(self, name: str, value: str) -> str:
        if name == "cookie":
            return "; ".join(self._cookie(pair.strip()) for pair in value.split(";"))
        if name == "set-cookie" and not _FOLDED_COOKIES.search(value):
            pair, semicolon, attributes = value.partition(";")
            return self._cookie(pair.strip()) + semicolon + attributes
        if name.endswith("authorization"):
            return self._credential(value.strip())
        if self.secrets.named(name):
            return self._masked(value)
        return self._urls(value) if name in _URL_FIELDS else value

    def _credential(self, value: str) -> str:
        match = _CREDENTIAL.fullmatch(value)
        if match is None:
            return self._masked(value)
        password = password_of(match[2])
        if password:
            self.mask(password)  # A secret of its own: it may appear elsewhere.
        return f"{match[1]} {self._masked(match[2])}"

    def _cookie(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals:
            return self._masked(pair) if pair else pair
        return f"{name}={self._masked(value)}" if value else pair

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if equals and value and self.secrets.parameter(unquote_plus(name)):
            return f"{name}={quote(self._masked(unquote_plus(value)))}"
        return pair

    def _urls(self, text: str) -> str:
        def parameter(match: re.Match[str]) -> str:
            before, name, value = match.groups()
            if not value or not self.secrets.parameter(unquote(name)):
                return match[0]
            return f"{before}{name}={quote(self._masked(unquote_plus(value)))}"

        def login(match: re.Match[str]) -> str:
            return f"{match[1]}{quote(self._masked(unquote(match[2])))}@"

        return _LOGIN.sub(login, _QUERY.sub(parameter, text))

    def _multipart(self, body: bytes, content_type: str) -> bytes:
        try:
            parts = parse_parts(body, content_type)
        except MalformedError:
            return body
        for part in parts:
            if part.body and self.secrets.named(part.name):
                secret = part.body.decode(errors="replace")
                body = body.replace(part.body, self._masked(secret).encode())
        return body

    def _decoded(self, body: bytes, kind: str, charset: str) -> bytes:
        """A body in another charset than UTF-8; as it is where it can't be read."""
        try:
            plain = body.decode(charset).encode()
            redacted = self.body(plain, kind)
            return body if redacted == plain else redacted.decode().encode(charset)
        except UnicodeError:
            return body

    def _as_text(self, body: bytes, redacted: Callable[[str], str]) -> bytes:
        try:
            return redacted(body.decode()).encode()
        except UnicodeError:
            return redacted(body.decode("latin-1")).encode("latin-1", errors="replace")

    def _xml(self, text: str) -> str:
        return redact_xml(text, self.secrets.named, self._masked)

    def _pairs(self, text: str) -> str:
        """A text: `name: value` and `name=value` anywhere in it, and URLs."""

        def pair(match: re.Match[str]) -> str:
            name, between, double, single, bare = match.groups()
            value = double or single or bare
            if not value or not self.secrets.named(name):
                return match[0]
            mark = '"' if double else "'" if single else ""
            return f"{name}{between}{mark}{self._masked(value)}{mark}"

        return _PAIR.sub(pair, self._urls(text))

    def _masked(self, secret: str) -> str:
        return str(self.mask(secret))


def abbreviated(credential: str) -> str:
    """A credential as it may be shown: its start and five stars."""
    return credential[: min(9, len(credential) // 2)] + "*****"


def password_of(credential: str) -> str:
    """The password in a credential of basic authentication (RFC 7617); "" if it is none."""
    try:
        decoded = base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[2]


def _charset(body: bytes, content_type: str) -> str | None:
    """The charset of a body that is neither UTF-8 nor written like it; None where it is."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    parsed = parse(content_type)
    name = parsed.parameters.get("charset", "utf-8").lower() if parsed is not None else "utf-8"
    return name if name in _CHARSETS else None
