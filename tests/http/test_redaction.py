"""Secrets are taken out, wherever they stand; what is none stays byte for byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.redaction import (
    REDACTED,
    is_secret,
    redact_body,
    redact_headers,
    redact_query,
    redact_text,
    redact_value,
)

SECRET = "s3cr3t-value-0101"


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "x-api-key", "X-API-Key", "apiKey", "api_key", "access_token"),
        *("refreshToken", "client_secret", "Cookie", "set-cookie", "password", "X-Auth-Token"),
        *("proxy-authorization", "sessionKey", "private_key", "clientAssertion"),
    ],
)
def test_name_of_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("token_type", "content-type", "max_tokens", "next_page_token", "credential_id", "key"),
        *("has_password", "tokenCount", "user", "monkey", "link_token"),
    ],
)
def test_name_of_no_secret(name: str) -> None:
    assert not is_secret(name)


def test_scheme_of_a_header_stays() -> None:
    fields = (("authorization", f"Bearer {SECRET}"), ("x-api-key", SECRET), ("accept", "a/b"))
    assert redact_headers(fields) == (
        ("authorization", f"Bearer {REDACTED}"),
        ("x-api-key", REDACTED),
        ("accept", "a/b"),
    )


def test_authorization_without_a_scheme_is_taken_out() -> None:
    assert redact_headers((("authorization", SECRET),)) == (("authorization", REDACTED),)


@pytest.mark.parametrize(
    ("query", "redacted"),
    [
        (f"a=1&api_key={SECRET}&b", "a=1&api_key=%5BREDACTED%5D&b"),
        (f"access%5Ftoken={SECRET}", "access%5Ftoken=%5BREDACTED%5D"),
        ("a=%20&b=+&c", "a=%20&b=+&c"),
        ("", ""),
        ("token=", "token="),
    ],
)
def test_query(query: str, redacted: str) -> None:
    assert redact_query(query) == redacted


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", f'{{"a": {{"access_token": "{SECRET}"}}, "b": [1.0]}}'),
        ("application/problem+json; charset=utf-8", f'[{{"password": "{SECRET}"}}]'),
        (None, f'{{"clientSecret": "{SECRET}"}}'),
        ("application/x-www-form-urlencoded", f"user=a&password={SECRET}"),
        ("text/event-stream", f'id: 1\ndata: {{"token": "{SECRET}"}}\n\n'),
    ],
)
def test_body(media_type: str | None, body: str) -> None:
    redacted = redact_body(body.encode(), media_type)
    assert SECRET.encode() not in redacted
    assert b"REDACTED" in redacted


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b'{ "a" : 1.0 }'),
        ("application/json", b'{"token": '),
        ("application/json", b"[" * 10_000),
        ("application/octet-stream", b"\xff\x00token"),
        ("text/plain", b"password=1"),
        (None, b""),
    ],
)
def test_body_without_a_secret_stays_as_it_is(media_type: str | None, body: bytes) -> None:
    assert redact_body(body, media_type) == body


def test_very_secrets_are_found_in_any_text() -> None:
    assert redact_text("a k/1=b k%2F1%3Db c", ["k/1=b", "c"]) == f"a {REDACTED} {REDACTED} c"


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("token"), inner),
    )
)
def test_no_secret_stays(value: object) -> None:
    marked = json.loads(json.dumps({"outer": value, "token": SECRET, "list": [{"apiKey": SECRET}]}))
    assert SECRET not in json.dumps(redact_value(marked))
