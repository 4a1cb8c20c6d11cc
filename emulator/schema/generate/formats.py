"""One plausible string for every `format` of JSON Schema 2020-12 and of the OpenAPI registry."""

import base64
from collections.abc import Callable

from emulator.schema.draws import Word
from emulator.schema.generate import words
from emulator.schema.generate.mixtures import TextMaker, letters, measured, mixture

_HEX = "0123456789abcdef"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_LOWER_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
#: Days that every month has.
_DAYS = _TWO_DIGITS[1:29]
_HOURS_AND_MINUTES = tuple(
    f"{hour}:{minute}" for hour in _TWO_DIGITS[:24] for minute in _TWO_DIGITS
)
_CLOCK = (_TWO_DIGITS[:24], _TWO_DIGITS, _TWO_DIGITS)
_BYTES = tuple(base64.b64encode(text.encode()).decode() for text in words.SENTENCES)
_URL_BYTES = tuple(base64.urlsafe_b64encode(text.encode()).decode() for text in words.NOUNS)


def dates(year: int = 2024, first_month: int = 1, last_month: int = 12) -> TextMaker:
    """Full-dates of RFC 3339 that exist in every month."""
    months = _TWO_DIGITS[first_month : last_month + 1]
    return mixture("%s", tuple(f"{year}-{month}-{day}" for month in months for day in _DAYS))


def date_times(year: int = 2024, first_month: int = 1, last_month: int = 12) -> TextMaker:
    """Date-times of RFC 3339, UTC."""
    date, clock, seconds = dates(year, first_month, last_month), _HOURS_AND_MINUTES, _TWO_DIGITS

    def date_time(word: Word) -> str:
        return f"{date(word)}T{clock[word() % 1440]}:{seconds[word() % 60]}Z"

    return measured(date_time, 20, 20)


def uuid(word: Word) -> str:
    """A UUID of version 4 (RFC 9562)."""
    middle, right = word(), word()
    middle = middle & 0xFFFF_0FFF | 0x4000
    right = (0x8000 | right >> 18) << 16 | right & 0xFFFF
    digits = f"{word() << 96 | middle << 64 | right << 32 | word():032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


measured(uuid, 36, 36)


def hexadecimal(length: int) -> TextMaker:
    """So many hexadecimal digits."""
    return letters((_HEX, length))


#: An address below a domain reserved for documentation.
email = mixture(
    "%s.%s@%s", words.lower(words.FIRST_NAMES), words.lower(words.LAST_NAMES), words.DOMAINS
)
#: A host below a domain reserved for documentation.
hostname = mixture("%s.%s", words.NOUNS, words.DOMAINS)
#: An absolute https URI.
uri = mixture("https://%s/%s/%s", words.DOMAINS, words.NOUNS, range(1, 1000))
#: An absolute path, which is also a relative URI reference and a JSON pointer.
path = mixture("/%s/%s", words.NOUNS, range(1, 1000))
#: An address of TEST-NET-1 to 3 (RFC 5737).
ipv4 = mixture("%s.%s", ("192.0.2", "198.51.100", "203.0.113"), range(1, 255))
#: An address of 2001:db8::/32 (RFC 3849).
ipv6 = mixture("2001:db8::%x:%x", range(1, 0x10000), range(1, 0x10000))
#: A full-time of RFC 3339 in UTC.
time = mixture("%s:%s:%sZ", *_CLOCK)
#: Two words joined by a hyphen.
slug = mixture("%s-%s", words.ADJECTIVES, words.NOUNS)
#: Thirty-two random characters.
token = letters((_LOWER_DIGITS, 32))
#: Twelve random characters, a letter first.
identifier = letters((_LOWER, 1), (_LOWER_DIGITS, 11))
#: A sentence; also in place of octets, which JSON can't carry.
sentence = mixture("%s", words.SENTENCES)

_ENDING = letters((_LOWER_DIGITS, 6))
_OPENING = mixture("%s-", tuple(noun.capitalize() for noun in words.NOUNS))
_NUMBER = mixture("-%s", range(10, 100))


def password(word: Word) -> str:
    """A password no one should use."""
    return _OPENING(word) + _ENDING(word) + _NUMBER(word)


FORMATS: dict[str, TextMaker] = {
    "date-time": date_times(),
    "date": dates(),
    "time": time,
    # ISO 8601 as in RFC 3339, appendix A.
    "duration": mixture("%s", ("P1D", "PT30M", "PT1H", "P2W", "P1M", "PT45S")),
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
    "uri-template": mixture("/%s/{id}", words.NOUNS),
    "uuid": uuid,
    "json-pointer": path,
    "relative-json-pointer": mixture("%s/%s/%s", range(3), words.NOUNS, range(1, 1000)),
    "regex": mixture("%s", ("^[a-z]+$", "^\\d{3}$", "[A-Z]{2}")),
    "byte": mixture("%s", _BYTES),
    "base64": mixture("%s", _BYTES),
    "base64url": mixture("%s", _URL_BYTES),
    "binary": sentence,
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
