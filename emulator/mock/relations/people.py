"""First, last and full name, e-mail address and user name in one object: of one person."""

import re
import unicodedata
from typing import NamedTuple
from zlib import crc32

from emulator.http.messages import Json
from emulator.mock.relations.draft import Draft
from emulator.schema.generate.words import FIRST_NAMES, LAST_NAMES
from emulator.schema.keywords import words
from emulator.schema.spelling import plain

_ROLES = (
    ("first", words("firstname givenname forename first")),
    ("last", words("lastname familyname surname last")),
    ("full", words("fullname displayname name contactname realname")),
    ("email", words("email emailaddress mail primaryemail contactemail useremail")),
    ("user", words("username login handle nickname screenname")),
    ("slug", words("slug permalink")),
    ("title", words("title label headline")),
)
_ROLE_OF = {name: role for role, names in _ROLES for name in names}
#: Beside these words a name is not a person's.
_OF_COMPANIES = words(
    "industry employees employeecount vatid vatnumber taxid website domain members legalname "
    "companyname registrationnumber plan billing slug"
)
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_FULL = re.compile(r"[A-ZÀ-Þ][\w'-]*( [A-ZÀ-Þ][\w'.-]*)+")


class Roles(NamedTuple):
    """Which member of an object is what; None where none is."""

    first: str | None
    last: str | None
    full: str | None
    email: str | None
    user: str | None
    slug: str | None
    title: str | None
    person: bool


def name_members(names: tuple[str, ...]) -> Roles | None:
    """The members of an object that name somebody, or name one thing in two ways."""
    roles: dict[str, str] = {}
    for name in names:
        role = _ROLE_OF.get(plain(name))
        if role is not None:
            roles.setdefault(role, name)
    company = not _OF_COMPANIES.isdisjoint(map(plain, names))
    both = "first" in roles and "last" in roles
    person = both or ("email" in roles and ("full" in roles or "first" in roles) and not company)
    if not person and not ("slug" in roles and ("full" in roles or "title" in roles)):
        return None
    first, last, full, email, user, slug, title = (roles.get(role) for role, _ in _ROLES)
    return Roles(first, last, full, email, user, slug, title, person)


def agree_on_name(draft: Draft, record: dict[str, Json], roles: Roles, _: int) -> None:
    """Have the names of a person agree, and the slug of a thing with its name."""
    if roles.person:
        _agree_on_person(draft, record, roles)
    named = roles.full or roles.title
    if roles.slug is not None and named is not None and isinstance(record[named], str):
        _put(draft, record, roles.slug, _letters(record[named], "-"))


def _agree_on_person(draft: Draft, record: dict[str, Json], roles: Roles) -> None:
    decided = draft.pinned_in(record)
    pinned = roles.full in decided
    if (pinned or roles.full is None) and roles.email in decided and roles.first is None:
        return
    first, last, full = (
        record[name] if name is not None and record[name].__class__ is str else None
        for name in roles[:3]
    )
    pinned = pinned and full is not None
    if first is None or last is None or pinned:
        if full is None or not (pinned or _FULL.fullmatch(full)):
            drawn = crc32(str(full or first or last).encode())
            given = first or FIRST_NAMES[drawn % len(FIRST_NAMES)]
            full = f"{given} {last or LAST_NAMES[drawn // 100 % len(LAST_NAMES)]}"
        first, _, last = full.rpartition(" ") if " " in full else (full, "", "")
    if pinned and not last:
        return
    _put(draft, record, roles.first, first)
    _put(draft, record, roles.last, last)
    if roles.first is not None and isinstance(record[roles.first], str):
        first = record[roles.first]
    if roles.last is not None and isinstance(record[roles.last], str):
        last = record[roles.last]
    _put(draft, record, roles.full, f"{first} {last}")
    if roles.email is not None and isinstance(record[roles.email], str):
        _, at, domain = record[roles.email].rpartition("@")
        address = f"{_letters(first, '.')}.{_letters(last, '.')}".strip(".")
        if at and address:
            _put(draft, record, roles.email, f"{address}@{domain}")
    _put(draft, record, roles.user, _letters(f"{first[:1]} {last}", ""))


def _put(draft: Draft, record: dict[str, Json], name: str | None, value: str) -> None:
    """Give a member another text, where it has one that the request did not decide."""
    if name is None or not value or name in draft.pinned_in(record):
        return
    old = record[name]
    if isinstance(old, str) and old != value:
        draft.put(record, name, value)


def _letters(text: str, between: str) -> str:
    """A text in small letters and digits without accents."""
    plain_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_LETTERS.sub(between, plain_text).strip(between or None)
