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
from emulator.client.values import Call, Delivery, Exchange, Execution
from emulator.http.media_types import is_json
from emulator.http.messages import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a scope."""

    scope: "Scope"

    def now(self) -> datetime:
        """The time that it shows."""
        return self.scope.do(calls.clock())

    def advance(self, by: float | timedelta) -> datetime:
        """Move it on by seconds; whatever waits for a time that has come goes on."""
        return self.scope.do(calls.advance_clock(by))

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop it, at the time it shows or at another."""
        return self.scope.do(calls.set_clock(frozen=True, **_at(at)))

    def run(self, at: datetime | None = None) -> datetime:
        """Let it run on, from the time it shows or from another."""
        return self.scope.do(calls.set_clock(frozen=False, **_at(at)))

    def skip_delays(self, skips: bool = True) -> datetime:
        """Let delays take no time but move the clock."""
        return self.scope.do(calls.set_clock(skips_delays=skips))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a scope."""

    scope: "Scope"
    name: str

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.scope.do(calls.scenario_state(self.name))

    def set(self, state: str) -> None:
        """Put it into a state."""
        self.scope.do(calls.set_scenario(self.name, state))


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope: nothing that is said here, or happens here, shows in another.

    `url` is for clients: whatever is asked below it belongs to the scope. Every method raises
    `ControlError` where the emulator refuses what it was told.
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
        answer = self.client.request(call.method, f"{self.url}/__admin{call.path}", json=call.body)
        told = is_json(answer.headers.get("content-type", ""))
        return call.result(answer.status_code, answer.json() if told else answer.text)

    def base_url(self, api: str) -> str:
        """The URL below which an API's paths are: `url` with the first of its base paths."""
        return self.url + self.do(calls.prefixes(api))[0]

    def stub(self, method: str, path: str, **fields: Unpack[StubFields]) -> str:
        """Answer requests of this method and path so; gives the stub's id."""
        return self.do(calls.add_stub(stub_mapping(method, path, fields)))

    def add_mapping(self, mapping: Mapping[str, Json]) -> str:
        """Add a stub as WireMock writes it; gives its id."""
        return self.do(calls.add_stub(mapping))

    def delete_stub(self, id_: str) -> None:
        """Take a stub away."""
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
        """Let a fault strike: its parameters by name, `where` and `when` as in a rule's JSON.

        Gives the rule's id.
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
        """Add a rule as its JSON is written; gives its id."""
        return self.do(calls.add_fault(rule))

    def delete_fault(self, id_: str) -> None:
        """Let a fault strike no more."""
        self.do(calls.delete_fault(id_))

    @contextmanager
    def faulty(self, name: str, **rule: Json) -> Iterator[str]:
        """Let a fault strike for the length of a `with` block, as `fault` does."""
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
    ) -> list[Exchange]:
        """What was asked and fits, the oldest first; everything where nothing is named."""
        found = self.do(calls.exchanges())
        if method is None and path is None and not fields:
            return found
        ids = self.do(calls.matching_ids(request_pattern(method, path, fields)))
        return [exchange for exchange in found if exchange.id in ids]

    def executions(self, tool: str | None = None) -> list[Execution]:
        """What tools did, the oldest first; of one tool where it is named."""
        found = self.do(calls.executions())
        return [each for each in found if tool in (None, each.tool)]

    def calls(self) -> list[Call]:
        """The logical calls that clients named, with how often each was asked for and executed."""
        return self.do(calls.logical_calls())

    def emit(self, api: str, type_: str, data: Json = None) -> list[str]:
        """Let an event of an API happen; gives the ids of the messages to its webhooks."""
        return self.do(calls.emit(api, type_, {} if data is None else data))

    def deliveries(self) -> list[Delivery]:
        """What was delivered to webhooks; waits until none is under way any more."""
        return self.do(calls.deliveries())

    def faults_log(self) -> str:
        """What faults struck, as `serve --replay-faults` takes it."""
        return self.do(calls.faults_log())

    def har(self) -> dict[str, Json]:
        """Everything that was asked as an HTTP Archive (HAR 1.2), secrets taken out."""
        return self.do(calls.har())

    def assert_called(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        times: int | None = None,
        **fields: Unpack[MatchFields],
    ) -> list[Exchange]:
        """What was asked and fits; AssertionError unless it is `times`, or at least one."""
        pattern, found = (
            request_pattern(method, path, fields),
            self.requests(method, path, **fields),
        )
        if not is_called(found, times):
            near = self.do(calls.near_misses(pattern)) if len(found) < (times or 1) else []
            raise AssertionError(not_called(pattern, found, self.requests(), times, near))
        return found

    def assert_not_called(
        self, method: str | None = None, path: str | None = None, **fields: Unpack[MatchFields]
    ) -> None:
        """AssertionError if something was asked that fits."""
        self.assert_called(method, path, times=0, **fields)

    def assert_executed(
        self, tool: str, *, times: int | None = None, arguments: Json = None
    ) -> None:
        """AssertionError unless the tool was executed `times`, or at least once."""
        check_executed(tool, arguments, self.executions(), times)

    def reset(self) -> None:
        """Set the scope back to what it was at start."""
        self.do(calls.reset())

    def forget(self) -> None:
        """Keep nothing of the scope."""
        self.do(calls.forget(self.name))


def _at(at: datetime | None) -> dict[str, str]:
    return {} if at is None else {"now": at.isoformat()}
