"""One POST to one URL, on real sockets: what is sent, and what must not be."""

import asyncio
import socket

import pytest

from emulator.http.targets import THIS_MACHINE, Targets
from emulator.server.webhooks import sender
from emulator.server.webhooks.sender import Sender, Undeliverable
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
