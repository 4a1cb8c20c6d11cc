"""Redaction by name: replaces secrets in whatever is shown or written to files.

Each part of a message has its own grammar. Secrets with known values are for `known_secrets`.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from emulator.http.encode import dump
from emulator.http.exact import is_number, loads
from emulator.http.media_types import EVENT_STREAM, base_type, is_json, is_xml, parse
from emulator.http.messages import AnyResponse, Headers, Json, Request, Response, first
from emulator.http.multipart import RawPart, map_parts
from emulator.http.path_redaction import redact_path
from emulator.http.secret_names import VALUES, SecretNames, Steps, labels_secret
from emulator.http.sse import map_data
from emulator.http.table_redaction import redact_table
from emulator.http.text_redaction import redact_text

REDACTED = "[REDACTED]"

#: The placeholder of `check` and `compare` in older files; it is read like `REDACTED`.
FORMER_PLACEHOLDER = "[Filtered]"

_CREDENTIAL = re.compile(r"([A-Za-z][A-Za-z0-9+._-]*) +(\S.*)", re.DOTALL)
_FOLDED_COOKIES = re.compile(r",[^;,=]*=")
#: How texts begin that aren't in UTF-8 alone; the last two are JSON (RFC 4627, 3).
_BEGINNINGS = (
    (re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff"), "utf-32"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "utf-16"),
    (re.compile(rb"\xef\xbb\xbf"), "utf-8-sig"),
    (re.compile(rb"[^\0]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"),
)
_PLAIN_CHARSETS = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})
#: Parts within parts are read so deep.
_DEPTH = 4
_TABLES = {"text/csv": None, "text/tab-separated-values": "\t"}
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
        events = tuple(
            replace(
                each, data=self.text(each.data), comment=each.comment and self.text(each.comment)
            )
            for each in answer.events
        )
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
        return redact_path(path, template, self.secrets.named, self._masked, self._pair)

    def body(self, body: bytes, content_type: str) -> bytes:
        """A body: JSON, JSON lines, a form in either encoding, XML, a table, events, or text."""
        return self._body(body, content_type, 0)

    def _body(self, body: bytes, content_type: str, depth: int) -> bytes:
        charset = _charset(body, content_type)
        if charset is None:
            return self._plain_body(body, content_type, depth)
        # What can't be read is replaced only where there is a secret beside it.
        plain = body.decode(charset, "replace").encode(errors="replace")
        redacted = self._plain_body(plain, content_type, depth)
        return body if redacted == plain else redacted.decode().encode(charset, "replace")

    def _plain_body(self, body: bytes, content_type: str, depth: int) -> bytes:
        kind = base_type(content_type)
        if kind == _FORM:
            return self.query(body.decode("latin-1")).encode("latin-1")
        if kind.startswith("multipart/") and depth < _DEPTH:
            return map_parts(body, content_type, partial(self._part, depth + 1))
        if kind == EVENT_STREAM:
            return map_data(body, self.text)
        if kind == "text/html" or is_xml(kind) or body.startswith(b"<?xml"):
            return self._as_text(body, partial(self._xml, html=kind == "text/html"))
        if kind in _TABLES:
            return self._as_text(body, partial(self._table, separator=_TABLES[kind]))
        if is_json(kind) or body.lstrip()[:1] in (b"{", b"["):
            whole = self._json(body)
            return whole if whole is not None else self._json_lines(body)
        return self._as_text(body, self._lines)

    def text(self, text: str) -> str:
        """A text that is JSON itself, or contains pairs of names and values, or URLs."""
        if text.lstrip()[:1] in ("{", "[", '"'):
            whole = self._json(text.encode(errors="replace"))
            if whole is not None:
                return text if whole == text.encode(errors="replace") else whole.decode()
        return self._pairs(text)

    def value(self, value: Json, steps: Steps = (), below: bool = False) -> Json:
        """A JSON value; `below` the name or place of a secret every text is one.

        Numbers are not, unless they have the name of a secret: most of them count tokens.
        """
        below = below or self.secrets.at(steps)
        if isinstance(value, dict):
            apart = VALUES if labels_secret(value, self.secrets.named) else ()
            return {
                n: self._member(
                    each, (*steps, n), below, self.secrets.named(n) or n.lower() in apart
                )
                for n, each in value.items()
            }
        if isinstance(value, list):
            return [self.value(each, (*steps, str(at)), below) for at, each in enumerate(value)]
        if isinstance(value, str) and value:
            return self.mask(value) if below else self.text(value)
        return value

    def _member(self, value: Json, steps: Steps, below: bool, named: bool) -> Json:
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
        """Lines of JSON; broken ones, and JSON that is cut off or broken elsewhere, as text."""
        lines = body.split(b"\n")
        if len(lines) == 1 or self._json(lines[0]) is None:
            return self._as_text(body, self._pairs)
        return b"\n".join(map(self._json_line, lines))

    def _json_line(self, line: bytes) -> bytes:
        redacted = self._json(line) if line.strip() else line
        return redacted if redacted is not None else self._as_text(line, self._pairs)

    def _header(self, name: str, value: str) -> str:
        if name == "cookie":
            return "; ".join(self._cookie(pair.strip()) for pair in value.split(";"))
        if name == "set-cookie" and not _FOLDED_COOKIES.search(value):
            pair, semicolon, attributes = value.partition(";")
            return self._cookie(pair.strip()) + semicolon + attributes
        if name.endswith("authorization"):
            return self._credential(value.strip())
        if self.secrets.header(name):
            return self._masked(value)
        # Whatever its name is: proxies have a dozen for where a request went.
        return redact_text(value, self.secrets, self._masked, urls=True)

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
        """A parameter; a `;` may begin another one, but not within a secret."""
        pieces = pair.split(";")
        for at, piece in enumerate(pieces):
            name, equals, value = piece.partition("=")
            plain = unquote_plus(";".join((value, *pieces[at + 1 :]))) if value else ""
            if equals and plain and self.secrets.parameter(unquote_plus(name), plain):
                return ";".join((*pieces[:at], f"{name}={quote(self._masked(plain))}"))
        name, equals, value = pair.partition("=")
        plain = unquote_plus(value)
        redacted = self.text(plain)
        return pair if redacted == plain else f"{name}{equals}{quote(redacted)}"

    def _part(self, depth: int, part: RawPart) -> bytes:
        """The body of a part: by its name, or else by its own media type."""
        if part.body and self.secrets.named(part.name):
            return self._masked(part.body.decode(errors="replace")).encode()
        return self._body(part.body, part.content_type, depth)

    def _as_text(self, body: bytes, redacted: Callable[[str], str]) -> bytes:
        try:
            return redacted(body.decode()).encode()
        except UnicodeError:
            return redacted(body.decode("latin-1")).encode("latin-1", errors="replace")

    def _xml(self, text: str, html: bool) -> str:
        # What escapes XML imports much that a start does not need.
        from emulator.http.xml_redaction import redact_xml

        return redact_xml(text, self.secrets.named, self._masked, self._pairs, html=html)

    def _table(self, text: str, separator: str | None) -> str:
        return redact_table(text, self.secrets.named, self._masked, self._pairs, separator)

    def _pairs(self, text: str) -> str:
        return redact_text(text, self.secrets, self._masked)

    def _lines(self, text: str) -> str:
        return redact_text(text, self.secrets, self._masked, lines=True)

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
    """The charset of a body that isn't UTF-8 without a mark, nor written like it."""
    for beginning, name in _BEGINNINGS:
        if beginning.match(body):
            return name
    parsed = parse(content_type) if "charset" in content_type.lower() else None
    try:
        codec = codecs.lookup(parsed.parameters.get("charset", "utf-8") if parsed else "utf-8")
        codec.decode(b"")[0].encode()
    except (LookupError, ValueError, AttributeError, TypeError):
        return None
    return None if codec.name in _PLAIN_CHARSETS else codec.name
