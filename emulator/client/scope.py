"""A scope of a running emulator, as tests use it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, Unpack

import httpx

from emulator.client import calls
from emulator.client.assertions import check_executed, is_called, not_called
from emulator.client.calls import ControlCall
from emulator.client.patterns import MatchFields, StubFields, request_pattern, stub_mapping
from emulator.client.values import CallCount, Delivery, JournalEntry, ToolExecution
from emulator.http.media_types import is_json
from emulator.http.messages import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a scope."""

    scope: "Scope"

    def now(self) -> datetime:
        """The current time."""
        return self.scope.do(calls.clock())

    def advance(self, by: float | timedelta) -> datetime:
        """Advance it by seconds; whatever waited for a time that has passed continues."""
        return self.scope.do(calls.advance_clock(by))

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop it, at the current time or at another."""
        return self.scope.do(calls.set_clock(frozen=True, **_at(at)))

    def run(self, at: datetime | None = None) -> datetime:
        """Let it run, from the current time or from another."""
        return self.scope.do(calls.set_clock(frozen=False, **_at(at)))

    def skip_delays(self, skips: bool = True) -> datetime:
        """Let delays advance the clock instead of taking time."""
        return self.scope.do(calls.set_clock(skips_delays=skips))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a scope."""

    scope: "Scope"
    name: str

    @property
    def state(self) -> str:
        """Its current state."""
        return self.scope.do(calls.scenario_state(self.name))

    def set(self, state: str) -> None:
        """Set its state."""
        self.scope.do(calls.set_scenario(self.name, state))


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

    def do(self, call: ControlCall[T]) -> T:
        """Make a call of the control plane."""
        url = f"{self.url}/__admin{call.path}"
        response = self.client.request(call.method, url, json=call.body)
        has_json = is_json(response.headers.get("content-type", ""))
        return call.result(response.status_code, response.json() if has_json else response.text)

    def base_url(self, api: str) -> str:
        """The base URL of an API: `url` with the first of its base paths."""
        return self.url + self.do(calls.prefixes(api))[0]

    def stub(self, method: str, path: str, **fields: Unpack[StubFields]) -> str:
        """Add a stub for requests of this method and path; returns its id."""
        return self.do(calls.add_stub(stub_mapping(method, path, fields)))

    def add_mapping(self, mapping: Mapping[str, Json]) -> str:
        """Add a stub mapping in WireMock's JSON; returns its id."""
        return self.do(calls.add_stub(mapping))

    def delete_stub(self, id_: str) -> None:
        """Delete a stub."""
        self.do(calls.delete_stub(id_))

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
        return self.do(calls.add_fault(rule))

    def delete_fault(self, id_: str) -> None:
        """Delete a fault rule."""
        self.do(calls.delete_fault(id_))

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
        entries = self.do(calls.entries())
        if method is None and path is None and not fields:
            return entries
        ids = self.do(calls.matching_ids(request_pattern(method, path, fields)))
        return [entry for entry in entries if entry.id in ids]

    def executions(self, tool: str | None = None) -> list[ToolExecution]:
        """The tool executions, the oldest first; those of one tool if it is named."""
        return [each for each in self.do(calls.executions()) if tool in (None, each.tool)]

    def calls(self) -> list[CallCount]:
        """How often each logical call, named by its client, was requested and executed."""
        return self.do(calls.call_counts())

    def emit(self, api: str, type_: str, data: Json = None) -> list[str]:
        """Emit an event of an API; returns the ids of the messages to its webhooks."""
        return self.do(calls.emit(api, type_, {} if data is None else data))

    def deliveries(self) -> list[Delivery]:
        """The deliveries to webhooks, once none is in progress."""
        return self.do(calls.deliveries())

    def faults_log(self) -> str:
        """The log of injected faults, as `serve --replay-faults` reads it."""
        return self.do(calls.faults_log())

    def har(self) -> dict[str, Json]:
        """The journal as an HTTP Archive (HAR 1.2), secrets redacted."""
        return self.do(calls.har())

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
            near = self.do(calls.near_misses(pattern)) if len(matching) < (times or 1) else []
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
        self.do(calls.reset())

    def forget(self) -> None:
        """Delete the scope with everything in it."""
        self.do(calls.forget(self.name))


def _at(at: datetime | None) -> dict[str, str]:
    return {} if at is None else {"now": at.isoformat()}
