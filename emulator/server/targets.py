"""Targets of requests that may be answered at once."""

import re
from collections.abc import Callable
from functools import cache

#: Targets that take the way of ASGI: the control plane's, and those with a scope in the path. So do
#: those whose first segment is encoded, which may mean the same, those not in origin form (RFC
#: 9112, 3.2.1), and those that uvicorn may refuse.
_UNUSUAL = b"/__admin", b"/~"
_LIMIT = 8_192
_KNOWN = 1_000
#: `in` takes a number at once, and bytes only after trying whether they are one.
_HASH = ord("#")


@cache
def usual_target(*unusual: bytes) -> Callable[[bytes], bool]:
    """What says whether a target is a usual one; none is that begins with one of these."""
    others = b"|".join(map(re.escape, (*_UNUSUAL, *unusual)))
    #: What targets begin with that were usual, with the whole of their first segment.
    known: set[bytes] = set()
    size = max(map(len, (*_UNUSUAL, *unusual)))
    begins = re.compile(rb"(?!%b)/[^/%%]*(?:/|\Z)" % others).match

    def is_usual(target: bytes) -> bool:
        begin = target[:size]
        if begin not in known:
            if begins(target) is None:
                return False
            if begin.count(b"/") > 1 and len(known) < _KNOWN:
                known.add(begin)
        return _HASH not in target and target.isascii() and len(target) <= _LIMIT

    return is_usual
