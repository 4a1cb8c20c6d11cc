"""What is taken out of a message, and what stays; all forms are in test_redaction_forms.py."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Event, EventStream
from emulator.http.redaction import Redaction
from emulator.http.secret_names import is_secret

JSON = "application/json"
EVENTS = "text/event-stream"
SECRET = "s3cr3t-value-0101"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("token"), inner),
)


@pytest.mark.parametrize(
    ("name", "value", "redacted"),
    [
        ("authorization", "Bearer abc", "Bearer [REDACTED]"),
        ("Authorization", "Bearer  abc ", "Bearer [REDACTED]"),
        ("authorization", "abc", "[REDACTED]"),
        ("authorization", "a/b c", "[REDACTED]"),
        ("cookie", "a=1; b=2; c;", "a=[REDACTED]; b=[REDACTED]; [REDACTED]; "),
        ("set-cookie", "sid=1; Path=/; HttpOnly", "sid=[REDACTED]; Path=/; HttpOnly"),
        (
            "set-cookie",
            "sid=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
            "sid=[REDACTED]; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
        ),
        ("set-cookie", "a=1; Path=/, b=2", "[REDACTED]"),
        ("X-API-Key", "abc", "[REDACTED]"),
        (
            "location",
            "/cb?code=1&token=2#id_token=3",
            "/cb?code=1&token=%5BREDACTED%5D#id_token=%5BREDACTED%5D",
        ),
        ("x-forwarded-uri", "/a?token=2", "/a?token=%5BREDACTED%5D"),
        ("origin", "https://u:x@h", "https://u:%5BREDACTED%5D@h"),
        ("x-token-expires", "3600", "3600"),
        ("www-authenticate", 'Bearer realm="x"', 'Bearer realm="x"'),
        ("etag", "token=1", "token=1"),
        ("accept", "a/b", "a/b"),
    ],
)
def test_header(name: str, value: str, redacted: str) -> None:
    assert Redaction().headers(((name, value),)) == ((name, redacted),)


@pytest.mark.parametrize(
    ("query", "redacted"),
    [
        ("a=1&api_key=x&b", "a=1&api_key=%5BREDACTED%5D&b"),
        ("access%5Ftoken=x", "access%5Ftoken=%5BREDACTED%5D"),
        ("a=%20&b=+&c", "a=%20&b=+&c"),
        ("", ""),
        ("token=", "token="),
    ],
)
def test_query(query: str, redacted: str) -> None:
    assert Redaction().query(query) == redacted


@pytest.mark.parametrize(
    ("content_type", "body", "redacted"),
    [
        (JSON, '{"a": 1,  "b":[]}', '{"a": 1,  "b":[]}'),
        (JSON, '{ "a" : 1.0 }', '{ "a" : 1.0 }'),
        (JSON, '{"pin_token": 17, "x": 1}', '{"pin_token":"[REDACTED]","x":1}'),
        (JSON, '{"tokens":{"input":5,"id":"a"}}', '{"tokens":{"input":5,"id":"[REDACTED]"}}'),
        (
            JSON,
            '{"token":null,"secret":true,"password":""}',
            '{"token":null,"secret":true,"password":""}',
        ),
        (JSON, '{"password": broken', '{"password": [REDACTED]'),
        (JSON, "[" * 10_000, "[" * 10_000),
        (
            "a/problem+json; charset=utf-8",
            '[{"password":"x"}]',
            '[{"password":"[REDACTED]"}]',
        ),
        ("", '{"clientSecret":"x"}', '{"clientSecret":"[REDACTED]"}'),
        ("", "", ""),
        ("text/plain", "password=1 a=1", "password=[REDACTED] a=1"),
        ("application/octet-stream", "\0token", "\0token"),
        ("application/x-www-form-urlencoded", "a=1&password=2", "a=1&password=%5BREDACTED%5D"),
        (
            "application/xml",
            "<a><b:token x='1'>2</b:token></a>",
            "<a><b:token x='1'>[REDACTED]</b:token></a>",
        ),
        ("application/x-ndjson", '{"a":1}\n{"token":"x"}\n', '{"a":1}\n{"token":"[REDACTED]"}\n'),
        ("multipart/form-data; boundary=b", "no parts at all", "no parts at all"),
        (
            EVENTS,
            'id: 1\ndata:{"token":1}\nx\n\n: c',
            'id: 1\ndata: {"token":"[REDACTED]"}\nx\n\n: c',
        ),
        (EVENTS, 'data: {\r\ndata:"token":1}\r\n', 'data: {"token":"[REDACTED]"}\r\n'),
        (EVENTS, "data:{}\rretry: 1\r\rdata\n\n\n", "data:{}\rretry: 1\r\rdata\n\n\n"),
    ],
)
def test_body(content_type: str, body: str, redacted: str) -> None:
    assert Redaction().body(body.encode(), content_type).decode() == redacted


def test_bytes_that_are_no_text_stay() -> None:
    for content_type in ("application/octet-stream", EVENTS, JSON):
        assert Redaction().body(b"data: \xff\x00token", content_type) == b"data: \xff\x00token"


def test_event_keeps_what_is_no_data() -> None:
    event = Event('{"token":"abc"}', id="1", event="e", retry_ms=5, comment="c", after_ms=7)
    redacted = Redaction().answer(EventStream(200, (), (event,), retry_ms=1))
    expected = Event('{"token":"[REDACTED]"}', "1", "e", 5, "c", 7)
    assert redacted == EventStream(200, (), (expected,), 1)


def test_path_parameter_by_the_name_in_the_document() -> None:
    taken: list[Any] = []

    def mask(secret: Any) -> str:
        taken.append(secret)
        return "x"

    redaction = Redaction(mask=mask)
    assert redaction.path("/reset/abc%2F/x", "/reset/{resetToken}/{id}") == "/reset/x/x"
    assert redaction.path("/reset/abc", "") == "/reset/abc"
    assert redaction.path("/f/x-abc.json", "/f/x-{token}.json") == "/f/x-x.json"
    assert taken == ["abc%2F", "abc"]


@given(VALUES)
def test_no_secret_stays(value: object) -> None:
    marked = json.loads(json.dumps({"outer": value, "token": SECRET, "list": [{"apiKey": SECRET}]}))
    assert SECRET not in json.dumps(Redaction().value(marked))


@given(VALUES)
def test_what_is_redacted_stays_so(value: object) -> None:
    once = Redaction().value(value)
    assert Redaction().value(once) == once


@given(VALUES)
def test_value_without_secrets_stays_byte_for_byte(value: Any) -> None:
    body = json.dumps(value).encode()
    if not any(is_secret(name) for name in _names(value)) and b"@" not in body and b"=" not in body:
        assert Redaction().body(body, JSON) == body


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for each in value for name in _names(each)]
    if isinstance(value, dict):
        return [*value, *(name for each in value.values() for name in _names(each))]
    return []
