"""What members of error bodies are about, by name, and the words for an error: a table.

Names are in lower case without separators.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from http.client import responses as reason_phrases

from emulator.schema.generate.words import ADJECTIVES, NOUNS
from emulator.schema.keywords import words

#: A sentence for people.
SENTENCES = words(
    "detail message errormessage errordescription description msg reason error usermessage "
    "developermessage cause text details errormsg errordetail errortext"
)
#: What kind of mistake it is, or the sentence if nothing else holds that.
TITLES = words("title summary errortitle")
#: The status as a number.
STATUSES = words("status statuscode httpstatus httpstatuscode code errorcode")
#: Where in the request something is wrong.
PLACES = words(
    "pointer field path location parameter param property attribute fieldname loc target name "
    "errorpath errorfield"
)
#: Of these, what says so of a single error, too.
SPOTS = words("pointer field param parameter property attribute fieldname errorpath errorfield")
#: Lists with one entry a mistake.
LISTS = words(
    "errors violations details issues problems messages causes error detail invalidparams"
)
#: Which rule was broken.
RULES = words("keyword type code rule kind constraint")
#: The kind of error in a word, each with how that is spelt where nothing shows it.
CODES: Mapping[str, str] = {
    **dict.fromkeys(("code", "errorcode", "type", "kind", "slug", "errortype", "category"), "a_b"),
    **dict.fromkeys(("status", "rule", "keyword", "constraint", "issue"), "a_b"),
    **dict.fromkeys(("errcode", "subcode", "reasoncode", "resultcode", "responsecode"), "a_b"),
    **dict.fromkeys(("name", "errorname", "exception", "class"), "AB"),
}
#: The kind beside a sentence, else a sentence itself.
KINDS: Mapping[str, str] = {"error": "A B", "reason": "a_b", "cause": "a_b"}
#: When it happened, by the scope's clock.
TIMES = words("timestamp time date datetime occurredat createdat at ts")
#: What was asked for.
TARGETS = words("path uri instance requestpath requesturi")
METHODS = words("method httpmethod requestmethod")
#: Flags, each with what it is in an error.
FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("success", "ok", "succeeded", "successful", "valid"), False),
    **dict.fromkeys(("error", "iserror", "failed", "failure"), True),
}
AGAIN = words("retryable retriable temporary transient")
#: Objects that are about the error wherever they stand.
HOLDERS = words("error err fault problem exception") | LISTS
#: What nothing but errors has.
OF_ERRORS = words(
    "message msg error errors detail errormessage errordescription errorcode violations fault "
    "usermessage developermessage invalidparams"
)
#: Every name that says what a member of an error is about.
KNOWN = frozenset().union(
    *(SENTENCES, TITLES, STATUSES, PLACES, LISTS, RULES, CODES, KINDS, TIMES, TARGETS, METHODS),
    *(FLAGS, AGAIN, HOLDERS, OF_ERRORS),
)
#: What strings are drawn as that nothing is known of.
FILLER = frozenset(
    f"{first} {noun}"
    for each in ADJECTIVES
    for first in (each, each.capitalize())
    for noun in NOUNS
)
#: Statuses at which the same request may succeed later.
PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))

_UNPROCESSABLE = "validation_error validation_failed invalid_request invalid_input invalid_argument"
#: What errors are called, the plainest first.
_NAMES: Mapping[int, str] = {
    400: f"bad_request {_UNPROCESSABLE} invalid_parameter invalid_parameters invalid malformed",
    401: "unauthorized unauthenticated authentication authentication_failed invalid_credentials "
    "authentication_required not_authenticated invalid_token invalid_api_key invalid_client",
    402: "payment_required insufficient_funds card",
    403: "forbidden permission_denied access_denied insufficient_permissions permission "
    "not_authorized unauthorized",
    404: "not_found resource_not_found missing unknown_resource",
    405: "method_not_allowed not_allowed",
    406: "not_acceptable",
    408: "request_timeout timeout deadline_exceeded",
    409: "conflict already_exists resource_conflict duplicate aborted",
    410: "gone deleted not_found",
    412: "precondition_failed failed_precondition",
    413: "payload_too_large content_too_large request_entity_too_large request_too_large",
    415: "unsupported_media_type",
    422: f"unprocessable_entity unprocessable_content {_UNPROCESSABLE} invalid_parameter invalid",
    429: "too_many_requests rate_limited rate_limit_exceeded rate_limit resource_exhausted "
    "quota_exceeded throttled",
    500: "internal_server_error internal_error server_error internal api",
    501: "not_implemented unimplemented",
    502: "bad_gateway upstream_error",
    503: "service_unavailable unavailable overloaded",
    504: "gateway_timeout timeout deadline_exceeded",
}
_ANY = {4: "bad_request invalid_request invalid client_error", 5: "server_error internal_error api"}
#: Words that say nothing but that it is an error, and so are true of any.
_GENERAL = ("error", "failure", "failed", "fail", "unknown_error", "unknown", "other", "general")
_TRUE_OF_ANY = frozenset(_GENERAL[:4]) | {"errors", "problem", "about:blank"}

#: Sentences for what is documented for a status, without anything being known of the request.
_SAID: Mapping[int, str] = {
    400: "the request is not valid",
    401: "the request has no valid credentials",
    403: "the caller may not do this",
    404: "there is no such resource",
    405: "the resource does not have this method",
    409: "the request conflicts with the state of the resource",
    410: "the resource is gone",
    422: "the request is well-formed, but not valid",
    429: "there were too many requests",
    500: "an unexpected error occurred",
    503: "the service is not available at the moment",
}

_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("a_b", r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"),
        ("A_B", r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*"),
        ("a-b", r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"),
        ("A-B", r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+"),
        ("aB", r"[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+"),
        ("AB", r"(?:[A-Z][a-z0-9]+)+"),
        ("A B", r"[A-Z][a-z]+(?: [A-Z][a-z]+)+"),
        ("A b", r"[A-Z][a-z]+(?: [a-z]+)+"),
        ("a b", r"[a-z]+(?: [a-z]+)+"),
    )
)
#: What stands between words, and how the first and the others are written.
_CASES: Mapping[str, tuple[str, Callable[[str], str], Callable[[str], str]]] = {
    "a_b": ("_", str.lower, str.lower),
    "A_B": ("_", str.upper, str.upper),
    "a-b": ("-", str.lower, str.lower),
    "A-B": ("-", str.upper, str.upper),
    "aB": ("", str.lower, str.capitalize),
    "AB": ("", str.capitalize, str.capitalize),
    "A B": (" ", str.capitalize, str.capitalize),
    "A b": (" ", str.capitalize, str.lower),
    "a b": (" ", str.lower, str.lower),
}
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
#: Codes that mean something to nobody else: `E1001`.
_OPAQUE = re.compile(r"[A-Za-z]{0,8}[-_.]?[0-9]{2,}")
_STATUS = re.compile(r"[45][0-9]{2}")
_ENDING = re.compile(r"(?<=[A-Za-z])[ _-]?(?:error|exception)$", re.IGNORECASE)
_URI = re.compile(r"((?:[a-z][a-z0-9+.-]*:|/).*[/:#])([\w.-]+)")


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name in lower case, without separators."""
    return name.replace("_", "").replace("-", "").lower()


def phrase(status: int) -> str:
    """The reason phrase of a status."""
    return reason_phrases.get(status, f"Error {status}")


def slug(status: int) -> str:
    """What an error with this status is called: `not-found`."""
    return spelt(next(_names(status)), "a-b")


def said(status: int) -> str:
    """A sentence that is true of an error of which only the status is known."""
    return _SAID.get(status, f"the response is an error: {phrase(status)}")


def spelt(text: str, style: str) -> str:
    """Words in a spelling, which is named by how `a b` is spelt."""
    between, first, other = _CASES[style]
    parts = _PARTS.findall(text)
    return between.join([*map(first, parts[:1]), *map(other, parts[1:])])


def style_of(value: str) -> str:
    """How a word is spelt, empty where that can't be told."""
    return next((style for style, pattern in _STYLES if pattern.fullmatch(value)), "")


def codes(status: int, name: str, value: str, *, authored: bool) -> tuple[str, ...]:
    """Words for an error of a status in place of this value, the most fitting first.

    There is none where the value does as well. The spelling is that of the value, unless it is
    words that were only drawn.
    """
    if value.lower() in _TRUE_OF_ANY or (_OPAQUE.fullmatch(value) and not _STATUS.fullmatch(value)):
        return ()
    uri = _URI.fullmatch(value)
    word = uri[2] if uri else value
    style = style_of(word)
    if not style or (" " in style and not authored):
        style = "a-b" if uri else CODES.get(name) or KINDS.get(name) or "a_b"
    numeric = bool(_STATUS.fullmatch(word)) or (name == "status" and not authored)
    ending = _ENDING.search(word)
    found = _spelt(status, style, ending[0] if ending else "", numeric)
    return tuple(uri[1] + each for each in found) if uri else found


@lru_cache(maxsize=1024)
def _spelt(status: int, style: str, ending: str, numeric: bool) -> tuple[str, ...]:
    found = [str(status)] if numeric else []
    for each in (style, *_CASES):
        for slug in _names(status):
            if ending and not slug.endswith("error"):
                found.append(spelt(f"{slug} {ending}", each))
            found.append(spelt(slug, each))
    return tuple(dict.fromkeys(found))


def _names(status: int) -> Iterator[str]:
    own = _NAMES.get(status)
    yield from own.split() if own else (spelt(phrase(status), "a_b"),)
    yield from _ANY.get(status // 100, "").split()
    yield from _GENERAL
