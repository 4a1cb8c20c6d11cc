"""Calls of the control plane as values: who makes them may wait or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from emulator.client.values import (
    CallCount,
    Delivery,
    JournalEntry,
    NearMiss,
    ToolExecution,
    read_call,
    read_delivery,
    read_entry,
    read_execution,
    read_near_miss,
)
from emulator.errors import EmulatorError
from emulator.http.messages import Json

T = TypeVar("T")


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
class ControlCall(Generic[T]):
    """One call below `/__admin`; `reads` makes the result of the response's JSON, or its text."""

    method: str
    path: str
    reads: Callable[[Any], T]
    body: Json = None

    def result(self, status: int, body: Json) -> T:
        """The result; raises ControlError if the call was rejected."""
        if status >= 400:
            problem = body if isinstance(body, dict) else {}
            violations = tuple(
                (str(each.get("pointer", "")), str(each.get("message", "")))
                for each in problem.get("violations", ())
            )
            raise ControlError(status, str(problem.get("detail", body)), violations)
        return self.reads(body)


def add_stub(mapping: Mapping[str, Json]) -> ControlCall[str]:
    """Add a stub mapping; returns its id."""
    return ControlCall("POST", "/mappings", lambda body: str(body["id"]), mapping)


def delete_stub(id_: str) -> ControlCall[None]:
    """Delete a stub."""
    return ControlCall("DELETE", f"/mappings/{quote(id_, safe='')}", _nothing)


def add_fault(rule: Mapping[str, Json]) -> ControlCall[str]:
    """Add a fault rule; returns its id."""
    return ControlCall("POST", "/faults", lambda body: str(body["id"]), rule)


def delete_fault(id_: str) -> ControlCall[None]:
    """Delete a fault rule."""
    return ControlCall("DELETE", f"/faults/{quote(id_, safe='')}", _nothing)


def scenario_state(name: str) -> ControlCall[str]:
    """The state of a scenario; `Started` if no stub names it."""

    def read(body: Json) -> str:
        states = (each["state"] for each in body["scenarios"] if each["name"] == name)
        return next(states, "Started")

    return ControlCall("GET", "/scenarios", read)


def set_scenario(name: str, state: str) -> ControlCall[None]:
    """Set the state of a scenario."""
    path = f"/scenarios/{quote(name, safe='')}/state"
    return ControlCall("PUT", path, _nothing, {"state": state})


def clock() -> ControlCall[datetime]:
    """The time in the scope."""
    return ControlCall("GET", "/clock", _now)


def set_clock(**settings: Json) -> ControlCall[datetime]:
    """Set the scope's clock: now, frozen, skips_delays."""
    return ControlCall("PUT", "/clock", _now, settings)


def advance_clock(by: float | timedelta) -> ControlCall[datetime]:
    """Advance the scope's clock by seconds."""
    seconds = by.total_seconds() if isinstance(by, timedelta) else by
    return ControlCall("POST", "/clock/advance", _now, {"seconds": seconds})


def entries() -> ControlCall[list[JournalEntry]]:
    """The scope's journal, the oldest entry first."""
    return ControlCall("GET", "/requests", lambda body: _each(read_entry, body["requests"][::-1]))


def matching_ids(pattern: Mapping[str, Json]) -> ControlCall[frozenset[str]]:
    """The ids of the requests that match a pattern."""

    def read(body: Json) -> frozenset[str]:
        return frozenset(each["id"] for each in body["requests"])

    return ControlCall("POST", "/requests/find", read, pattern)


def near_misses(pattern: Mapping[str, Json]) -> ControlCall[list[NearMiss]]:
    """The requests that nearly match a pattern, the nearest first."""

    def read(body: Json) -> list[NearMiss]:
        return _each(read_near_miss, body["nearMisses"])

    return ControlCall("POST", "/near-misses/request-pattern", read, pattern)


def har() -> ControlCall[dict[str, Json]]:
    """The scope's journal as an HTTP Archive."""
    return ControlCall("GET", "/requests.har", dict)


def faults_log() -> ControlCall[str]:
    """The log of injected faults, as `serve --replay-faults` reads it."""
    return ControlCall("GET", "/faults/log", str)


def executions() -> ControlCall[list[ToolExecution]]:
    """The scope's tool executions, the oldest first."""
    return ControlCall("GET", "/executions", lambda body: _each(read_execution, body["executions"]))


def call_counts() -> ControlCall[list[CallCount]]:
    """The logical calls that clients named, the oldest first."""
    return ControlCall("GET", "/executions", lambda body: _each(read_call, body["calls"]))


def deliveries() -> ControlCall[list[Delivery]]:
    """The deliveries to webhooks, the oldest first, once none is in progress."""
    path = "/deliveries?settled=true"
    return ControlCall("GET", path, lambda body: _each(read_delivery, body["deliveries"]))


def emit(api: str, type_: str, data: Json) -> ControlCall[list[str]]:
    """Emit an event; returns the ids of the messages to its subscribers."""

    def read(body: Json) -> list[str]:
        return [each["id"] for each in body["deliveries"]]

    event = {"type": type_, "data": data}
    return ControlCall("POST", f"/webhooks/{quote(api, safe='')}", read, event)


def prefixes(api: str) -> ControlCall[list[str]]:
    """The base paths of an API."""
    return ControlCall("GET", f"/apis/{quote(api, safe='')}", lambda body: list(body["prefixes"]))


def reset() -> ControlCall[None]:
    """Reset the scope to its initial state."""
    return ControlCall("POST", "/reset", _nothing)


def forget(scope: str) -> ControlCall[None]:
    """Delete a scope with everything in it."""
    return ControlCall("DELETE", f"/scopes/{quote(scope, safe='')}", _nothing)


def _each(read: Callable[[Mapping[str, Json]], T], items: Json) -> list[T]:
    return [read(each) for each in items]


def _nothing(_: Json) -> None:
    return None


def _now(body: Json) -> datetime:
    return datetime.fromisoformat(body["now"])
