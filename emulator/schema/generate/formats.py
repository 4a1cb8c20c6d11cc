"""One plausible string for every `format` of JSON Schema 2020-12 and of the OpenAPI registry."""

import base64
from collections.abc import Callable
from random import Random
from typing import TypeAlias

from emulator.schema.draws import below, between, letters, pick
from emulator.schema.generate import words

TextMaker: TypeAlias = Callable[[Random], str]

_HEX = "0123456789abcdef"
_LOWER_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"


def date(rng: Random, year: int = 2024, first_month: int = 1, last_month: int = 12) -> str:
    """A full-date of RFC 3339 that exists in every month."""
    return f"{year}-{between(rng, first_month, last_month):02d}-{between(rng, 1, 28):02d}"


def time(rng: Random) -> str:
    """A full-time of RFC 3339 in UTC."""
    return f"{below(rng, 24):02d}:{below(rng, 60):02d}:{below(rng, 60):02d}Z"


def date_time(rng: Random) -> str:
    """A date-time of RFC 3339 in 2024, UTC."""
    return f"{date(rng)}T{time(rng)}"


def uuid(rng: Random) -> str:
    """A UUID of version 4 (RFC 9562)."""
    text = letters(rng, _HEX, 32)
    variant = "89ab"[below(rng, 4)]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def slug(rng: Random) -> str:
    """Two words joined by a hyphen."""
    return f"{pick(rng, words.ADJECTIVES)}-{pick(rng, words.NOUNS)}"


def email(rng: Random) -> str:
    """An address below a domain reserved for documentation."""
    first, last = pick(rng, words.FIRST_NAMES), pick(rng, words.LAST_NAMES)
    return f"{first}.{last}@{pick(rng, words.DOMAINS)}".lower()


def hostname(rng: Random) -> str:
    """A host below a domain reserved for documentation."""
    return f"{pick(rng, words.NOUNS)}.{pick(rng, words.DOMAINS)}"


def uri(rng: Random) -> str:
    """An absolute https URI."""
    return f"https://{pick(rng, words.DOMAINS)}/{pick(rng, words.NOUNS)}/{between(rng, 1, 999)}"


def path(rng: Random) -> str:
    """An absolute path, which is also a relative URI reference and a JSON pointer."""
    return f"/{pick(rng, words.NOUNS)}/{between(rng, 1, 999)}"


def ipv4(rng: Random) -> str:
    """An address of TEST-NET-1 to 3 (RFC 5737)."""
    return f"{pick(rng, ('192.0.2', '198.51.100', '203.0.113'))}.{between(rng, 1, 254)}"


def ipv6(rng: Random) -> str:
    """An address of 2001:db8::/32 (RFC 3849)."""
    return f"2001:db8::{between(rng, 1, 0xFFFF):x}:{between(rng, 1, 0xFFFF):x}"


def duration(rng: Random) -> str:
    """A duration of ISO 8601 as in RFC 3339, appendix A."""
    return pick(rng, ("P1D", "PT30M", "PT1H", "P2W", "P1M", "PT45S"))


def encoded(rng: Random) -> str:
    """Base64 (RFC 4648, 4) with padding."""
    return base64.b64encode(pick(rng, words.SENTENCES).encode()).decode()


def binary(rng: Random) -> str:
    """Text in place of octets, which JSON can't carry."""
    return pick(rng, words.SENTENCES)


def password(rng: Random) -> str:
    """A password no one should use."""
    noun = pick(rng, words.NOUNS)
    return f"{noun.capitalize()}-{letters(rng, _LOWER_DIGITS, 6)}-{between(rng, 10, 99)}"


def token(rng: Random) -> str:
    """Thirty-two random characters."""
    return letters(rng, _LOWER_DIGITS, 32)


def identifier(rng: Random) -> str:
    """Twelve random characters, a letter first."""
    return letters(rng, _LOWER_DIGITS[:26], 1) + letters(rng, _LOWER_DIGITS, 11)


FORMATS: dict[str, TextMaker] = {
    "date-time": date_time,
    "date": date,
    "time": time,
    "duration": duration,
    "email": email,
    "idn-email": email,
    "hostname": hostname,
    "idn-hostname": hostname,
    "ipv4": ipv4,
    "ipv6": ipv6,
    "uri": uri,
    "iri": uri,
    "uri-reference": path,
    "iri-reference": path,
    "uri-template": lambda rng: f"/{pick(rng, words.NOUNS)}/{{id}}",
    "uuid": uuid,
    "json-pointer": path,
    "relative-json-pointer": lambda rng: f"{below(rng, 3)}{path(rng)}",
    "regex": lambda rng: pick(rng, ("^[a-z]+$", "^\\d{3}$", "[A-Z]{2}")),
    "byte": encoded,
    "base64": encoded,
    "base64url": lambda rng: base64.urlsafe_b64encode(pick(rng, words.NOUNS).encode()).decode(),
    "binary": binary,
    "password": password,
}

_SHORT_BASE64 = ("b3BlbiBkYXRh", "b3Blbg==", "YQ==", "")
_SHORT_HOST = ("example.com", "a.io", "a")
_SHORT_MAIL = ("ada@example.com", "ada@a.io", "a@b.co", "a@b")
_SHORT_PATH = ("/paper", "/a", "")
_SHORT_TEXT = ("open data", "open", "a", "")
_SHORT_URI = ("https://a.io/1", "urn:a:b", "a:b")

#: Ever shorter texts of formats whose usual text is long, for a small maxLength.
_SHORT: dict[str, tuple[str, ...]] = {
    "duration": ("P1D",),
    "email": _SHORT_MAIL,
    "idn-email": _SHORT_MAIL,
    "hostname": _SHORT_HOST,
    "idn-hostname": _SHORT_HOST,
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1", "::1", "::"),
    "uri": _SHORT_URI,
    "iri": _SHORT_URI,
    "uri-reference": _SHORT_PATH,
    "iri-reference": _SHORT_PATH,
    "uri-template": _SHORT_PATH,
    "json-pointer": _SHORT_PATH,
    "relative-json-pointer": ("0/a", "0"),
    "regex": ("a+", "a", ""),
    "byte": _SHORT_BASE64,
    "base64": _SHORT_BASE64,
    "base64url": _SHORT_BASE64,
    "binary": _SHORT_TEXT,
    "password": _SHORT_TEXT,
}


def fit(name: str, text: str, low: int, high: int) -> str:
    """Shorten or lengthen a text of a format to low to high characters, where it can."""
    if len(text) > high:
        text = next((short for short in _SHORT.get(name, ()) if len(short) <= high), text)
    missing = low - len(text)
    if missing <= 0:
        return text
    return _STRETCH.get(name, _unchanged)(text, missing)


def _unchanged(text: str, _missing: int) -> str:
    return text


def _stretch_end(text: str, missing: int) -> str:
    return text + "a" * missing


def _stretch_path(text: str, missing: int) -> str:
    return text + "/" + "a" * (missing - 1)


def _stretch_host(text: str, missing: int) -> str:
    """Labels of a host name may have 63 octets (RFC 1035, 2.3.4)."""
    while missing > 0:
        label = min(missing - 1, 60)
        if missing - 1 - label == 1:  # one character can't be a label and its dot
            label -= 1
        text = "a" * max(label, 1) + "." + text
        missing -= label + 1
    return text


def _stretch_mail(text: str, missing: int) -> str:
    """A local part may have 64 octets (RFC 5321, 4.5.3.1.1); the rest goes into the domain."""
    local, _, domain = text.partition("@")
    more = min(missing, 64 - len(local))
    rest = missing - more
    if rest == 1:
        more, rest = more - 1, 2
    return f"{local}{'a' * more}@{_stretch_host(domain, rest)}"


def _stretch_base64(text: str, missing: int) -> str:
    return "AAAA" * -(-missing // 4) + text


def _stretch_seconds(text: str, missing: int) -> str:
    """A fraction of a second makes a date-time longer (RFC 3339, 5.6)."""
    return f"{text[:-1]}.{'0' * max(missing - 1, 1)}Z"


_STRETCH: dict[str, Callable[[str, int], str]] = {
    "date-time": _stretch_seconds,
    "time": _stretch_seconds,
    "email": _stretch_mail,
    "idn-email": _stretch_mail,
    "hostname": _stretch_host,
    "idn-hostname": _stretch_host,
    "uri": _stretch_path,
    "iri": _stretch_path,
    "uri-reference": _stretch_path,
    "iri-reference": _stretch_path,
    "uri-template": _stretch_path,
    "json-pointer": _stretch_path,
    "relative-json-pointer": _stretch_path,
    "byte": _stretch_base64,
    "base64": _stretch_base64,
    "base64url": _stretch_base64,
    "regex": _stretch_end,
    "binary": _stretch_end,
    "password": _stretch_end,
}
