"""Small real files by media type: the least that readers of the type accept."""

import io
import struct
import zipfile
import zlib

from emulator.http.media_types import base_type

#: Binary content of any other type: every octet once, so that it is no text.
OCTETS = bytes(range(256))

#: Types whose content is a ZIP archive inside, beside those whose suffix says so.
_ARCHIVES = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
)
_TEXT = b"A small sample file.\n"


def sample(media_type: str) -> bytes | None:
    """A file of this type; None where there is none. The same at every call."""
    base = base_type(media_type)
    if base.endswith("+zip") or base.startswith(_ARCHIVES):
        return _ZIP
    if base.endswith("+gzip"):
        return _GZIP
    return _SAMPLES.get(base)


def _png() -> bytes:
    """One white pixel (ISO/IEC 15948)."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0\xff", 0)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _jpeg() -> bytes:
    """One gray pixel: baseline, all quantizers 1, two Huffman codes of one bit (ITU-T T.81)."""
    quantizers = b"\xff\xdb\0\x43\0" + b"\1" * 64
    frame = bytes.fromhex("ffc0000b080001000101011100")
    tables = b"".join(
        b"\xff\xc4\0\x14" + kind + b"\1" + b"\0" * 15 + b"\0" for kind in (b"\0", b"\x10")
    )
    scan = bytes.fromhex("ffda0008010100003f00") + b"\x3f"
    return b"\xff\xd8" + quantizers + frame + tables + scan + b"\xff\xd9"


def _gif() -> bytes:
    """One white pixel of two colors (GIF89a)."""
    screen = struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\xff\xff\xff\0\0\0"
    image = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + screen + image + b";"


def _bmp() -> bytes:
    """One white pixel of 24 bits."""
    header = struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + header + b"\xff\xff\xff\0"


def _pdf() -> bytes:
    """One empty page, with a cross-reference table that is right (ISO 32000-1, 7.5)."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    )
    body, table = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", b"0000000000 65535 f \n"
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    trailer = b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 4\n" + table + trailer


def _zip() -> bytes:
    """An archive of one text file, whatever the clock and the system say."""
    buffer = io.BytesIO()
    entry = zipfile.ZipInfo("sample.txt", (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, _TEXT)
    return buffer.getvalue()


def _gzip() -> bytes:
    """One text file, stored, without a time (RFC 1952; RFC 1951, 3.2.4)."""
    size = len(_TEXT)
    stored = b"\1" + struct.pack("<HH", size, size ^ 0xFFFF) + _TEXT
    end = struct.pack("<II", zlib.crc32(_TEXT), size)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + stored + end


def _wav() -> bytes:
    """A millisecond of silence: 8 samples of 8 bits, 8000 a second."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    data = b"WAVE" + form + struct.pack("<4sI", b"data", 8) + b"\x80" * 8
    return struct.pack("<4sI", b"RIFF", len(data)) + data


def _mp3() -> bytes:
    """One silent frame: MPEG-1 layer III, 32 kbit/s, 44100 Hz, mono (104 octets)."""
    return b"\xff\xfb\x10\xc4" + b"\0" * 100


def _mp4() -> bytes:
    """A file of no tracks: type box and empty space (ISO/IEC 14496-12)."""
    brand = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp41")
    return brand + struct.pack(">I4s", 8, b"free")


_ZIP = _zip()
_GZIP = _gzip()
_SAMPLES = {
    "image/png": _png(),
    **dict.fromkeys(("image/jpeg", "image/jpg"), _jpeg()),
    "image/gif": _gif(),
    "image/bmp": _bmp(),
    "application/pdf": _pdf(),
    **{f"application/{subtype}": _ZIP for subtype in ("zip", "x-zip-compressed", "java-archive")},
    **dict.fromkeys(("application/gzip", "application/x-gzip"), _GZIP),
    # Two empty blocks end an archive, here of nothing (POSIX, pax).
    "application/x-tar": bytes(1024),
    **dict.fromkeys(("audio/wav", "audio/x-wav", "audio/wave"), _wav()),
    **dict.fromkeys(("audio/mpeg", "audio/mp3"), _mp3()),
    "video/mp4": _mp4(),
}
