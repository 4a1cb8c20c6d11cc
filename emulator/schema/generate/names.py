"""Guess values from names of properties: `createdAt` is a date, `price` an amount."""

import re
from functools import lru_cache
from typing import TypeAlias, TypeVar

from emulator.schema.generate import formats, words
from emulator.schema.generate.mixtures import TextMaker, letters, mixture

T = TypeVar("T")

#: Lowest value, highest value and number of decimals.
Window: TypeAlias = tuple[int, int, int]


def text_for(name: str) -> TextMaker | None:
    """The maker of texts for a property of this name, if the name suggests one."""
    return _lookup(name, _TEXTS)


def window_for(name: str) -> Window | None:
    """The usual range of a number of this name, if the name suggests one."""
    return _lookup(name, _WINDOWS)


def truth_for(name: str) -> bool | None:
    """The usual value of a flag of this name, if the name suggests one."""
    return _lookup(name, _FLAGS)


def ends_paging(name: str) -> bool:
    """Whether null under this name tells a client that there is no further page."""
    return _lookup(name, _PAGING) is not None


@lru_cache(maxsize=4096)
def _keys(name: str) -> tuple[str, ...]:
    """The ways to read a name, most specific first: billing_first_name, first_name, name."""
    parts = [p.lower() for p in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name[:100])]
    return tuple("_".join(parts[-size:]) for size in (3, 2, 1) if size <= len(parts))


def _lookup(name: str, table: dict[str, T]) -> T | None:
    for key in _keys(name):
        if key in table:
            return table[key]
    return None


_FULL_NAME = mixture("%s %s", words.FIRST_NAMES, words.LAST_NAMES)
_THING = mixture("%s %s", tuple(map(str.capitalize, words.ADJECTIVES)), words.NOUNS)
_IMAGE = mixture("https://%s/images/%s.png", words.DOMAINS, words.NOUNS)
_FILE_NAME = mixture("%s.%s", words.NOUNS, words.EXTENSIONS)
_PHONE = mixture("+1202555%04d", range(100, 200))  # 555-01xx is reserved for fiction
_VERSION = mixture("%s.%s.%s", range(1, 6), range(10), range(10))
_POSTAL_CODE = letters(("123456789", 1), ("0123456789", 4))
_COLOR = mixture("#%s%s%s%s%s%s", *6 * ("0123456789abcdef",))
_DECIMAL = mixture("%s.%02d", range(1, 1000), range(100))
_USER_NAME = mixture("%s%s", words.lower(words.FIRST_NAMES), range(1, 100))
_STREET = mixture("%s %s", range(1, 201), words.STREETS)
_COUNTRY = mixture("%s", tuple(name for name, _ in words.COUNTRIES))
_COUNTRY_CODE = mixture("%s", tuple(code for _, code in words.COUNTRIES))
_CREATED = formats.date_times(2024, 1, 6)
_UPDATED = formats.date_times(2024, 7, 12)
_EXPIRES = formats.date_times(2026, 1, 12)


def _rows(*rows: tuple[str, T]) -> dict[str, T]:
    """One entry for each of the names that share a row."""
    return {name: value for names, value in rows for name in names.split()}


_TEXTS: dict[str, TextMaker] = _rows(
    ("id identifier", formats.identifier),
    ("uuid guid", formats.uuid),
    ("request_id trace_id correlation_id", formats.uuid),
    ("created_at created creation_date created_on date_created started_at start", _CREATED),
    ("start_time inserted_at joined_at opened_at published_at created_time", _CREATED),
    ("updated_at updated modified modified_at last_modified date_updated end", _UPDATED),
    ("end_time ended_at completed_at finished_at closed_at deleted_at updated_time", _UPDATED),
    ("expires expires_at expiry expiration expiration_date valid_until", _EXPIRES),
    ("timestamp ts at datetime", formats.date_times()),
    ("date day birthday birth_date dob", formats.dates()),
    ("time", formats.time),
    ("first_name given_name firstname givenname", mixture("%s", words.FIRST_NAMES)),
    ("last_name family_name surname lastname familyname", mixture("%s", words.LAST_NAMES)),
    ("full_name fullname author owner_name user_name_full contact_name", _FULL_NAME),
    ("customer_name person cardholder holder_name", _FULL_NAME),
    ("display_name name label title subject headline", _THING),
    ("username user_name login handle nickname screen_name", _USER_NAME),
    ("email mail email_address to from cc bcc reply_to", formats.email),
    ("company organization organisation company_name vendor brand", mixture("%s", words.COMPANIES)),
    ("url uri link href website homepage endpoint callback webhook", formats.uri),
    ("avatar avatar_url image image_url photo picture icon thumbnail", _IMAGE),
    ("icon_url logo logo_url photo_url picture_url thumbnail_url", _IMAGE),
    ("domain host hostname", formats.hostname),
    ("ip ip_address ipv4 remote_addr", formats.ipv4),
    ("ipv6", formats.ipv6),
    ("phone phone_number mobile telephone tel fax", _PHONE),
    ("description summary message text body content comment note", formats.sentence),
    ("notes comments details reason bio about snippet", formats.sentence),
    ("city town locality", mixture("%s", words.CITIES)),
    ("region state_name province county", mixture("%s", words.REGIONS)),
    ("country country_name", _COUNTRY),
    ("country_code", _COUNTRY_CODE),
    ("street address line1 address_line1 address1 street_address", _STREET),
    ("zip zipcode zip_code postal_code postcode postal", _POSTAL_CODE),
    ("currency currency_code", mixture("%s", words.CURRENCIES)),
    ("amount price total cost fee tax balance subtotal decimal", _DECIMAL),
    ("language lang language_code", mixture("%s", words.LANGUAGES)),
    ("locale", mixture("%s", words.LOCALES)),
    ("timezone time_zone tz", mixture("%s", words.TIME_ZONES)),
    ("status state", mixture("%s", words.STATUSES)),
    ("role permission", mixture("%s", words.ROLES)),
    ("job job_title position occupation", mixture("%s", words.JOBS)),
    ("color colour", _COLOR),
    ("version semver release", _VERSION),
    ("slug", formats.slug),
    ("token access_token refresh_token secret api_key client_secret apikey", formats.token),
    ("cursor next_cursor page_token next_page_token", formats.token),
    ("password", formats.password),
    ("hash sha commit checksum etag digest sha1 oid", formats.hexadecimal(40)),
    ("sha256", formats.hexadecimal(64)),
    ("md5", formats.hexadecimal(32)),
    ("path pathname", formats.path),
    ("filename file_name file", _FILE_NAME),
    ("mime_type mimetype content_type media_type mime", mixture("%s", words.MEDIA_TYPES)),
    ("tag tags category keyword topic genre key", mixture("%s", words.NOUNS)),
)

_WINDOWS: dict[str, Window] = _rows(
    ("id number", (1, 99_999, 0)),
    ("created created_at timestamp ts start started_at created_on", (1704067200, 1719791999, 0)),
    ("updated updated_at modified end ended_at time date", (1719792000, 1735689599, 0)),
    ("expires expires_at expiry", (1767225600, 1798761599, 0)),
    ("unix_time", (1704067200, 1735689599, 0)),
    ("expires_in ttl duration timeout seconds retry_after", (30, 3600, 0)),
    ("price amount total_price cost fee tax balance subtotal total_amount", (1, 999, 2)),
    ("salary", (30_000, 120_000, 0)),
    ("count quantity qty total size length views likes hits", (1, 250, 0)),
    ("lat latitude", (-60, 70, 5)),
    ("lon lng long longitude", (-170, 170, 5)),
    ("altitude elevation", (0, 2500, 1)),
    ("percent percentage progress percent_off percent_complete", (0, 100, 1)),
    ("rate ratio score probability confidence fraction", (0, 1, 3)),
    ("rating stars", (1, 5, 0)),
    ("page page_number", (1, 10, 0)),
    ("limit per_page page_size pagesize", (10, 100, 0)),
    ("offset skip", (0, 100, 0)),
    ("index position order rank priority level line", (0, 20, 0)),
    ("width height", (64, 1920, 0)),
    ("weight", (1, 100, 1)),
    ("temperature", (-10, 35, 1)),
    ("age", (18, 90, 0)),
    ("year", (2020, 2026, 0)),
    ("exp_year", (2027, 2032, 0)),
    ("month exp_month", (1, 12, 0)),
    ("day", (1, 28, 0)),
    ("hour", (0, 23, 0)),
    ("minute second", (0, 59, 0)),
    ("port", (1024, 65535, 0)),
    ("code status_code", (100, 599, 0)),
    ("bytes", (512, 5_000_000, 0)),
)

# A client that follows pages must come to an end.
_FLAGS: dict[str, bool] = _rows(
    ("has_more has_next has_next_page has_previous_page truncated is_truncated more", False),
    ("incomplete_results deleted archived revoked suspended disabled error", False),
    ("ok success successful valid enabled active", True),
)

_PAGING: dict[str, bool] = _rows(
    ("next next_page next_cursor next_page_token next_token next_url next_page_url", True),
    ("end_cursor cursor starting_after", True),
)
