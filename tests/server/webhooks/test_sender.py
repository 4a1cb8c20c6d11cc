"""One POST to one URL, on real sockets: what is sent, and what must not be."""

import asyncio
import base64
import hashlib
import hmac
import socket
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.targets import THIS_MACHINE, Targets
from emulator.mock.state.events import Deliver
from emulator.server.webhooks import sender
from emulator.server.webhooks.sender import Sender, Undeliverable, signature, signed_headers
from tests.support.receiver import receiving


def post(url: str, targets: Targets = THIS_MACHINE) -> int:
    return asyncio.run(Sender(targets)(url, (("x-a", "b"),), b"{}"))


def test_body_and_headers_arrive() -> None:
    with receiving() as receiver:
        assert post(receiver.url + "/%2F?q=%20") == 204
    (received,) = receiver.received
    assert (received.path, received.body) == ("/hooks/%2F?q=%20", b"{}")
    assert received.headers["x-a"] == "b"
    assert received.headers["host"] == receiver.url.split("/")[2]


def test_name_of_this_machine_leads_to_it() -> None:
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "localhost")
        assert post(url) == 204
    assert receiver.received[0].headers["host"].startswith("localhost:")


def test_redirect_is_not_followed() -> None:
    with receiving() as receiver:
        receiver.answer_with(307, location=receiver.url)
        assert post(receiver.url) == 307
    assert len(receiver.received) == 1


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with receiving() as receiver:
        assert post(receiver.url) == 204


@pytest.mark.parametrize("url", ["http://10.255.255.1/", "http://127.0.0.1\\@10.255.255.1/"])
def test_address_that_is_no_target_is_not_connected_to(url: str) -> None:
    with pytest.raises(Undeliverable, match="--webhook-targets"):
        post(url)


def test_name_that_leads_elsewhere_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def elsewhere(_: object) -> list[str]:
        return ["10.255.255.1"]

    monkeypatch.setattr(sender, "_addresses", elsewhere)
    with pytest.raises(Undeliverable, match="localhost is no target"):
        post("http://localhost:9/")


def test_next_address_is_tried_where_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(_: object) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    monkeypatch.setattr(sender, "_addresses", both)
    with receiving() as receiver:
        assert post(receiver.url) == 204


def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Undeliverable, match="connect"):
            post(f"http://127.0.0.1:{unused.getsockname()[1]}/")


def test_receiver_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "TIMEOUT_S", 0.01)
    given_up = pytest.raises(Undeliverable, match=r"no answer within 0\.01 s")
    with socket.create_server(("127.0.0.1", 0)) as silent, given_up:
        post(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_answer_without_end_is_cut() -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def run() -> int:
        server = await asyncio.start_server(endless, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            return await Sender(THIS_MACHINE)(f"http://127.0.0.1:{port}/", (), b"")

    assert asyncio.run(run()) == 200


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
