"""Long bodies: how many values they hold, before anybody reads them; reading them.

What reads and judges JSON or MessagePack lets nobody else have a turn. So there is a bound on what
it is given.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.http.exact import loads
from emulator.http.messages import Json

#: A body from which on it is judged beside the requests of others.
LONG_BYTES = 65_536
#: Values in all of a body; what holds more takes too long to read and to judge.
MAX_VALUES = 500_000

#: Of what MessagePack begins with a byte: whether it has members, and in how many bytes it says
#: how many, or how long it is.
_PACKED = {
    **dict(zip((0xC4, 0xC5, 0xC6), ((False, 1), (False, 2), (False, 4)), strict=True)),
    **dict(zip((0xC7, 0xC8, 0xC9), ((False, 1), (False, 2), (False, 4)), strict=True)),
    **dict(zip((0xD9, 0xDA, 0xDB), ((False, 1), (False, 2), (False, 4)), strict=True)),
    **dict(zip((0xDC, 0xDD, 0xDE, 0xDF), 2 * ((True, 2), (True, 4)), strict=True)),
}
#: The bytes of numbers from 0xCA, and of extensions of a fixed length with their type.
_PACKED_BYTES = dict(enumerate((4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17), start=0xCA))

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_strings = re.compile(_STRING, re.DOTALL)
#: So many strings with what stands before them, so that nothing takes long at a time.
_piece = re.compile(rb'(?:[^"]*+%b){1,2000}+' % _STRING, re.DOTALL)


class TooManyValuesError(ValueError):
    """The text holds more values than are read."""

    def __init__(self) -> None:
        super().__init__(f"it holds more than {MAX_VALUES} values")


def read_bounded(data: bytes | str) -> Json:
    """The value of JSON, however long; raises TooManyValuesError, or what `loads` raises."""
    if len(data) <= LONG_BYTES:
        return loads(data)
    body = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    if holds_too_many(body):
        raise TooManyValuesError
    # Without a search for garbage among the many that are made, which takes as long.
    with uncollected():
        return loads(body)


def holds_too_many(body: bytes) -> bool:
    """Whether there are more than `MAX_VALUES`, as the marks outside its strings tell."""
    if _marks(body) <= MAX_VALUES:
        return False
    count = place = 0
    while count <= MAX_VALUES and (piece := _piece.match(body, place)):
        count += _marks(_strings.sub(b"", piece[0]))
        place = piece.end()
    return count > MAX_VALUES or count + _marks(body[place:]) > MAX_VALUES


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage, which nobody else has a turn during, and which finds none here."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def packs_too_many(body: bytes) -> bool:
    """Whether the arrays and maps of MessagePack say that they hold more than `MAX_VALUES`.

    They are walked through, for their marks may be anywhere in texts.
    """
    count = place = 0
    end = len(body)
    while place < end and count <= MAX_VALUES:
        mark = body[place]
        place += 1
        if 0x80 <= mark <= 0x9F:  # a short map or array
            count += 1 + (mark & 0x0F)
        elif 0xA0 <= mark <= 0xBF:  # a short text
            place += mark & 0x1F
        elif mark in _PACKED:
            kind, size = _PACKED[mark]
            length = int.from_bytes(body[place : place + size], "big")
            place += size
            if kind:
                count += 1 + length
            else:
                place += length + (0xC7 <= mark <= 0xC9)  # the type of an extension
        else:
            place += _PACKED_BYTES.get(mark, 0)
    return count > MAX_VALUES


def _marks(body: bytes) -> int:
    return body.count(b",") + body.count(b"[") + body.count(b"{")
