"""Multipart bodies: parts as clients write them, and everything that is broken about others."""

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.multipart import MAX_PARTS, parse_parts
from emulator.http.percent import MalformedError

FORM = 'multipart/form-data; boundary="x y"'


def part(disposition: str, content: bytes = b"1", *headers: str) -> bytes:
    lines = [f"Content-Disposition: {disposition}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def body(*parts: bytes) -> bytes:
    return b"".join(b"--x y\r\n" + each + b"\r\n" for each in parts) + b"--x y--\r\n"


def test_part_has_name_type_and_content() -> None:
    (sent,) = parse_parts(body(part('form-data; name="a"', b"\r\n\0", "Content-Type: a/b")), FORM)
    assert (sent.name, sent.filename, sent.content_type, sent.body) == ("a", None, "a/b", b"\r\n\0")


def test_latin_1_headers_are_read() -> None:
    octets = body(part("form-data; name=a", b"1", "X-Name: ü").replace("ü".encode(), b"\xfc"))
    assert parse_parts(octets, FORM)[0].headers["x-name"] == "ü"


def test_no_parts() -> None:
    assert parse_parts(b"--x y--", FORM) == []


def test_preamble_and_epilogue_are_ignored() -> None:
    framed = b"hello\r\n" + body(part("form-data; name=a")) + b"bye"
    assert [sent.name for sent in parse_parts(framed, FORM)] == ["a"]


@pytest.mark.parametrize(
    ("disposition", "name", "filename"),
    [
        ('form-data; name="a;b"; filename="c d.txt"', "a;b", "c d.txt"),
        ('Form-Data; NAME="a"; filename="\\"q\\".txt"', "a", '"q".txt'),
        ('form-data; name="a%22b"; filename="100%.txt"', 'a"b', "100%.txt"),
        ("form-data; name=é; filename=ü.txt", "é", "ü.txt"),
        ("form-data; odd; name=a; filename=", "a", ""),
        ("form-data; name=a; filename*=UTF-8''%e2%82%ac.txt; filename=e.txt", "a", "€.txt"),
        ("form-data; name=a; filename*=utf-8''%ff; filename=e.txt", "a", "e.txt"),
        ("form-data; name=a; filename*=zip''x; filename=e.txt", "a", "e.txt"),
    ],
)
def test_disposition(disposition: str, name: str, filename: str) -> None:
    (sent,) = parse_parts(body(part(disposition)), FORM)
    assert (sent.name, sent.filename) == (name, filename)


@pytest.mark.parametrize(
    ("content_type", "octets", "text"),
    [
        (None, "é".encode(), "é"),
        ("text/plain; charset=ISO-8859-1", b"\xe9", "é"),
        ("text/plain; charset=zip", b"a", "a"),
        ("text/plain", b"\xff", None),
    ],
)
def test_text_of_a_part(content_type: str | None, octets: bytes, text: str | None) -> None:
    headers = [f"Content-Type: {content_type}"] if content_type else []
    (sent,) = parse_parts(body(part("form-data; name=a", octets, *headers)), FORM)
    assert sent.text() == text


@pytest.mark.parametrize(
    ("content_type", "octets", "message"),
    [
        ("multipart/form-data", b"", "no boundary"),
        ('multipart/form-data; boundary=""', b"", "1 to 70"),
        (f"multipart/form-data; boundary={'x' * 71}", b"", "1 to 70"),
        ("multipart/form-data; boundary=é", b"", "1 to 70"),
        (FORM, b"", "not in the body"),
        (FORM, b"--other\r\n", "not in the body"),
        (FORM, b"--x y\r\n" + part("form-data; name=a"), "closing boundary"),
        (FORM, b"--x yz\r\n--x y--", "followed by CRLF"),
        (FORM, body(part("form-data; name=a")).replace(b"\r\n", b"\n"), "CRLF"),
        (FORM, body(b"no headers"), "no empty line"),
        (FORM, body(b"\r\ncontent"), "Content-Disposition"),
        (FORM, body(part("form-data")), "Content-Disposition"),
        (FORM, body(part("attachment; name=a")), "Content-Disposition"),
        (FORM, body(b"no colon\r\n\r\n"), "name: value"),
        (FORM, body(part("form-data; name=a") + b"", b" folded: x\r\n\r\n"), "name: value"),
        (FORM, body(b"A: " + b"x" * 20_000 + b"\r\n\r\n"), "exceed"),
        (FORM, body(*[part("form-data; name=a")] * (MAX_PARTS + 1)), "more than"),
    ],
)
def test_broken_body_is_refused(content_type: str, octets: bytes, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        parse_parts(octets, content_type)


@given(st.binary().filter(lambda octets: b"--" not in octets), st.text(min_size=1))
def test_what_a_client_library_writes_is_read(content: bytes, name: str) -> None:
    name = name.encode(errors="ignore").decode() or "a"
    request = httpx.Request("POST", "http://test", files={name: ("f", content)})
    (sent,) = parse_parts(request.read(), request.headers["content-type"])
    assert sent.body == content
    assert sent.filename == "f"


@given(st.binary() | st.lists(st.sampled_from([b"--x y", b"\r\n", b"a: b", b"--"])).map(b"".join))
def test_no_octets_break_the_parser(octets: bytes) -> None:
    with suppress(MalformedError):
        assert len(parse_parts(octets, FORM)) <= MAX_PARTS
