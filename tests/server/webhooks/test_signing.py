"""Signatures of webhooks, by the example of the Standard Webhooks specification's scheme."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from emulator.mock.state.events import Deliver
from emulator.server.webhooks.signing import signature, signed_headers

NOW = datetime(2026, 4, 28, 14, 30, 0, 999_000, tzinfo=UTC)
MESSAGE = Deliver(
    subscription="ws_1",
    url="http://127.0.0.1/",
    type="t",
    id="msg_1",
    body=b'{"a":1}',
    secret=b"s3cret",
    headers=(("x-version", "V3"),),
    attempt_header="x-attempt",
)


@given(st.binary(), st.text("abc_-"), st.integers(0, 2**40), st.binary())
def test_signature_is_the_hmac_of_id_time_and_body(
    secret: bytes, id_: str, timestamp: int, body: bytes
) -> None:
    signed = b".".join([id_.encode(), str(timestamp).encode(), body])
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    assert signature(secret, id_, timestamp, body) == expected


def test_headers_of_an_attempt() -> None:
    assert dict(signed_headers(MESSAGE, 2, NOW)) == {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": "1777386600",
        "webhook-signature": signature(b"s3cret", "msg_1", 1777386600, b'{"a":1}'),
        "x-version": "V3",
        "x-attempt": "2",
    }


def test_each_attempt_is_signed_at_its_time() -> None:
    first = dict(signed_headers(MESSAGE, 1, NOW))
    second = dict(signed_headers(MESSAGE, 2, NOW + timedelta(seconds=5)))
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-signature"] != second["webhook-signature"]
