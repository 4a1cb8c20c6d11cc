"""Methods that the parser doesn't know."""

import httptools
import pytest

from emulator.server.stand_ins import unknown_method

INVALID = httptools.HttpParserInvalidMethodError("Invalid method encountered")


@pytest.mark.parametrize(
    ("data", "method"),
    [
        (b"SYNC /a HTTP/1.1\r\n\r\n", b"SYNC"),
        (b"get /a?b=c HTTP/1.0\r\nHost: x\r\n", b"get"),
        (b"M~x /a HTTP/1.1\r\n", b"M~x"),
        (b"\x16\x03\x01 /a HTTP/1.1\r\n", None),
        (b"A(B /a HTTP/1.1\r\n", None),
        (b"hello\r\n\r\n", None),
        (b"SYNC /a\r\n\r\n", None),
        (b"SYNC /a HTTP/2.0\r\n\r\n", None),
        (b"S" * 51 + b" /a HTTP/1.1\r\n", None),
    ],
)
def test_method_of_what_is_a_request(data: bytes, method: bytes | None) -> None:
    assert unknown_method(INVALID, data) == method


def test_other_errors_are_none_of_the_method() -> None:
    error = httptools.HttpParserInvalidURLError("x")
    assert unknown_method(error, b"SYNC /a HTTP/1.1\r\n\r\n") is None
