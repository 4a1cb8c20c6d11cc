"""A scope of a running emulator, as tests use it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar, Unpack

from emulator.client.assertions import (
    check_executed,
    check_times,
    is_called,
    nearest_request,
    not_called,
)
from emulator.client.control import Clock, Control, RememberedCollection, Scenario, segment
from emulator.client.patterns import MatchFields, StubFields, request_pattern, stub_mapping
from emulator.client.unused import Key, Made, Unused, below_base_path, path_of, report, words_for
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
from emulator.faults.table import FAULTS
from emulator.http.messages import Json
from emulator.http.nearest import nearest, unknown

#: The keywords of `fault` that are no parameters of faults.
_RULE_KEYWORDS = ("where", "when", "after_execution", "ttl_s", "optional")
#: A failure is shown where the test asserts it.
__tracebackhide__ = True

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope(Control):
    """One scope, isolated from all others.

    `url` is for clients: requests below it belong to the scope. Every method raises `ControlError`
    if the emulator rejects the call.
    """

    made: Made = field(default_factory=Made, compare=False, repr=False)

    @property
    def clock(self) -> Clock:
        """The scope's clock."""
        return Clock(self)

    def base_url(self, api: str) -> str:
        """The base URL of an API: `url` with the first of its base paths."""
        return self.url + str(self.control("GET", f"/apis/{segment(api)}")["prefixes"][0])

    def stub(
        self, method: str, path: str, *, optional: bool = False, **fields: Unpack[StubFields]
    ) -> str:
        """Add a stub for requests of this method and path; returns its id."""
        return self.add_mapping(stub_mapping(method, path, fields), optional=optional)

    def add_mapping(self, mapping: Mapping[str, Json], *, optional: bool = False) -> str:
        """Add a stub mapping in WireMock's JSON; returns its id."""
        id_ = str(self.control("POST", "/mappings", mapping)["id"])
        self.made.keep("stub", id_, mapping, optional=optional)
        return id_

    def delete_stub(self, id_: str) -> None:
        """Delete a stub."""
        self._settle(("stub", id_))
        self.control("DELETE", f"/mappings/{segment(id_)}")

    def fault(
        self,
        name: str,
        *,
        where: Mapping[str, Json] | None = None,
        when: Mapping[str, Json] | None = None,
        after_execution: bool | None = None,
        ttl_s: float | None = None,
        optional: bool = False,
        **parameters: Json,
    ) -> str:
        """Inject a fault: its parameters by name, `where` and `when` as in a rule's JSON.

        Returns the rule's id. Unless it is `optional`, it is `unused` until it was injected.
        """
        known = [each.name for each in FAULTS[name].parameters] if name in FAULTS else []
        for given_name in parameters.keys() - set(known):
            if meant := nearest(given_name, _RULE_KEYWORDS):
                raise TypeError(f"fault() has no {given_name!r}; did you mean {meant!r}?")
        rule = {
            "fault": name,
            "where": where,
            "when": when,
            "after_execution": after_execution,
            "ttl_s": ttl_s,
            "parameters": parameters or None,
        }
        given = {key: value for key, value in rule.items() if value is not None}
        return self.add_rule(given, optional=optional)

    def add_rule(self, rule: Mapping[str, Json], *, optional: bool = False) -> str:
        """Add a fault rule as JSON; returns its id."""
        id_ = str(self.control("POST", "/faults", rule)["id"])
        self.made.keep("fault", id_, rule, optional=optional)
        return id_

    def delete_fault(self, id_: str) -> None:
        """Delete a fault rule."""
        self._settle(("fault", id_))
        self.control("DELETE", f"/faults/{segment(id_)}")

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

    def collection(self, api: str, name: str, *below: str) -> RememberedCollection:
        """A collection that an API remembers, below the records with these ids if it is nested."""
        return RememberedCollection(self, api, name, below)

    def requests(
        self, method: str | None = None, path: str | None = None, **fields: Unpack[MatchFields]
    ) -> list[JournalEntry]:
        """The matching requests with their responses, the oldest first; all if nothing is given.

        A path at which nothing was requested is looked for below the base paths of the APIs, too.
        """
        entries = [read_entry(each) for each in self.control("GET", "/requests")["requests"]][::-1]
        if method is None and path is None and not fields:
            return entries
        pattern = request_pattern(method, path, fields)
        ids = self._ids_of(pattern)
        if path is not None and not ids and entries:
            prefixes = {prefix for each in self._prefixes().values() for prefix in each if prefix}
            ids = set().union(*(self._ids_of({**pattern, "urlPath": p + path}) for p in prefixes))
        return [entry for entry in entries if entry.id in ids]

    def executions(self, tool: str | None = None) -> list[ToolExecution]:
        """The tool executions, the oldest first; those of one tool if it is named.

        ValueError where no API has that tool.
        """
        executions = self._list(ToolExecution, "/executions", "executions")
        found = [each for each in executions if tool in (None, each.tool)]
        if tool is not None and not found:
            self._side_effect(tool)
        return found

    def calls(self) -> list[CallCount]:
        """How often each logical call, named by its client, was requested and executed."""
        return self._list(CallCount, "/executions", "calls")

    def emit(self, api: str, type_: str, data: Json = None) -> list[str]:
        """Emit an event of an API; returns the ids of the messages to its webhooks."""
        event = {"type": type_, "data": {} if data is None else data}
        sent = self.control("POST", f"/webhooks/{segment(api)}", event)
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
        check_times(times)
        pattern = request_pattern(method, path, fields)
        matching = self.requests(method, path, **fields)
        if not is_called(matching, times):
            near = self._near_misses(pattern) if len(matching) < (times or 1) else []
            told = not_called(pattern, matching, self.requests(), times, near)
            raise AssertionError(told + self._base_path_hint(pattern, near))
        return matching

    def assert_not_called(
        self, method: str | None = None, path: str | None = None, **fields: Unpack[MatchFields]
    ) -> None:
        """AssertionError if a request matches."""
        self.assert_called(method, path, times=0, **fields)

    def assert_executed(
        self, tool: str, *, times: int | None = None, arguments: Json = None
    ) -> None:
        """AssertionError unless the tool was executed `times`, or at least once.

        ValueError where no API has that tool.
        """
        check_times(times)
        executions = self.executions()
        known = any(each.tool == tool for each in executions)
        side_effect = "" if known else self._side_effect(tool)
        check_executed(tool, arguments, executions, times, side_effect)

    def unused(self) -> list[Unused]:
        """Faults and stubs that were made here and came to nothing so far, less optional ones."""
        return [*self.made.lost, *self._idle(self.made.set_up)]

    def assert_all_used(self) -> None:
        """AssertionError where a fault was never injected, or no request matched a stub."""
        unused = self.unused()
        if unused:
            raise AssertionError(report(unused))

    def reset(self) -> None:
        """Reset the scope to its initial state."""
        self._settle(*self.made.set_up)
        self.control("POST", "/reset")

    def forget(self) -> None:
        """Delete the scope with everything in it."""
        self.control("DELETE", f"/scopes/{segment(self.name)}")

    def _list(self, kind: type[T], path: str, name: str) -> list[T]:
        return [read(kind, each) for each in self.control("GET", path)[name]]

    def _settle(self, *keys: Key) -> None:
        """Judge what is about to be taken away."""
        ending = {key: self.made.set_up.pop(key) for key in keys if key in self.made.set_up}
        self.made.lost.extend(self._idle(ending))

    def _idle(self, set_up: Mapping[Key, Mapping[str, Json]]) -> list[Unused]:
        if not set_up:
            return []
        found = self.control("GET", "/unused")
        reasons = {("fault", each["id"]): str(each["reason"]) for each in found["faults"]}
        idle = {("stub", each["id"]) for each in found["stubs"]} | reasons.keys()
        return [
            Unused(*key, words_for(key[0], raw), reasons.get(key) or self._why_not_met(raw))
            for key, raw in set_up.items()
            if key in idle
        ]

    def _why_not_met(self, mapping: Mapping[str, Json]) -> str:
        """What the requests lacked that a stub is for."""
        pattern = mapping.get("request", {})
        if self.control("POST", "/requests/count", pattern)["count"]:
            return "requests matched it, but another stub, or the scenario's state, had its way"
        near = self._near_misses(pattern)
        told = nearest_request(near, self.requests()) + self._base_path_hint(pattern, near)
        return f"no request matched. {told}".rstrip()

    def _base_path_hint(self, pattern: Mapping[str, Json], near: Sequence[NearMiss]) -> str:
        path = path_of(pattern)
        if not path or not near:
            return ""
        return below_base_path(path, near, self._prefixes())

    def _prefixes(self) -> dict[str, list[str]]:
        apis = self.control("GET", "/apis")["apis"]
        return {str(each["name"]): list(each["prefixes"]) for each in apis}

    def _ids_of(self, pattern: Mapping[str, Json]) -> set[str]:
        found = self.control("POST", "/requests/find", pattern)
        return {str(each["id"]) for each in found["requests"]}

    def _side_effect(self, tool: str) -> str:
        """What a tool does; empty for one that a client may make. ValueError for an unknown one."""
        names = [each["name"] for each in self.control("GET", "/apis")["apis"]]
        apis = [self.control("GET", f"/apis/{segment(name)}") for name in names]
        tools = {each["slug"]: str(each["side_effect"]) for api in apis for each in api["tools"]}
        may_be_made = any(api["makes_tools"] for api in apis) and not nearest(tool, tools)
        if tool not in tools and not may_be_made:
            raise ValueError(unknown("tool", tool, tools))
        return tools.get(tool, "")

    def _near_misses(self, pattern: Mapping[str, Json]) -> list[NearMiss]:
        found = self.control("POST", "/near-misses/request-pattern", pattern)
        return [read_near_miss(each) for each in found["nearMisses"]]
