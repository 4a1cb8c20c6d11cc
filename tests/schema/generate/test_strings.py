import re

import jsonschema_rs
import pytest

from emulator.http.messages import Json
from emulator.schema.format_checks import has_format
from emulator.schema.generate.format_shapes import _SHAPES, shapes_of
from emulator.schema.generate.formats import FORMATS
from emulator.schema.generate.strings import string
from emulator.schema.regex.common import common_sampler
from tests.support.chance import words_of

LENGTHS = [(0, 4), (0, 12), (30, 40), (75, 90), (150, 200)]
FIXED = {"date", "time", "date-time", "duration", "ipv4", "ipv6", "uuid"}  # their length is given


@pytest.mark.parametrize("name", FORMATS)
def test_format_is_kept(name: str) -> None:
    schema = {"type": "string", "format": name}
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for seed in range(20):
        text = string(schema, "")(words_of(seed))
        assert judge.is_valid(text), text
        assert text is not None
        assert has_format(name, text)


@pytest.mark.parametrize(("low", "high"), LENGTHS)
@pytest.mark.parametrize("name", sorted(FORMATS.keys() - FIXED))
def test_format_is_kept_at_any_length(name: str, low: int, high: int) -> None:
    schema = {"type": "string", "format": name, "minLength": low, "maxLength": high}
    text = string(schema, "")(words_of(1))
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert judge.is_valid(text), text


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("first_name", r"[A-Z][a-z]+"),
        ("userEmail", r"[a-z.]+@example\.(com|org|net)"),
        ("avatar-url", r"https://example\.\w+/images/\w+\.png"),
        ("createdAt", r"2024-0[1-6]-\d\dT\d\d:\d\d:\d\dZ"),
        ("updated_at", r"2024-(0[7-9]|1[0-2])-\d\dT\d\d:\d\d:\d\dZ"),
        ("phone", r"\+1202555\d{4}"),
        ("countryCode", r"[A-Z]{2}"),
        ("currency", r"[A-Z]{3}"),
        ("version", r"\d\.\d\.\d"),
        ("color", r"#[0-9a-f]{6}"),
        ("ip", r"\d+\.\d+\.\d+\.\d+"),
        ("slug", r"[a-z]+-[a-z]+"),
        ("customer_id", r"[a-z][a-z0-9]{11}"),
        ("requestID", r"[0-9a-f-]{36}"),
        ("whatever", r"[a-z]+ [a-z]+"),
    ],
)
def test_name_says_what_a_text_is(name: str, pattern: str) -> None:
    for seed in range(10):
        text = string({}, name)(words_of(seed))
        assert re.fullmatch(pattern, text or ""), text


@pytest.mark.parametrize("name", ["description", "id", "email", "x"])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (3, 3), (120, 125)])
def test_name_does_not_break_the_length(name: str, low: int, high: int) -> None:
    text = string({"minLength": low, "maxLength": high}, name)(words_of(1))
    assert text is not None
    assert low <= len(text) <= high


@pytest.mark.parametrize(
    ("format_name", "text"),
    [
        ("date-time", "2024-01-01 00:00:00Z"),
        ("date", "2024-02-30"),
        ("date", "20240101"),
        ("time", "10:00:00"),
        ("duration", "P"),
        ("duration", "PT"),
        ("email", "ada"),
        ("hostname", "-a.b"),
        ("ipv4", "256.0.0.1"),
        ("ipv6", "fe80::1%eth0"),
        ("uri", "/relative"),
        ("uri", "http://a b"),
        ("uuid", "123"),
        ("json-pointer", "a"),
    ],
)
def test_text_without_the_format_is_told(format_name: str, text: str) -> None:
    assert not has_format(format_name, text)


def test_unknown_format_is_a_hint() -> None:
    schema: Json = {"type": "string", "format": "phone"}
    assert (string(schema, "x")(words_of(1)) or "").startswith("+1202555")


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("date-time", r"\.[0-9]{3}Z$"),
        ("date-time", r"[+-]\d{2}:\d{2}$"),
        ("date-time", "T00:00:00Z$"),
        ("date-time", "^1999-12-31T"),
        ("date", "^2023-"),
        ("date", "-02-29$"),
        ("date", "^(?!2024)"),
        ("time", r"^\d{2}:\d{2}:00Z$"),
        ("duration", r"^PT\d+M$"),
        ("email", "@corp[.]example$"),
        ("email", r"^sales\+"),
        ("idn-email", "^.{5,9}$"),
        ("hostname", r"^db-\d+[.]internal$"),
        ("ipv4", r"^10\."),
        ("ipv6", "^fe80::"),
        ("uri", "^s3://"),
        ("uri", r"\.pdf$"),
        ("uri", r"^https://api[.]corp[.]example/v1/items\?id=[0-9]+$"),
        ("uri-reference", "^/v1/"),
        ("uuid", "^[0-9a-f]{8}-[0-9a-f]{4}-1"),
        ("uuid", "^[0-9A-F-]+$"),
        ("json-pointer", "/0$"),
        ("byte", "==$"),
    ],
)
def test_format_and_pattern_are_kept_at_once(name: str, pattern: str) -> None:
    draw = string({"type": "string", "format": name, "pattern": pattern}, "")
    schema = {"type": "string", "format": name, "pattern": pattern}
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    texts = [draw(words_of(seed)) for seed in range(9)]
    assert all(judge.is_valid(text) for text in texts), texts


def test_no_text_has_a_format_and_matches_a_pattern_that_excludes_it() -> None:
    for pattern in (r"^\d{2}/\d{2}/\d{4}$", "^(?!2)(?!1)(?!0).{99}$"):
        draw = string({"type": "string", "format": "date", "pattern": pattern}, "")
        assert draw(words_of(1)) is None


@pytest.mark.parametrize(
    ("name", "shape"), [(name, shape) for name in _SHAPES for shape in shapes_of(name)]
)
def test_shapes_of_formats_have_the_format(name: str, shape: str) -> None:
    sampler = common_sampler((shape,), 0, 60)
    assert sampler is not None
    judge = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    texts = [sampler(words_of(seed)) for seed in range(9)]
    assert all(judge.is_valid(text) for text in texts), texts


def test_long_texts_for_patterns_are_refused_at_once() -> None:
    draw = string({"pattern": "(?=.*[0-9])", "minLength": 100_000}, "")
    assert draw(words_of(1)) is None
