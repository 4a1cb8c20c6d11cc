"""Patterns of formats, for texts that have a format and match a pattern besides.

The first are narrow, so that what is drawn reads well; the last is all of the format, or nearly so.
"""

from collections.abc import Mapping

_DAY = "(0[1-9]|1[0-9]|2[0-8])"
_MONTH = "(0[1-9]|1[0-2])"
_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_LONG_MONTHS = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_DATE = f"([0-9]{{4}}-({_LONG_MONTHS}|02-{_DAY})|{_LEAP}-02-29)"
_DATES = (f"2024-{_MONTH}-{_DAY}", f"20[0-9]{{2}}-{_MONTH}-{_DAY}", _DATE)
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = r"(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EXAMPLE = r"example\.(com|org|net)"
_LOCAL = r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*"
_PATH = "(/[A-Za-z0-9._~-]+)*/?"
_QUERY = r"(\?[a-z_]+=[A-Za-z0-9_-]+(&[a-z_]+=[A-Za-z0-9_-]+)*)?"
_IN_REFERENCE = r"([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_FIELD = "[0-9A-Fa-f]{1,4}"
_BASE64 = "[A-Za-z0-9+/]"
_HOSTS = (rf"([a-z]+\.)*{_EXAMPLE}", rf"{_LABEL}(\.{_LABEL})*")
_MAILS = (rf"{_LOCAL}@([a-z]+\.)*{_EXAMPLE}", rf"{_LOCAL}@(([a-z0-9]+-)*[a-z0-9]+\.)+[a-z]+")
_URIS = (
    rf"https://{_EXAMPLE}{_PATH}{_QUERY}",
    rf"[a-z][a-z0-9]*://[a-z0-9]+([.-][a-z0-9]+)*(:[0-9]{{2,5}})?{_PATH}{_QUERY}(#[A-Za-z0-9_-]*)?",
    rf"[A-Za-z][A-Za-z0-9+.-]*:{_IN_REFERENCE}",
)
_REFERENCES = (f"{_PATH}{_QUERY}", _IN_REFERENCE)
_POINTER = "(/([^~/]|~[01])*)*"

#: Whole texts of a format, without `^` and `$`.
_SHAPES: Mapping[str, tuple[str, ...]] = {
    "date": _DATES,
    "date-time": (
        *[f"{date}T{_CLOCK}Z" for date in _DATES[:2]],
        *[f"{date}T{_CLOCK}{_OFFSET}" for date in _DATES],
    ),
    "time": (f"{_CLOCK}Z", f"{_CLOCK}{_OFFSET}"),
    "duration": (
        "P(?!$)([1-9][0-9]?D)?(T(?=[1-9])([1-9]H)?([1-9][0-9]?M)?)?",
        "P(?!$)([0-9]+W|([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+S)?)?)",
    ),
    "email": _MAILS,
    "idn-email": _MAILS,
    "hostname": _HOSTS,
    "idn-hostname": _HOSTS,
    "ipv4": (rf"(192\.0\.2|198\.51\.100|203\.0\.113)\.{_OCTET}", rf"({_OCTET}\.){{3}}{_OCTET}"),
    "ipv6": (
        "2001:db8::[0-9a-f]{1,4}:[0-9a-f]{1,4}",
        f"({_FIELD}:){{7}}{_FIELD}",
        f"({_FIELD}(:{_FIELD}){{0,3}})?::({_FIELD}(:{_FIELD}){{0,2}})?",
    ),
    "uri": _URIS,
    "iri": _URIS,
    "uri-reference": _REFERENCES,
    "iri-reference": _REFERENCES,
    "uuid": (
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    ),
    "json-pointer": ("(/[a-z0-9_]+)*", _POINTER),
    "relative-json-pointer": (f"(0|[1-9][0-9]*)(#|{_POINTER})",),
    "byte": (f"({_BASE64}{{4}})*({_BASE64}{{2}}==|{_BASE64}{{3}}=)?",),
    "base64": (f"({_BASE64}{{4}})*({_BASE64}{{2}}==|{_BASE64}{{3}}=)?",),
}


def shapes_of(name: str) -> tuple[str, ...]:
    """Patterns of a format, the narrowest first; none for a format without."""
    return tuple(f"^({shape})$" for shape in _SHAPES.get(name, ()))
