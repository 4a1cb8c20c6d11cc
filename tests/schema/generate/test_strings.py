import re

import jsonschema_rs
import pytest

from emulator.http.messages import Json
from emulator.schema.format_checks import has_format
from emulator.schema.generate.formats import FORMATS
from emulator.schema.generate.strings import string
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
