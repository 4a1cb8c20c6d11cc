"""Gmail's search field, in part: words, "phrases", `from: to: subject: label: in: is:`, and `-`."""

import re
from collections.abc import Iterable

from emulator.messages import Json
from emulator.queries.records import text_of, value_at

_TERM = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))')

_FIELDS = {"from": ("from",), "to": ("to",), "subject": ("subject",)}
_LABELS = ("label", "in", "is")
_ANYWHERE = ("from", "to", "subject", "text")


def gmail_search(emails: Iterable[Json], query: Json) -> list[Json]:
    """The emails for which every term of the query holds.

    A colon after any other word is part of the term, as it is for Gmail.
    """
    terms = [_term(*found.groups(default="")) for found in _TERM.finditer(str(query or ""))]
    return [email for email in emails if all(_holds(email, *term) for term in terms)]


#: Whether the term must not hold, its operator, and what it looks for.
_Term = tuple[bool, str, str]


def _term(minus: str, operator: str, phrase: str, word: str) -> _Term:
    wanted, operator = (phrase or word).lower(), operator.lower()
    if operator and operator not in _FIELDS and operator not in _LABELS:
        return bool(minus), "", f"{operator}:{wanted}"
    return bool(minus), operator, wanted


def _holds(email: Json, unwanted: bool, operator: str, wanted: str) -> bool:
    if operator in _LABELS:
        labels = [str(label).lower() for label in value_at(email, "labelIds") or ()]
        found = wanted in labels or wanted == "anywhere" or (wanted == "read" and not _new(labels))
    else:
        fields = _FIELDS.get(operator, _ANYWHERE)
        found = any(wanted in text_of(value_at(email, field)) for field in fields)
    return found is not unwanted


def _new(labels: Iterable[str]) -> bool:
    return "unread" in labels
