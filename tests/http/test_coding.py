"""Content codings are undone part by part, and nothing grows beyond the limit."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.coding import Decoder, UnreadableError

BODIES = st.binary(max_size=200)
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "identity": lambda body: body,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, gzip": lambda body: gzip.compress(zlib.compress(body)),
}


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
