"""Check formats, strictly enough to choose examples by."""

import datetime
import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import cache

from jsonschema_rs import Draft202012Validator

from emulator.http.nearest import nearest

#: No name of a host is longer (RFC 1035, 2.3.4), in whatever script.
_MOST_OF_HOST = 253

_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_REFERENCE = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"


def has_format(name: str, text: str) -> bool:
    """Whether the text has the named format; True for formats not known here."""
    check = _CHECKS.get(name)
    return check is None or check(text)


def format_meant(name: str) -> str:
    """The known format that a name is nearly, and isn't: nobody checks it; else empty."""
    return "" if name in _KNOWN else nearest(name, _KNOWN, _LIKENESS)


def format_hint(name: str, text: str) -> str:
    """What a text lacks to have the named format, where one thing is all; else empty."""
    for mend, hint in _MENDS.get(name, ()):
        if has_format(name, mend(text[:_MOST_MENDED])):
            return hint
    return ""


def _matcher(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: len(text) < 2000 and compiled.fullmatch(text) is not None


def _date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _date_time(text: str) -> bool:
    return text[10:11] in ("T", "t") and _date(text[:10]) and _clock(text[11:])


def _ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def _host(text: str) -> bool:
    return len(text) <= _MOST_OF_HOST and _host_labels(text)


_clock = _matcher(_TIME)
_host_labels = _matcher(_HOST)
_uri_rest = _matcher(_REFERENCE)
_scheme = _matcher(r"[A-Za-z][A-Za-z0-9+.-]*")
_mail = _matcher(
    rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_HOST}"
)


def _idn_host(text: str) -> bool:
    return len(text) <= _MOST_OF_HOST and _judge_of_names().is_valid(text)


@cache
def _judge_of_names() -> Draft202012Validator:
    return Draft202012Validator({"format": "idn-hostname"}, validate_formats=True)


#: What the validator takes long for, judged by length before.
BOUNDED_FORMATS: dict[str, Callable[[str], bool]] = {"idn-hostname": _idn_host}


def _uri(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    return bool(colon) and _scheme(scheme) and _uri_rest(rest)


_CHECKS: dict[str, Callable[[str], bool]] = {
    "date-time": _date_time,
    "date": _date,
    "time": _clock,
    "duration": _matcher(
        r"P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)"
    ),
    "email": _mail,
    "hostname": _host,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uri": _uri,
    "uri-reference": _uri_rest,
    "uuid": _matcher(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"),
    "json-pointer": _matcher(r"(?:/(?:[^~/]|~[01])*)*"),
    "relative-json-pointer": _matcher(r"(?:0|[1-9]\d*)(?:#|(?:/(?:[^~/]|~[01])*)*)"),
}

#: Formats that are known to generate, to validate, or by OpenAPI's registry alone.
_KNOWN = (
    *_CHECKS,
    *("idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "regex", "byte"),
    *("base64", "base64url", "binary", "password", "int8", "int16", "int32", "int64", "uint8"),
    *("uint16", "uint32", "uint64", "float", "double", "double-int", "decimal", "decimal128"),
    *("char", "commonmark", "html", "http-date", "date-time-local", "time-local", "media-range"),
)
#: How much a name must be like a known one: there are many formats of people's own.
_LIKENESS = 0.8
_MOST_MENDED = 100
_DAY = re.compile(r"(?<=^\d{4}-\d\d-)\d\d")
_NO_SUCH_DAY = "there is no such day"
_NO_OFFSET = "its offset is missing: add Z, or one like +02:00"
#: By format, what mends a text and what is said then.
_MENDS: dict[str, Sequence[tuple[Callable[[str], str], str]]] = {
    "date-time": (
        (lambda text: _DAY.sub("01", text), _NO_SUCH_DAY),
        (lambda text: text + "Z", _NO_OFFSET),
        (lambda text: text + "T00:00:00Z", "its time is missing: add one like T00:00:00Z"),
        (lambda text: text[:10] + "T" + text[11:], "a T stands between date and time"),
        (lambda text: text[:10] + "T" + text[11:] + "Z", f"a T stands between; {_NO_OFFSET}"),
        (lambda text: text[:16] + ":00" + text[16:], "its seconds are missing"),
        (lambda text: text + ":00Z", f"its seconds are missing; {_NO_OFFSET}"),
        (lambda text: text[:-2] + ":" + text[-2:], "a colon stands in its offset, as in +02:00"),
    ),
    "time": (
        (lambda text: text + "Z", _NO_OFFSET),
        (lambda text: text[:5] + ":00" + text[5:], "its seconds are missing"),
        (lambda text: text + ":00Z", f"its seconds are missing; {_NO_OFFSET}"),
    ),
    "date": (
        (lambda text: text[:10], "a date has no time"),
        (lambda text: _DAY.sub("01", text), _NO_SUCH_DAY),
    ),
    "email": ((lambda text: text.replace(" ", "+"), "a + in a query is a blank: write %2B"),),
    "uuid": (
        (
            lambda text: "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])),
            "its hyphens are missing",
        ),
    ),
    "uri": ((lambda text: "https:" + text, "its scheme is missing: add one like https:"),),
}
