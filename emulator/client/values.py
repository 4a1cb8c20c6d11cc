"""What the control plane returns, as values for tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin

from emulator.http.messages import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request and its response from the journal; header names are lower case.

    `trace` explains the response: api, operation, rule, source, problem, faults, violations.
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
        """The request's body; raises ValueError if it is not JSON."""
        return json.loads(self.body)

    @property
    def response_json(self) -> Any:
        """The response's body; raises ValueError if it is not JSON."""
        return json.loads(self.response_body)

    @property
    def operation(self) -> str:
        """The operation's id, empty if there was none."""
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
class ToolExecution:
    """One execution of a tool; `call` is the logical call that requested it."""

    api: str
    tool: str
    side_effect: str
    arguments: Json
    caller: str
    call: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallCount:
    """How often a logical call, named by its client, was requested and executed."""

    api: str
    operation: str
    call: str
    attempts: int
    executions: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver: the status of the response, or the error if there was none."""

    at: datetime
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook.

    `state` is sending, waiting, delivered, failed, withdrawn, dropped or withheld. `next_try` is
    when a waiting one is sent again.
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
class Mismatch:
    """A condition at `pointer` that a request does not meet, and the values it has instead."""

    pointer: str
    expected: Json
    actual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A request that nearly matches; `distance` runs from 0, a match, to 1."""

    id: str
    distance: float
    unmet: tuple[Mismatch, ...]


def read_entry(raw: Mapping[str, Json]) -> JournalEntry:
    """An entry from the journal's JSON."""
    request, response = raw["request"], raw["response"]
    answered = {f"response_{name}": response[name] for name in ("headers", "body")}
    return read(JournalEntry, {**request, **answered, **raw, "status": response["status"]})


def read_near_miss(raw: Mapping[str, Json]) -> NearMiss:
    """A near miss from the control plane's JSON."""
    id_, distance = raw["request"]["id"], raw["matchResult"]["distance"]
    return read(NearMiss, {"id": id_, "distance": distance, "unmet": raw["misses"]})


def read(kind: type[T], raw: Mapping[str, Json]) -> T:
    """A value of this kind from the members of its fields' names; others are ignored."""
    members = fields(kind)  # type: ignore[arg-type]  # a dataclass
    return kind(**{each.name: _value(each.type, raw[each.name]) for each in members})


def _value(kind: Any, raw: Json) -> Any:
    """What the JSON of a field of this type means."""
    if raw is not None and datetime in (kind, *get_args(kind)):
        return datetime.fromisoformat(raw)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(each if item is str else read(item, each) for each in raw)
    return raw


def _short(body: str, limit: int = 1_000) -> list[str]:
    shown = body if len(body) <= limit else f"{body[:limit]} … ({len(body)} characters)"
    return shown.split("\n") if body else []
