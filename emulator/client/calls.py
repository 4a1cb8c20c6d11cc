"""Calls of the control plane as values: who makes them may wait or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from emulator.client.values import (
    Call,
    Delivery,
    Exchange,
    Execution,
    NearMiss,
    read_delivery,
    read_exchange,
    read_execution,
    read_near_miss,
)
from emulator.errors import EmulatorError
from emulator.http.messages import Json

T = TypeVar("T")


@dataclass(eq=False)
class ControlError(EmulatorError):
    """The control plane refused a call: what it said, and where in the body the mistake is."""

    status: int
    detail: str
    violations: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        places = "".join(f"\n  {pointer or '/'}: {said}" for pointer, said in self.violations)
        return f"the emulator refused it ({self.status}): {self.detail}{places}"


@dataclass(frozen=True, slots=True)
class ControlCall(Generic[T]):
    """One call below `/__admin`; `reads` makes the result of the answer's JSON, or its text."""

    method: str
    path: str
    reads: Callable[[Any], T]
    body: Json = None

    def result(self, status: int, body: Json) -> T:
        """The result; raises ControlError where it was refused."""
        if status >= 400:
            said = body if isinstance(body, dict) else {}
            violations = tuple(
                (str(each.get("pointer", "")), str(each.get("message", "")))
                for each in said.get("violations", ())
            )
            raise ControlError(status, str(said.get("detail", body)), violations)
        return self.reads(body)


def add_stub(mapping: Mapping[str, Json]) -> ControlCall[str]:
    """Add a stub mapping; gives its id."""
    return ControlCall("POST", "/mappings", lambda said: str(said["id"]), mapping)


def delete_stub(id_: str) -> ControlCall[None]:
    """Take a stub away."""
    return ControlCall("DELETE", f"/mappings/{quote(id_, safe='')}", _nothing)


def add_fault(rule: Mapping[str, Json]) -> ControlCall[str]:
    """Add a rule; gives its id."""
    return ControlCall("POST", "/faults", lambda said: str(said["id"]), rule)


def delete_fault(id_: str) -> ControlCall[None]:
    """Take a rule away."""
    return ControlCall("DELETE", f"/faults/{quote(id_, safe='')}", _nothing)


def scenario_state(name: str) -> ControlCall[str]:
    """The state a scenario is in; `Started` where nothing has happened."""

    def read(said: Json) -> str:
        found = (each["state"] for each in said["scenarios"] if each["name"] == name)
        return next(found, "Started")

    return ControlCall("GET", "/scenarios", read)


def set_scenario(name: str, state: str) -> ControlCall[None]:
    """Put a scenario into a state."""
    path = f"/scenarios/{quote(name, safe='')}/state"
    return ControlCall("PUT", path, _nothing, {"state": state})


def clock() -> ControlCall[datetime]:
    """The time in the scope."""
    return ControlCall("GET", "/clock", _now)


def set_clock(**settings: Json) -> ControlCall[datetime]:
    """Set the scope's clock: now, frozen, skips_delays."""
    return ControlCall("PUT", "/clock", _now, settings)


def advance_clock(by: float | timedelta) -> ControlCall[datetime]:
    """Move the scope's clock on, by seconds."""
    seconds = by.total_seconds() if isinstance(by, timedelta) else by
    return ControlCall("POST", "/clock/advance", _now, {"seconds": seconds})


def exchanges() -> ControlCall[list[Exchange]]:
    """Everything that was asked in the scope, the oldest first."""
    return ControlCall(
        "GET", "/requests", lambda said: [read_exchange(each) for each in said["requests"][::-1]]
    )


def matching_ids(pattern: Mapping[str, Json]) -> ControlCall[frozenset[str]]:
    """The ids of the requests that fit a pattern."""
    return ControlCall(
        "POST", "/requests/find", lambda said: frozenset(r["id"] for r in said["requests"]), pattern
    )


def near_misses(pattern: Mapping[str, Json]) -> ControlCall[list[NearMiss]]:
    """The requests that nearly fit a pattern, the nearest first."""

    def read(said: Json) -> list[NearMiss]:
        return [read_near_miss(each) for each in said["nearMisses"]]

    return ControlCall("POST", "/near-misses/request-pattern", read, pattern)


def har() -> ControlCall[dict[str, Json]]:
    """Everything that was asked in the scope as an HTTP Archive."""
    return ControlCall("GET", "/requests.har", dict)


def faults_log() -> ControlCall[str]:
    """What faults struck, as `serve --replay-faults` takes it."""
    return ControlCall("GET", "/faults/log", str)


def executions() -> ControlCall[list[Execution]]:
    """What tools did in the scope, the oldest first."""
    return ControlCall(
        "GET", "/executions", lambda said: [read_execution(each) for each in said["executions"]]
    )


def logical_calls() -> ControlCall[list[Call]]:
    """The calls that clients named, the oldest first."""
    return ControlCall("GET", "/executions", lambda said: [Call(**each) for each in said["calls"]])


def deliveries() -> ControlCall[list[Delivery]]:
    """What was delivered to webhooks, the oldest first, once none is under way any more."""

    def read(said: Json) -> list[Delivery]:
        return [read_delivery(each) for each in said["deliveries"]]

    return ControlCall("GET", "/deliveries?settled=true", read)


def emit(api: str, type_: str, data: Json) -> ControlCall[list[str]]:
    """Let an event happen; gives the ids of the messages that tell of it."""

    def read(said: Json) -> list[str]:
        return [each["id"] for each in said["deliveries"]]

    body = {"type": type_, "data": data}
    return ControlCall("POST", f"/webhooks/{quote(api, safe='')}", read, body)


def prefixes(api: str) -> ControlCall[list[str]]:
    """The base paths of an API."""
    return ControlCall("GET", f"/apis/{quote(api, safe='')}", lambda said: list(said["prefixes"]))


def reset() -> ControlCall[None]:
    """Set the scope back to what it was at start."""
    return ControlCall("POST", "/reset", _nothing)


def forget(scope: str) -> ControlCall[None]:
    """Keep nothing of a scope."""
    return ControlCall("DELETE", f"/scopes/{quote(scope, safe='')}", _nothing)


def _nothing(_: Json) -> None:
    return None


def _now(said: Json) -> datetime:
    return datetime.fromisoformat(said["now"])
