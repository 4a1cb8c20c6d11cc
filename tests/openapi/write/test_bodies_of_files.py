"""Bodies that are files: images, archives, sound; what is never text."""

import gzip
import io
import struct
import tarfile
import wave
import zipfile
import zlib

import pytest

from emulator.http.messages import Json
from tests.support.drawn_bodies import BINARY, TEXT, body


@pytest.mark.parametrize("schema", [None, BINARY, {"type": "string", "format": "byte"}, TEXT])
@pytest.mark.parametrize(
    "media_type",
    ["application/octet-stream", "image/png", "image/x-any", "audio/ogg", "font/woff2", "a/b"],
)
def test_binary_is_never_text(media_type: str, schema: Json) -> None:
    with pytest.raises(UnicodeDecodeError):
        body(media_type, schema).decode()


def test_png_is_one_pixel() -> None:
    image = body("image/png")
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (1, 1)
    size, kind = struct.unpack(">I4s", image[33:41])
    assert (kind, zlib.decompress(image[41 : 41 + size])) == (b"IDAT", b"\0\xff")


@pytest.mark.parametrize(
    ("media_type", "start", "end"),
    [
        ("image/gif", b"GIF89a\1\0\1\0", b";"),
        ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
        ("image/bmp", b"BM\x3a\0", b"\0"),
        ("application/pdf", b"%PDF-1.4", b"%%EOF\n"),
        ("audio/mpeg", b"\xff\xfb", b"\0"),
        ("video/mp4", b"\0\0\0\x18ftyp", b"free"),
    ],
)
def test_files_start_and_end_as_they_must(media_type: str, start: bytes, end: bytes) -> None:
    assert body(media_type).startswith(start)
    assert body(media_type).endswith(end)


def test_pdf_table_points_at_its_objects() -> None:
    file = body("application/pdf")
    at = int(file.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    lines = file[at:].split(b"\n")
    assert lines[:2] == [b"xref", b"0 4"]
    offsets = [int(line[:10]) for line in lines[3:6]]
    assert [file[n : n + 7] for n in offsets] == [b"1 0 obj", b"2 0 obj", b"3 0 obj"]


def test_archives_open() -> None:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for media_type in ("application/zip", "application/x+zip", office):
        assert zipfile.ZipFile(io.BytesIO(body(media_type))).testzip() is None
    assert gzip.decompress(body("application/gzip")) == b"A small sample file.\n"
    with tarfile.open(fileobj=io.BytesIO(body("application/x-tar"))) as archive:
        assert archive.getnames() == []


def test_sound_plays() -> None:
    with wave.open(io.BytesIO(body("audio/wav"))) as sound:
        assert (sound.getframerate(), sound.readframes(8)) == (8000, b"\x80" * 8)
