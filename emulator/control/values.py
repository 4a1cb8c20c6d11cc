"""What the control plane tells, as values for tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.messages import Json


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


def _short(body: str, limit: int = 1_000) -> list[str]:
    if not body:
        return []
    return (body if len(body) <= limit else f"{body[:limit]} … ({len(body)} characters)").split(
        "\n"
    )
