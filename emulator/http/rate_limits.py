"""Rate limits: how many requests are left at a moment, and how long to wait for more.

Values and whole numbers only: no clock, no keys, no store. Whoever counts keeps a `Usage` for each
thing that is counted apart, and asks with the time of the request.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

#: How requests are counted. A fixed window begins with the first request that it counts; a token
#: bucket begins full and fills evenly, `limit` tokens in a window's time.
FIXED_WINDOW, TOKEN_BUCKET = KINDS = ("fixed-window", "token-bucket")

_SECOND_US = 1_000_000
_DAY_S = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """`limit` requests in `window_s` seconds, counted separately for each value of `by`.

    One that is not `enforced` is counted and shown, but rejects no request.
    """

    name: str
    limit: int
    window_s: int
    kind: str = FIXED_WINDOW
    by: tuple[str, ...] = ()
    enforced: bool = True
    price: int = field(init=False, repr=False, compare=False)
    window_us: int = field(init=False, repr=False, compare=False)
    #: What templates show of it, with the names of what changes: a copy has room for all.
    said: dict[str, str | int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """The cost of one request: 1 of a window; of a bucket, what `limit` gains in a window.

        A bucket's gain is `limit` in every microsecond, so that all of its figures are whole.
        """
        price = 1 if self.kind == FIXED_WINDOW else self.window_s * _SECOND_US
        object.__setattr__(self, "price", price)
        object.__setattr__(self, "window_us", self.window_s * _SECOND_US)
        said = {"name": self.name, "limit": self.limit, "window_s": self.window_s}
        changing = {"window": f"{self.window_s}s", "remaining": 0, "retry_after_s": 0}
        object.__setattr__(self, "said", said | changing)


class Usage(msgspec.Struct, frozen=True, gc=False):
    """How much of a limit is spent, as of `since_us` (microseconds of Unix time).

    A fixed window began then; a bucket lacked so much then.
    """

    since_us: int
    spent: int


class Allowance(msgspec.Struct, frozen=True, gc=False):
    """The state of a limit at one moment."""

    limit: Limit
    usage: Usage
    now_us: int

    @property
    def remaining(self) -> int:
        """How many requests may pass now."""
        return self.limit.limit - -(-self.usage.spent // self.limit.price)

    @property
    def wait_us(self) -> int:
        """Microseconds until one may pass; 0 if one may now."""
        limit = self.limit
        lacking = self.usage.spent - (limit.limit - 1) * limit.price
        if lacking <= 0:
            return 0
        if limit.kind == FIXED_WINDOW:
            return self.usage.since_us + limit.window_s * _SECOND_US - self.now_us
        return -(-lacking // limit.limit)

    @property
    def retry_after_s(self) -> int:
        """`wait_us` in whole seconds, for `Retry-After`: never too early."""
        return -(-self.wait_us // _SECOND_US)

    def spend(self) -> "Allowance":
        """The usage after one more request, at most the whole limit."""
        limit = self.limit
        spent = min(self.usage.spent + limit.price, limit.limit * limit.price)
        return Allowance(limit, Usage(self.usage.since_us, spent), self.now_us)


def allowance(limit: Limit, usage: Usage | None, now_us: int) -> Allowance:
    """The state of the limit now, after `usage` (None: nothing was ever spent).

    A clock that was set back begins a new window, and fills no bucket.
    """
    if usage is None:
        return Allowance(limit, Usage(now_us, 0), now_us)
    passed = now_us - usage.since_us
    if limit.kind == FIXED_WINDOW:
        within = 0 <= passed < limit.window_s * _SECOND_US
        return Allowance(limit, usage if within else Usage(now_us, 0), now_us)
    lacking = max(0, usage.spent - max(0, passed) * limit.limit)
    return Allowance(limit, Usage(now_us, lacking), now_us)


def microseconds(moment: datetime) -> int:
    """Unix time in whole microseconds."""
    since = moment - _EPOCH
    # To divide by a microsecond takes three times as long.
    return (since.days * _DAY_S + since.seconds) * _SECOND_US + since.microseconds
