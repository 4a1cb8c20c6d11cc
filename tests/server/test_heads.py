"""Heads that came before are read without a parser: exactly those, and as a parser reads them."""

import pytest

from emulator.server.heads import Head, Heads

HEADERS = (("host", "x"), ("content-length", "2"))
HEAD = Head(HEADERS, dict(HEADERS))
LINES = b"\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
LEARNT = b"POST /a HTTP/1.1" + LINES + b"{}"


def heads(data: bytes = LEARNT, head: Head = HEAD) -> Heads:
    """The heads after a parser has read this."""
    made = Heads()
    made.learn(data, head)
    return made


def test_the_same_lines_are_read_with_another_target_and_body() -> None:
    found = heads().read(b"PUT /b?c=1 HTTP/1.1" + LINES + b"12")
    message = b"PUT", "1.1", True
    assert found == (message, b"/b?c=1", Head(HEADERS, dict(HEADERS), 2, 20, "x"), b"12")


@pytest.mark.parametrize(
    "data",
    [
        b"POST /a HTTP/1.1" + LINES.replace(b"Host", b"host") + b"{}",  # other lines
        b"POST /a HTTP/1.1" + LINES + b"{",  # part of a body
        b"POST /a HTTP/1.1" + LINES + b"{}P",  # more than a request
        b"POST /a HTTP/1.1" + LINES + b"{}" + LEARNT,
        b"POST /a HTTP/1.0" + LINES + b"{}",
        b"POST /a  HTTP/1.1" + LINES + b"{}",
        b"POST /a\x01 HTTP/1.1" + LINES + b"{}",
        b"POST /\xc3\xa4 HTTP/1.1" + LINES + b"{}",
        b"POST a HTTP/1.1" + LINES + b"{}",
        b"POST http://x/a HTTP/1.1" + LINES + b"{}",
        b"CONNECT /a HTTP/1.1" + LINES + b"{}",
        b"BREW /a HTTP/1.1" + LINES + b"{}",
        b"\r\n" + LEARNT,
        b"POST /a HTTP/1.1\r\nPOST /a HTTP/1.1" + LINES + b"{}",
        b"POST /a HTTP/1.1",
        b"\r\n\r\n",
        b"",
    ],
)
def test_whatever_else_is_left_to_the_parser(data: bytes) -> None:
    assert heads().read(data) is None


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (b"Transfer-Encoding: chunked", {"transfer-encoding": "chunked"}),
        (b"Expect: 100-continue\r\nContent-Length: 2", {"expect": "", "content-length": "2"}),
        (b"Upgrade: h2c\r\nContent-Length: 2", {"upgrade": "h2c", "content-length": "2"}),
        (b"Content-Length: 2\r\nContent-Length: 2", {"content-length": "2, 2"}),
        (b"Content-Length: 3", {"content-length": "3"}),
        (b"A: 1\nContent-Length: 2", {"a": "1", "content-length": "2"}),
        (b"A: 1\r\rContent-Length: 2", {"a": "1", "content-length": "2"}),
        (b"A: " + b"1" * 2_000 + b"\r\nContent-Length: 2", {"content-length": "2"}),
    ],
)
def test_what_means_more_than_it_says_is_not_kept(lines: bytes, fields: dict[str, str]) -> None:
    data = b"POST /a HTTP/1.1\r\n" + lines + b"\r\n\r\n{}"
    assert heads(data, Head(tuple(fields.items()), fields)).read(data) is None


@pytest.mark.parametrize("before", [b"\r\n", b"BREW /b HTTP/1.1\r\n", b"GET /b HTTP/1.1\nA:\t"])
def test_a_request_line_is_no_line_of_a_head(before: bytes) -> None:
    made = heads(before + LEARNT)
    assert made.read(before + LEARNT) is None
    assert made.read(LEARNT) is None


def test_as_many_are_kept_as_there_is_room_for() -> None:
    made = Heads()
    requests = [b"GET / HTTP/1.1\r\nA: %d\r\n\r\n" % number for number in range(501)]
    for data in requests:
        made.learn(data, Head((("a", "1"),), {"a": "1"}))
        assert made.read(data) is not None
    assert [data for data in requests if made.read(data)] == requests[500:]
