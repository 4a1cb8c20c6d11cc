"""Targets of requests that may be answered at once."""

import re
from collections.abc import Callable
from functools import cache

#: Targets that take the way of ASGI: the control plane's, and those with a scope in the path. So do
#: those whose first segment is encoded, which may mean the same, those not in origin form (RFC
#: 9112, 3.2.1), and those that uvicorn may refuse.
_UNUSUAL = b"/__admin", b"/~"
_LIMIT = 8_192


@cache
def usual_target(*unusual: bytes) -> Callable[[bytes], object]:
    """What says whether a target is a usual one; none is that begins with one of these."""
    others = b"|".join(map(re.escape, (*_UNUSUAL, *unusual)))
    pattern = rb"(?!%b)/[^/%%#\x80-\xff]*(?:/[^#\x80-\xff]*)?(?<!.{%d})" % (others, _LIMIT + 1)
    return re.compile(pattern, re.DOTALL).fullmatch
