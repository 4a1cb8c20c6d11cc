"""Check formats, strictly enough to choose examples by."""

import datetime
import ipaddress
import re
from collections.abc import Callable

_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_REFERENCE = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"


def has_format(name: str, text: str) -> bool:
    """Whether the text has the named format; True for formats not known here."""
    check = _CHECKS.get(name)
    return check is None or check(text)


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
    return len(text) <= 253 and _host_labels(text)


_clock = _matcher(_TIME)
_host_labels = _matcher(_HOST)
_uri_rest = _matcher(_REFERENCE)
_scheme = _matcher(r"[A-Za-z][A-Za-z0-9+.-]*")
_mail = _matcher(
    rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_HOST}"
)


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
