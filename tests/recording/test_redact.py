"""What is taken out of an exchange, and what stays; places are in tests/recording/places.py."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.messages import Event
from emulator.recording.redact import Redaction, in_shape
from emulator.recording.secrets import Secrets, compile_secrets
from emulator.redaction import is_secret
from tests.proxy.pets import DOCUMENT
from tests.proxy.recorders import assembled

JSON = "application/json"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("name", "value", "redacted"),
    [
        ("authorization", "Bearer abc", "Bearer [REDACTED]"),
        ("authorization", "abc", "[REDACTED]"),
        ("cookie", "a=1; b=2; c", "a=[REDACTED]; b=[REDACTED]; c"),
        ("set-cookie", "sid=1; Path=/; HttpOnly", "sid=[REDACTED]; Path=/; HttpOnly"),
        ("x-api-key", "abc", "[REDACTED]"),
        (
            "location",
            "/cb?code=1&token=2#id_token=3",
            "/cb?code=1&token=%5BREDACTED%5D#id_token=%5BREDACTED%5D",
        ),
        ("www-authenticate", 'Bearer realm="x"', 'Bearer realm="x"'),
        ("etag", "token=1", "token=1"),
    ],
)
def test_header(name: str, value: str, redacted: str) -> None:
    assert Redaction(Secrets()).headers(((name, value),)) == ((name, redacted),)


@pytest.mark.parametrize(
    ("content_type", "body", "redacted"),
    [
        (JSON, '{"a": 1,  "b":[]}', '{"a": 1,  "b":[]}'),
        (JSON, '{"pin_token": 17, "x": 1}', '{"pin_token":"[REDACTED]","x":1}'),
        (JSON, '{"tokens":{"input":5,"id":"a"}}', '{"tokens":{"input":5,"id":"[REDACTED]"}}'),
        (
            JSON,
            '{"token":null,"secret":true,"password":""}',
            '{"token":null,"secret":true,"password":""}',
        ),
        (JSON, '{"password": broken', '{"password": broken'),
        ("text/plain", "password=1", "password=1"),
        ("application/x-www-form-urlencoded", "a=1&password=2", "a=1&password=%5BREDACTED%5D"),
        (
            "application/xml",
            "<a><b:token x='1'>2</b:token></a>",
            "<a><b:token x='1'>[REDACTED]</b:token></a>",
        ),
        ("application/x-ndjson", '{"a":1}\n{"token":"x"}\n', '{"a":1}\n{"token":"[REDACTED]"}\n'),
        ("multipart/form-data; boundary=b", "no parts at all", "no parts at all"),
    ],
)
def test_body(content_type: str, body: str, redacted: str) -> None:
    assert Redaction(Secrets()).body(body.encode(), content_type).decode() == redacted


def test_event_keeps_what_is_no_data() -> None:
    event = Event('{"token":"abc"}', id="1", event="e", retry_ms=5, comment="c", after_ms=7)
    redacted = Redaction(Secrets()).event(event)
    assert redacted == Event('{"token":"[REDACTED]"}', "1", "e", 5, "c", 7)


def test_path_parameter_by_the_name_in_the_document() -> None:
    redaction = Redaction(Secrets())
    assert redaction.path("/reset/abc%2F/x", "/reset/{resetToken}/{id}") == "/reset/[REDACTED]/x"
    assert redaction.path("/reset/abc", "") == "/reset/abc"
    assert redaction.taken == ["abc%2F"]


def test_further_names_places_and_the_keys_of_the_document() -> None:
    (service,) = assembled(str(DOCUMENT)).services
    secrets = compile_secrets(("SSN", "/a/*/b", "/x~1y"), service.api)
    value = {"ssn": "1", "a": [{"b": "2", "c": "3"}, {"b": {"d": "4"}}], "x/y": "5", "b": "6"}
    assert Redaction(secrets).value(value) == {
        "ssn": "[REDACTED]",
        "a": [{"b": "[REDACTED]", "c": "3"}, {"b": {"d": "[REDACTED]"}}],
        "x/y": "[REDACTED]",
        "b": "6",
    }
    assert secrets.named("X-Pets-Id")


@pytest.mark.parametrize("name", ["", "two words", "/"[1:]])
def test_what_is_neither_a_name_nor_a_place(name: str) -> None:
    with pytest.raises(ValueError, match="JSON pointer"):
        compile_secrets((name,))


@pytest.mark.parametrize(
    ("value", "masked"),
    [("xy12-QR", "xx00-XX"), ("0f3a-11", "0a0a-00"), (17, 0), (1.5, 0), ("a b@c.de", "x x@x.xx")],
)
def test_mask_in_the_shape_of_the_value(value: Any, masked: Any) -> None:
    assert in_shape(value) == masked


@given(VALUES)
def test_value_without_secrets_stays_byte_for_byte(value: Any) -> None:
    body = json.dumps(value).encode()
    if not any(is_secret(name) for name in _names(value)) and b"@" not in body and b"=" not in body:
        assert Redaction(Secrets()).body(body, JSON) == body


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for each in value for name in _names(each)]
    if isinstance(value, dict):
        return [*value, *(name for each in value.values() for name in _names(each))]
    return []
