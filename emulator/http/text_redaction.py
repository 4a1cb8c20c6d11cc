"""Redaction of texts of any kind: pairs of a name and a value, and URLs, wherever they stand.

Made for what no parser reads: JSON that was cut off, YAML, settings, logs, messages of errors.
"""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote, unquote_plus

from emulator.http.path_redaction import redact_segments
from emulator.http.secret_names import LABELS, VALUES, SecretNames, is_label

Span = tuple[int, int]

#: What stands in place of a secret already, here and in older files, and in URLs.
_PLACEHOLDER = re.compile(r"(?:\[|%5B)(?:REDACTED|Filtered)(?:\]|%5D)")
#: The password of a URL; a parameter of one; a name in quotes, or as it is, before `:` or `=`.
_NAME = re.compile(
    r"""(?<=:)//[^/\s:@]*:(?P<password>[^/\s@]+)@"""
    r"""|(?<=[?#&;])(?P<parameter>[^?#&;=\s"'<>]+)="""
    r"""|"(?P<quoted>(?:[^"\\\n]|\\.){1,100})"\s*(?::|=>)\s*"""
    r"""|(?<![\w.-])(?P<bare>\w[\w.-]*+)(?:[ \t]++(?i:is|was)(?:[ \t]++now)?)?+\]?\\{0,7}["']?"""
    r"""[ \t]*+[:=]>?[ \t]*+"""
)
_PARAMETER = re.compile(r'[^?#&;\s"<>]*+')
#: After a label: the name that it gives, and where its value begins.
_APART = re.compile(
    r"""\\{0,7}["']?([\w.\[\]-]{1,100})\\{0,7}["']?\s*+,?\s*+\\{0,7}["']?"""
    rf"""(?:{"|".join(sorted(VALUES))})\\{{0,7}}["']?\s*[:=]\s*""",
    re.IGNORECASE,
)
#: A value in quotes, which may lack the last one: as in JSON and YAML, or escaped in another text.
_QUOTED = re.compile(
    r'''"""(?P<a>.*?)(?:"""|\Z)|\'\'\'(?P<b>.*?)(?:\'\'\'|\Z)'''
    r"""|"(?P<c>(?:[^"\\\n]|\\.)*+)|'(?P<d>(?:[^'\\\n]|\\.|\'\')*+)"""
    r"""|(?P<mark>\\{1,7}["'])(?P<e>(?:(?!(?P=mark))[^\n])*+)""",
    re.DOTALL,
)
#: What credentials begin with, and what they are: parameters, cookies, or one word.
_SCHEME = re.compile(r"(?:bearer|basic|digest|token|apikey|dpop|negotiate)[ \t]+", re.IGNORECASE)
_LISTED = re.compile(
    r"""(?:[A-Za-z][\w+.-]*[ \t]+)?([^\s"'=,;<>]+=*(?:"[^"\n]*+"?|[^\s"',;<>]*+)"""
    r"""(?:[ \t]*[,;][ \t]*[\w-]+=(?:"[^"\n]*+"?|[^\s"',;<>]*+))*+)"""
)
_WORD = re.compile(r"""[^\s"'&;,<>]++""")
#: A word that a message says about something with a secret's name: `token: expired`.
_PROSE = re.compile(r"[a-z]+[.!?)]*")
_IN_FLOW = re.compile(r"""[^,{}\[\]\n"']++""")
#: YAML and settings: the rest of a line after the marks of a value, and a line below.
_REST = re.compile(
    r"(?:[!&]\S*+[ \t]*+)*+(?:[|>][0-9+-]*+(?=[ \t]*+(?:#|\r?$)))?(.*?)(?=[ \t]#|\r?$)",
    re.MULTILINE,
)
_BELOW = re.compile(r"([ \t]*+)(?:- +)*+(?:[\w.-]+:[ \t]+)?([^\r\n]*)(?:\r?\n|\Z)")
#: Below the name of a secret: brackets, and texts that aren't names.
_TOKEN = re.compile(
    r"""(?P<open>[{\[])|(?P<close>[}\]])"""
    r"""|(?:"(?P<a>(?:[^"\\\n]|\\.)*+)"?|'(?P<b>[^'\n]*+)'?"""
    r"""|\\{1,7}["'](?P<c>[^"'\\\n]*+)(?:\\{1,7}["'])?|(?P<d>[^\s{}\[\],:"'\\][^{}\[\],:"'\n]*+))"""
    r"""(?P<name>\s*:)?"""
)
_LITERAL = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null|~")
_NO_SECRET = re.compile(r"(?:null|true|false|none|~)(?![\w.-])", re.IGNORECASE)
_CLOSERS = "}])"


def redact_text(
    text: str,
    secrets: SecretNames,
    masked: Callable[[str], str],
    *,
    lines: bool = False,
    urls: bool = False,
) -> str:
    """The text with each secret `masked`; the same text where there is none.

    With `lines`, a name at the start of a line names all that follows on it, and below it: so it is
    in files of settings and heads of messages. Elsewhere a lower-case word after a colon is taken
    for one of a sentence. With `urls`, only secrets in URLs are.
    """
    if "/" in text:
        text = redact_segments(text, lambda secret: _masked(secret, masked, in_url=True))
    if ":" not in text and "=" not in text:
        return text
    parts: list[str] = []
    kept = at = 0
    while (match := _NAME.search(text, at)) is not None:
        at = match.end()
        in_url = match.lastgroup in ("password", "parameter")
        if urls and not in_url:
            continue
        for start, end in _secrets_at(text, match, secrets, lines):
            if start < end and not _PLACEHOLDER.match(text, start):
                parts += (text[kept:start], _masked(text[start:end], masked, in_url=in_url))
                kept = end
            at = max(at, end)
    return "".join((*parts, text[kept:])) if parts else text


def _masked(secret: str, masked: Callable[[str], str], *, in_url: bool) -> str:
    if in_url:
        return quote(masked(unquote_plus(secret)))
    if "\\" in secret:
        try:
            return masked(str(json.loads(f'"{secret}"')))
        except ValueError:
            pass
    return masked(secret)


def _secrets_at(
    text: str, match: re.Match[str], secrets: SecretNames, lines: bool
) -> Iterator[Span]:
    """Where the secrets are that a name begins, if it does."""
    if match.lastgroup == "password":
        yield match.span("password")
        return
    at, name = match.end(), match[match.lastgroup or 0]
    if match.lastgroup == "parameter":
        end = _end(_PARAMETER, text, at)
        while end > at and text[end - 1] == "'":
            end -= 1
        if end > at or not text[at : at + 1]:
            if secrets.parameter(unquote(name), text[at:end]):
                yield at, end
            return
    elif match.lastgroup == "quoted" and "\\u" in name:
        name = _unescaped(name)
    if secrets.named(name):
        yield from _values(text, at, match, name, lines)
    elif (
        name.lower() in LABELS
        and (apart := _APART.match(text, at)) is not None
        and is_label(name, apart[1], secrets.named)
    ):
        yield from _values(text, apart.end(), match, apart[1], lines)


def _values(text: str, at: int, match: re.Match[str], name: str, lines: bool) -> Iterator[Span]:
    """Where the parts of the value are that begins here."""
    if _PLACEHOLDER.match(text, at) or _NO_SECRET.match(text, at):
        return
    before, column = _before(text, match.start())
    if text[at : at + 1] in ("{", "["):
        yield from _in_brackets(text, at)
    elif (quoted := _QUOTED.match(text, at)) is not None:
        yield quoted.span(quoted.lastgroup or 0)
    elif name.lower().endswith(("authorization", "cookie")):
        listed = _LISTED.match(text, at)
        yield listed.span(1) if listed is not None else (at, at)
    elif ":" not in match[0]:
        yield _word(text, at)
    elif before == "{" or (lines and before == ","):
        yield at, _end(_IN_FLOW, text, at)
    elif lines and before in ("", "\n"):
        yield from _in_lines(text, at, column)
    elif match.lastgroup == "quoted" or not _is_prose(text, at):
        yield _word(text, at)


def _word(text: str, at: int) -> Span:
    """The word here, without the name of a scheme before it and brackets after it."""
    scheme = _SCHEME.match(text, at)
    start = scheme.end() if scheme is not None else at
    end = _end(_WORD, text, start)
    if start == end:
        start, end = at, _end(_WORD, text, at)
    while end > start and text[end - 1] in _CLOSERS:
        end -= 1
    return start, end


def _is_prose(text: str, at: int) -> bool:
    return _SCHEME.match(text, at) is None and bool(
        _PROSE.fullmatch(text, at, _end(_WORD, text, at))
    )


def _in_brackets(text: str, at: int) -> Iterator[Span]:
    depth = 0
    for token in _TOKEN.finditer(text, at):
        kind = token.lastgroup or ""
        if kind in ("open", "close"):
            depth += 1 if kind == "open" else -1
            if not depth:
                yield token.end(), token.end()
                return
        elif kind != "name" and not (kind == "d" and _LITERAL.fullmatch(token[kind].strip())):
            start = token.start(kind)
            yield start, start + len(token[kind].rstrip())
    yield len(text), len(text)


def _in_lines(text: str, at: int, column: int) -> Iterator[Span]:
    """The rest of the line, and of each line below that is indented more than the name."""
    rest = _REST.match(text, at)
    if rest is not None and rest[1].strip():
        yield rest.start(1), rest.start(1) + len(rest[1].rstrip())
    at = text.find("\n", at) + 1
    while at and (line := _BELOW.match(text, at)) is not None and line.end() > at:
        indented = line.end(1) - at
        if (
            line[2]
            and indented <= column
            and not (indented == column and text.startswith("- ", line.end(1)))
        ):
            return
        if line[2]:
            yield line.span(2)
        at = line.end()


def _before(text: str, start: int) -> tuple[str, int]:
    """What stands before a name and the blanks and dashes before it, and how many these are."""
    at = start
    while at and text[at - 1] in " \t-?":
        at -= 1
    return text[at - 1 : at], start - at


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found is not None else at


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
