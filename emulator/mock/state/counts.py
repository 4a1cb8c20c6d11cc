"""How often each request came to a scope."""

from collections import OrderedDict

from emulator.schema.chance import RequestKey


class RequestCounts(OrderedDict[RequestKey, int]):
    """Answered requests by what they are drawn from, those that were not seen for longest first.

    `total` is of all that were ever answered, also of those that are not counted any more.
    """

    total = 0
