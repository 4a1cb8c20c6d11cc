"""Whether rate limit headers are present and make sense."""

import re
from collections.abc import Iterator

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Basis
from emulator.contract.check.rules.base import Breach, RuleContext
from emulator.openapi.document.model import Operation

CHECK = "rate_limit_headers"

#: `RateLimit-Remaining`, `X-RateLimit-Limit`, `X-Rate-Limit-Reset`, `Retry-After`.
_NAMES = re.compile(r"(?:x-)?rate-?limit(?:-(limit|remaining|reset).*)?|retry-after", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d+)")


def judge_limits(
    exchange: CheckedExchange, operation: Operation, _: RuleContext
) -> Iterator[Breach]:
    """Documented headers of limits that are missing, and more remaining than the limit."""
    documented = operation.response_for(exchange.status)
    for header in documented.headers if documented else ():
        if _NAMES.fullmatch(header.name) and exchange.header(header.name.lower()) is None:
            title = f"{exchange.status} lacks {header.name}"
            reason = "the document gives the answer this header; clients pace themselves by it"
            yield Breach(CHECK, Basis.DOCUMENT, title, reason)
    for name, value in exchange.response.headers:
        match = _NAMES.fullmatch(name)
        if match and (match[1] or "").lower() == "remaining":
            yield from _remaining(exchange, name, value)


def _remaining(exchange: CheckedExchange, name: str, value: str) -> Iterator[Breach]:
    limit = exchange.header(name.lower().replace("remaining", "limit"))
    left, most = _NUMBER.match(value), _NUMBER.match(limit or "")
    if left is None:
        title, reason = f"{name} is no number", f"it is {value!r}"
        yield Breach(CHECK, Basis.CONVENTION, title, reason)
    elif most and int(left[1]) > int(most[1]):
        reason = f"{left[1]} of {most[1]} remain"
        yield Breach(CHECK, Basis.CONVENTION, f"{name} is more than the limit", reason)
