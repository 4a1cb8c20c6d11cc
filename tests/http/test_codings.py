"""Bodies as they are meant: decompressed within a limit, text of any charset in UTF-8."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.codings import (
    Decoder,
    TooLargeError,
    UnreadableError,
    decoded,
    in_charset,
    is_plain,
)
from emulator.http.messages import Request

BODIES = st.binary(max_size=200)
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "identity": lambda body: body,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, gzip": lambda body: gzip.compress(zlib.compress(body)),
}
FORM = "application/x-www-form-urlencoded; charset="


def request(body: bytes, content_type: str = "", coding: str = "") -> Request:
    fields = (("content-type", content_type), ("content-encoding", coding))
    return Request("POST", "/x", headers=tuple(f for f in fields if f[1]), body=body)


@given(body=BODIES, coding=st.sampled_from(list(CODINGS)), size=st.integers(1, 50))
def test_body_in_parts_is_what_it_was(body: bytes, coding: str, size: int) -> None:
    encoded = CODINGS[coding](body)
    decoder = Decoder(coding, 200)
    parts = [encoded[start : start + size] for start in range(0, len(encoded), size)]
    assert b"".join(map(decoder.feed, parts)) == body


@given(body=BODIES)
def test_deflate_without_its_header(body: bytes) -> None:
    assert Decoder("deflate", 200).feed(zlib.compress(body)[2:-4]) == body


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_unknown_coding(coding: str) -> None:
    with pytest.raises(UnreadableError, match="can't be read"):
        Decoder(coding, 9)


def test_wrong_content() -> None:
    with pytest.raises(UnreadableError, match="content-encoding is wrong"):
        Decoder("gzip", 9).feed(b"this is no gzip")


@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
def test_content_beyond_the_limit(coding: str) -> None:
    with pytest.raises(UnreadableError, match="too large"):
        Decoder(coding, 1_000).feed(CODINGS[coding](b"0" * 1_000_000))
    with pytest.raises(TooLargeError):
        Decoder("gzip, gzip", 1_000).feed(gzip.compress(gzip.compress(bytes(10_000_000))))


@given(st.lists(BODIES, min_size=1, max_size=4), st.integers(1, 50))
def test_gzip_in_several_members(bodies: list[bytes], size: int) -> None:
    encoded = b"".join(map(gzip.compress, bodies))
    decoder = Decoder("gzip", 800)
    parts = [encoded[start : start + size] for start in range(0, len(encoded), size)]
    assert b"".join(map(decoder.feed, parts)) == b"".join(bodies)
    decoder.end()
    with pytest.raises(UnreadableError, match="members"):
        Decoder("gzip", 800).feed(gzip.compress(b"") * 100)


@pytest.mark.parametrize("coding", [coding for coding in CODINGS if coding not in ("", "identity")])
def test_content_that_is_cut_short(coding: str) -> None:
    encoded = CODINGS[coding](b"content")
    assert decoded(request(encoded, coding=coding), 9).body == b"content"
    cut = decoded(request(encoded[:-1], coding=coding), 9)
    assert cut.unread is not None
    assert (cut.unread.location, cut.unread.keyword) == ("body", "encoding")


@pytest.mark.parametrize(
    ("content_type", "sent", "meant"),
    [
        ("application/json; charset=iso-8859-2", '{"č":1}'.encode("iso8859-2"), '{"č":1}'),
        ('application/json;Charset="UTF-16"', '{"č":1}'.encode("utf-16"), '{"č":1}'),
        ("text/plain; charset=windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("text/plain; charset=Shift_JIS", "表示".encode("shift_jis"), "表示"),
        ("application/vnd.x+xml; charset=latin1", "<a>é</a>".encode("latin-1"), "<a>é</a>"),
        (f"{FORM}iso-8859-1", b"a=%E9+%26&b=\xe9&c", "a=%C3%A9+%26&b=%C3%A9&c"),
        (f"{FORM}shift_jis", b"a=%95%5C", "a=%E8%A1%A8"),
        (f"{FORM}utf-16", "a=b".encode("utf-16"), "a=b"),
        ("text/plain; charset=utf-8", "č".encode(), "č"),
        ("text/plain; charset=us-ascii", "č".encode(), "č"),
        ("multipart/form-data; charset=latin1; boundary=x", "č".encode(), "č"),
        ("image/svg; charset=latin1", "č".encode(), "č"),
        ("nonsense; charset=latin1", "č".encode(), "č"),
    ],
)
def test_charset(content_type: str, sent: bytes, meant: str) -> None:
    assert decoded(request(sent, content_type), 100).body == meant.encode()
    assert is_plain(content_type) is (sent == meant.encode())
    both = request(gzip.compress(sent), content_type, "gzip")
    assert decoded(both, 100).body == meant.encode()


@pytest.mark.parametrize(
    ("content_type", "coding", "keyword"),
    [
        ("text/plain; charset=klingon", "", "charset"),
        ("text/plain; charset=punycode", "", "charset"),
        ("text/plain; charset=unicode_escape", "", "charset"),
        ("text/plain; charset=base64", "", "charset"),
        ("text/plain; charset=utf-16", "", "encoding"),
        (f"{FORM}cp1252", "", "encoding"),
        ("", "br", "coding"),
        ("", ",".join(["gzip"] * 9), "coding"),
        ("", "gzip", "encoding"),
    ],
)
def test_unreadable(content_type: str, coding: str, keyword: str) -> None:
    found = decoded(request(b"\x81\x00\xd8", content_type, coding), 100).unread
    assert found is not None
    assert found.keyword == keyword


@pytest.mark.parametrize(
    ("content_type", "text", "sent"),
    [
        ("text/plain; charset=iso-8859-2", "ž東", b"\xbe?"),
        ("text/plain; charset=us-ascii", "ž", b"?"),
        ("text/html; charset=latin1", "ž", b"&#382;"),
        ("application/problem+json; charset=latin1", '"é\U0001f600"', b'"\xe9\\ud83d\\ude00"'),
        (
            "text/xml; charset=iso-8859-2",
            '<?xml version="1.0" encoding="UTF-8"?><a b="encoding=\'UTF-8\'">ž</a>',
            b'<?xml version="1.0" encoding="iso-8859-2"?><a b="encoding=\'UTF-8\'">\xbe</a>',
        ),
        ("text/plain; charset=utf-8", "ž", "ž".encode()),
        ("text/plain; charset=klingon", "ž", "ž".encode()),
        ("text/plain", "ž", "ž".encode()),
        ("image/png; charset=latin1", "ž", "ž".encode()),
        (None, "ž", "ž".encode()),
    ],
)
def test_text_is_written_in_its_charset(content_type: str | None, text: str, sent: bytes) -> None:
    assert in_charset(text.encode(), content_type) == sent
    assert in_charset(b"\xff\xfe", content_type) == b"\xff\xfe"


def test_nothing_is_decoded_of_nothing() -> None:
    assert decoded(request(b"", "text/plain; charset=x", "br"), 1).unread is None
    assert decoded(request(gzip.compress(b"ab"), coding="gzip"), 1).oversize == 1
