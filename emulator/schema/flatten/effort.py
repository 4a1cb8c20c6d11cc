"""The end of trying: what is raised for a schema without a value, and a count of steps."""

from dataclasses import dataclass


@dataclass(eq=False)
class Ungeneratable(Exception):
    """No value was found for a schema; `reason` says what stood in the way."""

    reason: str

    def __str__(self) -> str:
        return self.reason


class ExhaustedError(Exception):
    """All steps are used up: not to be caught by what merely tries another way."""


class Effort:
    """A number of steps that drawing and judging share, so that every schema ends."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises ExhaustedError when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError
