"""Long bodies of JSON: how many values they hold, before anybody reads them; reading them.

What reads and judges JSON lets nobody else have a turn. So there is a bound on what it is given.
"""

import gc
import re

from emulator.http.exact import loads
from emulator.http.messages import Json

#: A body from which on it is judged beside the requests of others.
LONG_BYTES = 65_536
#: Values in all of a body; what holds more takes too long to read and to judge.
MAX_VALUES = 500_000

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_strings = re.compile(_STRING, re.DOTALL)
#: So many strings with what stands before them, so that nothing takes long at a time.
_piece = re.compile(rb'(?:[^"]*+%b){1,2000}+' % _STRING, re.DOTALL)


def holds_too_many(body: bytes) -> bool:
    """Whether there are more than `MAX_VALUES`, as the marks outside its strings tell."""
    if _marks(body) <= MAX_VALUES:
        return False
    count = place = 0
    while count <= MAX_VALUES and (piece := _piece.match(body, place)):
        count += _marks(_strings.sub(b"", piece[0]))
        place = piece.end()
    return count > MAX_VALUES or count + _marks(body[place:]) > MAX_VALUES


def loads_long(body: bytes) -> Json:
    """The value, without a search for garbage among the many that are made, which takes as long."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return loads(body)
    finally:
        if was_enabled:
            gc.enable()


def _marks(body: bytes) -> int:
    return body.count(b",") + body.count(b"[") + body.count(b"{")
