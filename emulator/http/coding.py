"""Decodes content codings, so that recordings are readable (RFC 9110, 8.4.1)."""

import zlib


class UnreadableError(Exception):
    """The content has an unknown coding, or not the one it claims."""


class Decoder:
    """Decodes one body as its parts arrive.

    Raises UnreadableError, also where the content grows beyond `limit_bytes`.
    """

    def __init__(self, content_encoding: str, limit_bytes: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        self._stages = [_stage(name) for name in reversed(names) if name not in ("", "identity")]
        self._left = limit_bytes

    def feed(self, data: bytes) -> bytes:
        """These bytes decoded."""
        for stage in self._stages:
            try:
                data = stage.decompress(data, self._left + 1)
            except zlib.error as error:
                raise UnreadableError(f"its content-encoding is wrong: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableError("it is too large")
        return data


class _Deflate:
    """`deflate`, which many servers send without the zlib header that it should have."""

    def __init__(self) -> None:
        self._stage = zlib.decompressobj()
        self._begun = False

    def decompress(self, data: bytes, limit: int) -> bytes:
        if not self._begun and data:
            self._begun = True
            if data[0] & 0x0F != 8:
                self._stage = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._stage.decompress(data, limit)


class _Gzip:
    def __init__(self) -> None:
        self._stage = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def decompress(self, data: bytes, limit: int) -> bytes:
        return self._stage.decompress(data, limit)


def _stage(name: str) -> _Gzip | _Deflate:
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "deflate":
        return _Deflate()
    raise UnreadableError(f"its content-encoding {name} can't be read")
