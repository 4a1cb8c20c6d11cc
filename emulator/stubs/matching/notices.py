"""What of a request pattern can never match: a slip, most likely, and no mistake to WireMock."""

import re
from collections.abc import Iterator, Mapping

from emulator.http.media_types import is_token
from emulator.http.messages import Json, Request
from emulator.http.nearest import did_you_mean
from emulator.schema.field_errors import FieldError
from emulator.schema.pointers import escape
from emulator.stubs.matching.pattern import RequestPattern, compile_pattern
from emulator.stubs.matching.subject import Subject

#: Methods that clients send; `ANY` and `GET_OR_HEAD` are WireMock's words for several.
_METHODS = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"),
    *("ANY", "GET_OR_HEAD"),
)
_EXACT = ("url", "urlPath", "urlPathTemplate")
_PATTERNS = ("urlPattern", "urlPathPattern")
_IN_PATH = re.compile(r"\{([^{}]*)\}")
#: A class of characters in a regular expression.
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
#: Matchers whose text must be in a value as it is.
_WHOLE_TEXTS = frozenset(("equalTo", "contains"))


def pattern_notices(pattern: Mapping[str, Json]) -> tuple[FieldError, ...]:
    """What no request is like, with pointers."""
    return tuple(_notices(pattern))


def _notices(pattern: Mapping[str, Json]) -> Iterator[FieldError]:
    method = pattern.get("method", "ANY")
    if method.upper() not in _METHODS:
        message = f"hardly a request has the method {method!r}{did_you_mean(method, _METHODS)}"
        yield FieldError("/method", message)
    for name in _EXACT:
        text = pattern.get(name)
        if text is not None:
            yield from (FieldError(f"/{name}", said) for said in _never(name, text))
    for name in _PATTERNS:
        text = pattern.get(name)
        if text is not None and "|" not in text and (said := _never_like(name, text)):
            yield FieldError(f"/{name}", f"no request is like {text!r}: {said}")
    yield from _named(pattern)
    if pattern.get("scheme") == "https":
        yield FieldError("/scheme", "no request has the scheme https: this server speaks http")


def _named(pattern: Mapping[str, Json]) -> Iterator[FieldError]:
    """Names that nothing has, and values that none can be."""
    template = pattern.get("urlPathTemplate", "")
    names = _IN_PATH.findall(template)
    for name, matcher in pattern.get("pathParameters", {}).items():
        if name not in names and "absent" not in matcher:
            message = f"{template} has no {{{name}}}{did_you_mean(name, names)}"
            yield FieldError(f"/pathParameters/{escape(name)}", message)
    for name, matcher in pattern.get("headers", {}).items():
        if not is_token(name):
            message = f"no request has a header {name!r}: that is no field's name"
            yield FieldError(f"/headers/{escape(name)}", message)
        for word in _WHOLE_TEXTS & matcher.keys():
            if isinstance(matcher[word], str) and re.search(r"[\r\n\0]", matcher[word]):
                message = "no header has a line end, or NUL, in its value"
                yield FieldError(f"/headers/{escape(name)}/{word}", message)
    if "url" in pattern and "queryParameters" in pattern:
        yield from _contradictions(pattern)


def _contradictions(pattern: Mapping[str, Json]) -> Iterator[FieldError]:
    """Query parameters that the exact URL doesn't have."""
    wanted = compile_pattern({"queryParameters": pattern["queryParameters"]})
    path, _, query = pattern["url"].partition("?")
    if isinstance(wanted, RequestPattern):
        for each in wanted.unmet(Subject(Request("GET", path, query))):
            message = f"no request has it: the query of {pattern['url']!r} contradicts it"
            yield FieldError(each.pointer, f"{message}; use urlPath beside queryParameters")


def _never_like(name: str, text: str) -> str:
    """Why nothing is like a regular expression without alternatives; empty where something is."""
    if re.match(r"\^?[\w-]", text):
        return "paths begin with '/'"
    plain = _CLASS.sub("", text)
    if re.search(r"[ #](?![?*{])", plain):
        return "requests have ' ' as %20, and '#' is not sent"
    if name == "urlPathPattern" and re.search(r"\\\?(?![?*{])|\?[\w.-]+=", plain):
        return "'?' begins the query, which is no part of the path; use urlPattern"
    return ""


def _never(name: str, text: str) -> Iterator[str]:
    if "://" in text:
        meant = "/" + text.partition("://")[2].partition("/")[2]
        yield f"no request has {text!r}: it has host and scheme; did you mean {meant!r}?"
    elif not text.startswith("/"):
        yield f"no request has {text!r}: a path begins with '/'; did you mean {'/' + text!r}?"
    elif "#" in text:
        yield f"no request has {text!r}: what follows '#' is not sent"
    elif name != "url" and "?" in text:
        yield f"no path has {text!r}: '?' begins the query; use url or queryParameters"
    elif not text.isascii() or re.search(r"[\0- \x7f]", text):
        yield f"no request has {text!r}: paths are compared as they are sent, ' ' as %20"
