"""Bound a search: a count of steps, and the errors that end it."""

from dataclasses import dataclass


@dataclass(eq=False)
class Ungeneratable(Exception):
    """No value was found for a schema; `reason` says why."""

    reason: str

    def __str__(self) -> str:
        return self.reason


class ExhaustedError(Exception):
    """All steps are used up: the whole search ends, not just one way of it."""


class Effort:
    """The steps that drawing and checking share, so that every search ends."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises ExhaustedError when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError
