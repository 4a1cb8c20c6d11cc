"""What the control plane tells, as values for tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.http.messages import Json


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as the journal has them; header names are lower case.

    `trace` says why it was answered so: api, operation, rule, source, problem, faults, violations.
    """

    id: str
    method: str
    url: str
    headers: Mapping[str, Json]
    body: str
    status: int
    response_headers: Mapping[str, Json]
    response_body: str
    trace: Mapping[str, Json]

    @property
    def json(self) -> Any:
        """The request's body; ValueError where it is no JSON."""
        return json.loads(self.body)

    @property
    def response_json(self) -> Any:
        """The answer's body; ValueError where it is no JSON."""
        return json.loads(self.response_body)

    @property
    def operation(self) -> str:
        """The operation's id, empty where there was none."""
        return str(self.trace.get("operation", ""))

    def __str__(self) -> str:
        """One line and the bodies, for reports."""
        why = self.trace.get("problem") or self.trace.get("rule", "")
        faults = ", ".join(each["fault"] for each in self.trace.get("faults", ()))
        named = " ".join(filter(None, (self.operation, why, f"fault: {faults}" if faults else "")))
        lines = [f"{self.method} {self.url} → {self.status}  {named}".rstrip()]
        lines += [f"  > {line}" for line in _short(self.body)]
        lines += [f"  < {line}" for line in _short(self.response_body)]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Execution:
    """One time that a tool did what it does. `call` names the logical call that asked for it."""

    api: str
    tool: str
    side_effect: str
    arguments: Json
    caller: str
    call: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A logical call that a client named: how often it was asked for, and how often executed."""

    api: str
    operation: str
    call: str
    attempts: int
    executions: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: the status that came back, or the error where none did."""

    at: datetime
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook; `state` is sending, waiting, delivered, failed, withdrawn, dropped.

    `next_try` is when one that waits is sent again.
    """

    api: str
    id: str
    type: str
    subscription: str
    url: str
    state: str
    attempts: tuple[Attempt, ...]
    next_try: datetime | None


@dataclass(frozen=True, slots=True)
class Lack:
    """What a request lacks to fit: the condition at `pointer`, and what came instead."""

    pointer: str
    expected: Json
    actual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A request that nearly fits; `distance` is 0 for one that does, 1 for one that is far off."""

    id: str
    distance: float
    lacks: tuple[Lack, ...]


def read_exchange(raw: Mapping[str, Json]) -> Exchange:
    """An exchange from the journal's JSON."""
    request, response = raw["request"], raw["response"]
    return Exchange(
        id=raw["id"],
        method=request["method"],
        url=request["url"],
        headers=request["headers"],
        body=request["body"],
        status=response["status"],
        response_headers=response["headers"],
        response_body=response["body"],
        trace=raw["trace"],
    )


def read_execution(raw: Mapping[str, Json]) -> Execution:
    """An execution from the ledger's JSON."""
    return Execution(
        api=raw["api"],
        tool=raw["tool"],
        side_effect=raw["side_effect"],
        arguments=raw["arguments"],
        caller=raw["caller"],
        call=raw["call"],
        at=datetime.fromisoformat(raw["at"]),
    )


def read_delivery(raw: Mapping[str, Json]) -> Delivery:
    """A delivery from the control plane's JSON."""
    attempts = (
        Attempt(datetime.fromisoformat(each["at"]), each["status"], each["error"])
        for each in raw["attempts"]
    )
    due = raw["next_try"]
    rest = {**raw, "next_try": None if due is None else datetime.fromisoformat(due)}
    return Delivery(**{**rest, "attempts": tuple(attempts)})


def read_near_miss(raw: Mapping[str, Json]) -> NearMiss:
    """A near miss from the control plane's JSON."""
    lacks = (Lack(**{**each, "actual": tuple(each["actual"])}) for each in raw["misses"])
    return NearMiss(raw["request"]["id"], raw["matchResult"]["distance"], tuple(lacks))


def _short(body: str, limit: int = 1_000) -> list[str]:
    if not body:
        return []
    return (body if len(body) <= limit else f"{body[:limit]} … ({len(body)} characters)").split(
        "\n"
    )
