"""Secrets in paths: what follows the name of one (`/reset/token/4f1c…`) and looks like one."""

import re
from collections.abc import Callable
from urllib.parse import unquote

#: A segment with the name of one secret (of several, ids follow), and the next.
_AFTER = re.compile(
    r"""(?<=/)(?:(?:[\w-]{0,40}[_-])?(?:token|secret|password|passwd|passcode|jwt|otp|api[_-]?key)"""
    r"""|password[_-]reset)/([^/?#;&\s"'<>\\]++)""",
    re.IGNORECASE,
)
_BRACES = re.compile(r"[{}]")
_OF_ID = re.compile(r"id\}", re.IGNORECASE)
#: Shorter ones are words and numbers; long ones without a digit may be letters of both cases.
_SHORTEST, _SURE = 8, 20


def redact_path(
    path: str,
    template: str,
    named: Callable[[str], bool],
    masked: Callable[[str], str],
    pair: Callable[[str], str],
) -> str:
    """A raw path with secrets `masked`: parameters of its template, and of the matrix each `pair`.

    Where the template's parameters have other names than those of ids, or there is none, what
    follows a segment that is the name of a secret is one, if it looks so.
    """

    def segment(sent: str, described: str) -> str:
        before, _, rest = described.partition("{")
        inner, _, after = rest.rpartition("}")
        if any(named(name) for name in _BRACES.split(inner)[::2] if name):
            end = len(sent) - len(after)
            return f"{sent[: len(before)]}{masked(sent[len(before) : end])}{after}"
        return ";".join(map(pair, sent.split(";")))

    segments, names = path.split("/"), template.split("/")
    known = len(segments) == len(names)
    redacted = "/".join(map(segment, segments, names if known else [""] * len(segments)))
    if known and ("{" not in template or _OF_ID.search(template)):
        return redacted
    return redact_segments(redacted, masked)


def redact_segments(text: str, masked: Callable[[str], str]) -> str:
    """A path, or a text with paths in it, with each such secret `masked`."""
    parts: list[str] = []
    kept = at = 0
    while (match := _AFTER.search(text, at)) is not None:
        at = match.start(1)
        if looks_secret(match[1]):
            parts += (text[kept:at], masked(match[1]))
            kept = at = match.end()
    return "".join((*parts, text[kept:])) if parts else text


def looks_secret(segment: str) -> bool:
    """Whether a segment is no word and no number, as the next steps of a path are."""
    plain = unquote(segment)
    if len(plain) < _SHORTEST or not any(map(str.isalpha, plain)):
        return False
    if any(map(str.isdigit, plain)):
        return True
    return len(plain) >= _SURE and not plain.islower() and not plain.isupper() and "-" not in plain
