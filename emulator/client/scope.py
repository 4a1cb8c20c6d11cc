"""A scope of a running emulator, as tests use it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, Unpack
from urllib.parse import quote

import httpx

from emulator.client.assertions import check_executed, is_called, not_called
from emulator.client.patterns import MatchFields, StubFields, request_pattern, stub_mapping
from emulator.client.values import (
    CallCount,
    Delivery,
    JournalEntry,
    NearMiss,
    ToolExecution,
    read,
    read_entry,
    read_near_miss,
)
from emulator.errors import EmulatorError
from emulator.http.media_types import is_json
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
class Clock:
    """The clock of a scope."""

    scope: "Scope"

    def now(self) -> datetime:
        """The current time."""
        return self._time("GET", "/clock")

    def advance(self, by: float | timedelta) -> datetime:
        """Advance it by seconds; whatever waited for a time that has passed continues."""
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

    scope: "Scope"
    name: str

    @property
    def state(self) -> str:
        """Its current state."""
        scenarios = self.scope.control("GET", "/scenarios")["scenarios"]
        return next((each["state"] for each in scenarios if each["name"] == self.name), "Started")

    def set(self, state: str) -> None:
        """Set its state."""
        self.scope.control("PUT", f"/scenarios/{_segment(self.name)}/state", {"state": state})


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope, isolated from all others.

    `url` is for clients: requests below it belong to the scope. Every method raises `ControlError`
    if the emulator rejects the call.
    """

    name: str
    root: str
    client: httpx.Client

    @property
    def url(self) -> str:
        """The base URL of this scope, without a slash at its end."""
        return f"{self.root}/~{self.name}"

    @property
    def clock(self) -> Clock:
        """The scope's clock."""
        return Clock(self)

    def control(self, method: str, path: str, body: Json = None) -> Any:
        """Call the control plane; returns the JSON of its response, or the text."""
        response = self.client.request(method, f"{self.url}/__admin{path}", json=body)
        has_json = is_json(response.headers.get("content-type", ""))
        result = response.json() if has_json else response.text
        if response.status_code >= 400:
            raise _error(response.status_code, result)
        return result

    def base_url(self, api: str) -> str:
        """The base URL of an API: `url` with the first of its base paths."""
        return self.url + str(self.control("GET", f"/apis/{_segment(api)}")["prefixes"][0])

    def stub(self, method: str, path: str, **fields: Unpack[StubFields]) -> str:
        """Add a stub for requests of this method and path; returns its id."""
        return self.add_mapping(stub_mapping(method, path, fields))

    def add_mapping(self, mapping: Mapping[str, Json]) -> str:
        """Add a stub mapping in WireMock's JSON; returns its id."""
        return str(self.control("POST", "/mappings", mapping)["id"])

    def delete_stub(self, id_: str) -> None:
        """Delete a stub."""
        self.control("DELETE", f"/mappings/{_segment(id_)}")

    def fault(
        self,
        name: str,
        *,
        where: Mapping[str, Json] | None = None,
        when: Mapping[str, Json] | None = None,
        after_execution: bool | None = None,
        ttl_s: float | None = None,
        **parameters: Json,
    ) -> str:
        """Inject a fault: its parameters by name, `where` and `when` as in a rule's JSON.

        Returns the rule's id.
        """
        rule = {
            "fault": name,
            "where": where,
            "when": when,
            "after_execution": after_execution,
            "ttl_s": ttl_s,
            "parameters": parameters or None,
        }
        return self.add_rule({key: value for key, value in rule.items() if value is not None})

    def add_rule(self, rule: Mapping[str, Json]) -> str:
        """Add a fault rule as JSON; returns its id."""
        return str(self.control("POST", "/faults", rule)["id"])

    def delete_fault(self, id_: str) -> None:
        """Delete a fault rule."""
        self.control("DELETE", f"/faults/{_segment(id_)}")

    @contextmanager
    def faulty(self, name: str, **rule: Json) -> Iterator[str]:
        """Inject a fault for the length of a `with` block, as `fault` does."""
        id_ = self.fault(name, **rule)
        try:
            yield id_
        finally:
            self.delete_fault(id_)

    def scenario(self, name: str) -> Scenario:
        """A scenario by its name."""
        return Scenario(self, name)

    def requests(
        self, method: str | None = None, path: str | None = None, **fields: Unpack[MatchFields]
    ) -> list[JournalEntry]:
        """The matching requests with their responses, the oldest first; all if nothing is given."""
        entries = [read_entry(each) for each in self.control("GET", "/requests")["requests"]][::-1]
        if method is None and path is None and not fields:
            return entries
        found = self.control("POST", "/requests/find", request_pattern(method, path, fields))
        ids = {each["id"] for each in found["requests"]}
        return [entry for entry in entries if entry.id in ids]

    def executions(self, tool: str | None = None) -> list[ToolExecution]:
        """The tool executions, the oldest first; those of one tool if it is named."""
        executions = self._list(ToolExecution, "/executions", "executions")
        return [each for each in executions if tool in (None, each.tool)]

    def calls(self) -> list[CallCount]:
        """How often each logical call, named by its client, was requested and executed."""
        return self._list(CallCount, "/executions", "calls")

    def emit(self, api: str, type_: str, data: Json = None) -> list[str]:
        """Emit an event of an API; returns the ids of the messages to its webhooks."""
        event = {"type": type_, "data": {} if data is None else data}
        sent = self.control("POST", f"/webhooks/{_segment(api)}", event)
        return [each["id"] for each in sent["deliveries"]]

    def deliveries(self) -> list[Delivery]:
        """The deliveries to webhooks, once none is in progress."""
        return self._list(Delivery, "/deliveries?settled=true", "deliveries")

    def faults_log(self) -> str:
        """The log of injected faults, as `serve --replay-faults` reads it."""
        return str(self.control("GET", "/faults/log"))

    def har(self) -> dict[str, Json]:
        """The journal as an HTTP Archive (HAR 1.2), secrets redacted."""
        return dict(self.control("GET", "/requests.har"))

    def assert_called(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        times: int | None = None,
        **fields: Unpack[MatchFields],
    ) -> list[JournalEntry]:
        """The matching requests; AssertionError unless there are `times`, or at least one."""
        pattern = request_pattern(method, path, fields)
        matching = self.requests(method, path, **fields)
        if not is_called(matching, times):
            near = self._near_misses(pattern) if len(matching) < (times or 1) else []
            raise AssertionError(not_called(pattern, matching, self.requests(), times, near))
        return matching

    def assert_not_called(
        self, method: str | None = None, path: str | None = None, **fields: Unpack[MatchFields]
    ) -> None:
        """AssertionError if a request matches."""
        self.assert_called(method, path, times=0, **fields)

    def assert_executed(
        self, tool: str, *, times: int | None = None, arguments: Json = None
    ) -> None:
        """AssertionError unless the tool was executed `times`, or at least once."""
        check_executed(tool, arguments, self.executions(), times)

    def reset(self) -> None:
        """Reset the scope to its initial state."""
        self.control("POST", "/reset")

    def forget(self) -> None:
        """Delete the scope with everything in it."""
        self.control("DELETE", f"/scopes/{_segment(self.name)}")

    def _list(self, kind: type[T], path: str, name: str) -> list[T]:
        return [read(kind, each) for each in self.control("GET", path)[name]]

    def _near_misses(self, pattern: Mapping[str, Json]) -> list[NearMiss]:
        found = self.control("POST", "/near-misses/request-pattern", pattern)
        return [read_near_miss(each) for each in found["nearMisses"]]


def _at(at: datetime | None) -> dict[str, str]:
    return {} if at is None else {"now": at.isoformat()}


def _segment(text: str) -> str:
    return quote(text, safe="")


def _error(status: int, body: Json) -> ControlError:
    problem = body if isinstance(body, dict) else {}
    violations = tuple(
        (str(each.get("pointer", "")), str(each.get("message", "")))
        for each in problem.get("violations", ())
    )
    return ControlError(status, str(problem.get("detail", body)), violations)
