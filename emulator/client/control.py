"""The control plane of a scope: calls, and the clock and the scenarios behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from emulator.errors import EmulatorError
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.http.nearest import unknown

#: A failed call is shown where the test makes it.
__tracebackhide__ = True


@dataclass(eq=False)
class ControlError(EmulatorError):
    """The control plane rejected a call; `violations` are pointers into the body with messages."""

    status: int
    detail: str
    violations: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        places = "".join(f"\n  {pointer or '/'}: {text}" for pointer, text in self.violations)
        return f"the emulator rejected the call ({self.status}): {self.detail}{places}"


@dataclass(frozen=True, slots=True)
class Control:
    """The control plane of one scope."""

    name: str
    root: str
    client: httpx.Client
    #: Where it is below the scope.
    admin: str = "/__admin"

    @property
    def url(self) -> str:
        """The base URL of this scope, without a slash at its end."""
        return f"{self.root}/~{self.name}"

    def control(self, method: str, path: str, body: Json = None) -> Any:
        """Call the control plane; returns the JSON of its response, or the text."""
        response = self.client.request(method, f"{self.url}{self.admin}{path}", json=body)
        has_json = is_json(response.headers.get("content-type", ""))
        result = response.json() if has_json else response.text
        if response.status_code >= 400:
            raise _error(response.status_code, result)
        return result


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a scope."""

    scope: Control

    def now(self) -> datetime:
        """The current time."""
        return self._time("GET", "/clock")

    def advance(self, by: float | timedelta) -> datetime:
        """Advance it by seconds; whatever waited for a time that has passed continues."""
        if isinstance(by, bool) or not isinstance(by, int | float | timedelta):
            raise TypeError(f"a clock advances by seconds or a timedelta, not {by!r}")
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return self._time("POST", "/clock/advance", {"seconds": seconds})

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop it, at the current time or at another."""
        return self._time("PUT", "/clock", {"frozen": True, **_at(at)})

    def run(self, at: datetime | None = None) -> datetime:
        """Let it run, from the current time or from another."""
        return self._time("PUT", "/clock", {"frozen": False, **_at(at)})

    def skip_delays(self, skips: bool = True) -> datetime:
        """Let delays advance the clock instead of taking time."""
        return self._time("PUT", "/clock", {"skips_delays": skips})

    def _time(self, method: str, path: str, body: Json = None) -> datetime:
        return datetime.fromisoformat(self.scope.control(method, path, body)["now"])


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a scope."""

    scope: Control
    name: str

    @property
    def state(self) -> str:
        """Its current state."""
        scenarios = self.scope.control("GET", "/scenarios")["scenarios"]
        states = {str(each["name"]): str(each["state"]) for each in scenarios}
        if self.name not in states:
            raise ControlError(404, unknown("scenario of a stub", self.name, states))
        return states[self.name]

    def set(self, state: str) -> None:
        """Set its state."""
        self.scope.control("PUT", f"/scenarios/{segment(self.name)}/state", {"state": state})


@dataclass(frozen=True, slots=True)
class RememberedCollection:
    """A collection of an API that remembers, in a scope.

    `below` are the ids in its path: of `/boards/b1/cards` it is `b1`.
    """

    scope: Control
    api: str
    name: str
    below: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Json]]:
        """Its records, in their order."""
        return self._records("GET")

    def set(self, records: Sequence[Mapping[str, Json]]) -> list[dict[str, Json]]:
        """Put these in the place of all that it has; returns them, each with its id."""
        return self._records("PUT", {"records": [*records]})

    def _records(self, method: str, body: Json = None) -> list[dict[str, Json]]:
        query = "&".join(f"below={segment(each)}" for each in self.below)
        path = f"/resources/{segment(self.api)}/{segment(self.name)}"
        found = self.scope.control(method, f"{path}?{query}" if query else path, body)
        return [*found["records"]]


def _at(at: datetime | None) -> dict[str, str]:
    if at is not None and not isinstance(at, datetime):
        raise TypeError(f"a clock is set to a datetime, not {at!r}")
    return {} if at is None else {"now": at.isoformat()}


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return quote(text, safe="")


def _error(status: int, body: Json) -> ControlError:
    problem = body if isinstance(body, dict) else {}
    violations = tuple(
        (str(each.get("pointer", "")), str(each.get("message", "")))
        for each in problem.get("violations", ())
    )
    return ControlError(status, str(problem.get("detail", body)), violations)
