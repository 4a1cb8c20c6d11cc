"""Media types: parse, match with wildcards, negotiate by Accept (RFC 9110, 8.3.1 and 12.5.1)."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

EVENT_STREAM = "text/event-stream"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_QVALUE = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_ESCAPE = re.compile(r"\\(.)")
#: Parameters that describe how a message is written, not what it is.
_FRAMING = frozenset({"charset", "boundary", "q"})


class MediaRange(Struct, frozen=True):
    """A media type or range in parts, lower case but for the values of parameters."""

    type: str
    subtype: str
    parameters: Mapping[str, str]

    def includes(self, other: "MediaRange") -> bool:
        """Whether this range covers `other`; our parameters must be there, charset aside."""
        if self.type not in ("*", other.type):
            return False
        if not _covers(self.subtype, other.subtype):
            return False
        return all(
            other.parameters.get(name) == value
            for name, value in self.parameters.items()
            if name not in _FRAMING
        )

    def specificity(self) -> tuple[bool, bool, bool, int]:
        """Sorts ranges: concrete before `application/*+json` before `application/*` before all."""
        wild = self.subtype.startswith("*")
        parameters = sum(name not in _FRAMING for name in self.parameters)
        return (self.type != "*", not wild, self.subtype != "*", parameters)


def is_token(text: str) -> bool:
    """Whether a text can be a header field's name or an authentication scheme (RFC 9110, 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


def parse(media_type: str) -> MediaRange | None:
    """The parts of a media type or range; None if it is malformed."""
    name, *parameters = split_quoted(media_type, ";")
    kind, slash, subtype = name.strip().lower().partition("/")
    if not slash or not _TOKEN.fullmatch(kind) or not _TOKEN.fullmatch(subtype):
        return None
    if kind == "*" and not subtype.startswith("*"):
        return None
    return MediaRange(kind, subtype, _parameters(parameters))


def base_type(media_type: str) -> str:
    """The media type without parameters, in lower case: `application/json`."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether content of this type is one JSON value; sequences (json-seq, jsonl) are not."""
    base = base_type(media_type)
    return base in ("application/json", "text/json") or ("/" in base and base.endswith("+json"))


def is_xml(media_type: str) -> bool:
    """Whether content of this type is an XML document."""
    base = base_type(media_type)
    return base in ("application/xml", "text/xml") or ("/" in base and base.endswith("+xml"))


#: The names of MessagePack, which has been registered since 2022 (RFC 6838 has no alias).
MESSAGE_PACK = ("application/vnd.msgpack", "application/msgpack", "application/x-msgpack")


def is_message_pack(media_type: str) -> bool:
    """Whether content of this type is MessagePack."""
    base = base_type(media_type)
    return base in MESSAGE_PACK or ("/" in base and base.endswith("+msgpack"))


#: The names that JSON values, each in a line, go by; one is registered.
JSON_LINES = tuple(
    f"application/{name}" for name in ("jsonl", "x-ndjson", "ndjson", "x-jsonlines", "jsonlines")
)


def is_json_lines(media_type: str) -> bool:
    """Whether content of this type is JSON values, each in a line."""
    return base_type(media_type) in JSON_LINES


def is_json_sequence(media_type: str) -> bool:
    """Whether content of this type is JSON values, each after a record separator (RFC 7464)."""
    base = base_type(media_type)
    return base == "application/json-seq" or ("/" in base and base.endswith("+json-seq"))


def takes_unnamed(media_type: str) -> bool:
    """Whether content of this type is parts, which need no names (RFC 2046, 5.1)."""
    base = base_type(media_type)
    return base.startswith("multipart/") and base != "multipart/form-data"


def matches(pattern: str, media_type: str) -> bool:
    """Whether a range like `application/*+json` covers a media type."""
    wide, narrow = parse(pattern), parse(media_type)
    return wide is not None and narrow is not None and wide.includes(narrow)


def find(offered: Sequence[str], content_type: str) -> str | None:
    """The most specific of the documented types or ranges that covers a Content-Type."""
    if content_type in offered and "*" not in content_type:
        return content_type
    sent = parse(content_type)
    if sent is None:
        return None
    best: tuple[tuple[bool, bool, bool, int], str] | None = None
    for key in offered:
        documented = parse(key)
        if documented is None or not documented.includes(sent):
            continue
        rank = documented.specificity()
        if best is None or rank > best[0]:
            best = (rank, key)
    return best[1] if best else None


def best_match(offered: Sequence[str], accept: str | None) -> str | None:
    """The offered type that a client prefers, None if it accepts none; ties go to the earlier one.

    A missing or malformed Accept accepts everything. An offered range (`text/*`) counts as the
    best type that fits into it.
    """
    if not offered:
        return None
    if accept == offered[0] and not set(accept) & set(",;*"):
        return accept
    ranges = _ranges(accept) if accept is not None and accept.strip() != "*/*" else None
    if ranges is None:
        return offered[0]
    best, best_quality = None, 0.0
    for key in offered:
        quality = _quality(key, ranges)
        if quality > best_quality:
            best, best_quality = key, quality
    return best


def split_quoted(text: str, separator: str) -> list[str]:
    """Split at a separator outside of quoted strings (RFC 9110, 5.6.4)."""
    if '"' not in text:
        return text.split(separator)
    parts, start, quoted, escaped = [], 0, False, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def unquote(value: str) -> str:
    """The content of a quoted string, or the token as it is."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return _ESCAPE.sub(r"\1", value[1:-1])
    return value


def _parameters(parts: Sequence[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if equals:
            parameters.setdefault(name.strip().lower(), unquote(value.strip()))
    return parameters


def _covers(subtype: str, other: str) -> bool:
    # `*` covers all, `*+json` every structured syntax name of that suffix (RFC 6838, 4.2.8).
    if subtype.startswith("*"):
        return other.endswith(subtype[1:])
    return subtype == other


def _ranges(accept: str) -> list[tuple[MediaRange, float]] | None:
    ranges = []
    for element in split_quoted(accept, ","):
        if not element.strip():
            continue  # RFC 9110, 5.6.1.2: recipients ignore empty list elements
        parsed = parse(element)
        if parsed is None:
            return None
        quality = parsed.parameters.get("q", "1")
        if not _QVALUE.fullmatch(quality):
            return None
        ranges.append((parsed, float(quality)))
    return ranges or None


def _quality(key: str, ranges: Sequence[tuple[MediaRange, float]]) -> float:
    offer = parse(key)
    if offer is None:
        return 0.0
    if offer.subtype.startswith("*"):
        fitting = [q for r, q in ranges if r.includes(offer) or offer.includes(r)]
        return max(fitting, default=0.0)
    covering = [(r.specificity(), q) for r, q in ranges if r.includes(offer)]
    return max(covering)[1] if covering else 0.0
