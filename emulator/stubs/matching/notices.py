"""What of a request pattern can never match: a slip, most likely, and no mistake to WireMock."""

import re
from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.http.nearest import did_you_mean
from emulator.schema.field_errors import FieldError

#: Methods that clients send; `ANY` and `GET_OR_HEAD` are WireMock's words for several.
_METHODS = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"),
    *("ANY", "GET_OR_HEAD"),
)
_EXACT = ("url", "urlPath", "urlPathTemplate")
_PATTERNS = ("urlPattern", "urlPathPattern")


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
        if text is not None and re.match(r"\^?[\w-]", text) and "|" not in text:
            yield FieldError(f"/{name}", f"no request is like {text!r}: paths begin with '/'")
    if pattern.get("scheme") == "https":
        yield FieldError("/scheme", "no request has the scheme https: this server speaks http")


def _never(name: str, text: str) -> Iterator[str]:
    if not text.startswith("/"):
        yield f"no request has {text!r}: a path begins with '/'; did you mean {'/' + text!r}?"
    elif "#" in text:
        yield f"no request has {text!r}: what follows '#' is not sent"
    elif name != "url" and "?" in text:
        yield f"no path has {text!r}: '?' begins the query; use url or queryParameters"
    elif not text.isascii() or " " in text:
        yield f"no request has {text!r}: paths are compared as they are sent, ' ' as %20"
