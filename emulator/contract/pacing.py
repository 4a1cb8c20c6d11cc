"""Pacing: how fast, how often and how long a server may be sent requests."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

#: Longest wait for one `Retry-After`; the response to a longer one is reported as it is.
LONGEST_WAIT_S = 60.0


@dataclass(slots=True)
class Pace:
    """Paces the requests to one server, from any thread; None is no limit.

    Its time starts with it. `now` and `sleep` are passed in, so that tests need not wait.
    """

    rate_per_s: float | None = None
    max_requests: int | None = None
    max_time_s: float | None = None
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Any] = time.sleep
    #: Why no more requests may be sent; "" while there is budget.
    spent: str = field(default="", init=False)
    _sent: int = field(default=0, init=False)
    _started: float = field(init=False)
    _next_turn: float = field(init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._started = self._next_turn = self.now()

    def take_turn(self) -> bool:
        """Count one request and wait for its turn; False where the budget is spent."""
        with self._lock:
            now = self.now()
            self.spent = self.spent or self._exhausted(now)
            if self.spent:
                return False
            self._sent += 1
            turn = max(now, self._next_turn)
            if self.rate_per_s:
                self._next_turn = turn + 1 / self.rate_per_s
        if turn > now:
            self.sleep(turn - now)
        return True

    def wait_out(self, status: int, retry_after: str | None) -> bool:
        """Wait as long as a 429 asks to; False for any other response, and for too long a wait."""
        wait = retry_after_s(retry_after) if status == 429 else None
        if wait is None or wait > LONGEST_WAIT_S:
            return False
        self.sleep(wait)
        return True

    def _exhausted(self, now: float) -> str:
        if self.max_requests is not None and self._sent >= self.max_requests:
            return f"all {self.max_requests:,} requests of --max-requests are sent"
        if self.max_time_s is not None and now - self._started >= self.max_time_s:
            return f"the {self.max_time_s:g} s of --max-time are over"
        return ""


def retry_after_s(value: str | None) -> float | None:
    """The seconds to wait by a `Retry-After` (RFC 9110, 10.2.3); None without a usable one."""
    if not value:
        return None
    if value.isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
