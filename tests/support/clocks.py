"""A clock for tests that would have to wait."""

from emulator.contract.pacing import Pace


class ManualClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self._now = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        """The seconds slept so far."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on without waiting."""
        self._now += seconds
        self.slept.append(seconds)

    def pace(self, **limits: float) -> Pace:
        """A pace that goes by this clock."""
        requests = limits.get("max_requests")
        return Pace(
            limits.get("rate_per_s"),
            None if requests is None else int(requests),
            limits.get("max_time_s"),
            now=self.now,
            sleep=self.sleep,
        )
