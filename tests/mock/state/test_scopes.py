"""Two scopes side by side, over the whole road: what one does never shows in the other."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from emulator.http.messages import Request, Response
from emulator.mock.assemble import Assembly, assemble
from emulator.mock.pipeline import handle
from emulator.mock.state.memory_store import MemoryStore
from emulator.settings import Settings
from tests.support.assembled import assembled

#: Composio, which lets so many requests of one scope through.
LIMIT = 3
LIMITED = "limits: [{name: requests, limit: 3, window_s: 60}]"
NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
HEADERS = (("authorization", "Bearer t"), ("content-type", "application/json"))
COMPOSIO = (("x-api-key", "k"), ("x-request-id", "r"))
RUN = "/api/v1/agent/agent_clerk/tools/{}/run"

SCOPES = st.sampled_from("st")
WORDS = st.sampled_from(["one", "two", "three"])


@cache
def limited() -> Assembly:
    with TemporaryDirectory() as folder:
        state = Path(folder, "state.yaml")
        state.write_text(LIMITED)
        return assemble(Settings(specs=("composio",), state=state))


class ScopesMachine(RuleBasedStateMachine):
    """The store beside plain lists of what each scope was asked for."""

    @initialize()
    def start(self) -> None:
        initial = {
            s.api.name: s.fixtures.state.collections
            for s in assembled("paragon", "agentflow").services
        }
        self.store = MemoryStore(initial)
        self.ledger: dict[str, list[Any]] = {"s": [], "t": []}
        self.initial_events = list(initial["paragon"]["calendar_events"])
        self.events: dict[str, list[str]] = {"s": self.initial_events, "t": self.initial_events}
        self.waiting: dict[str, list[str]] = {"s": [], "t": []}
        self.asked: dict[str, list[str]] = {"s": [], "t": []}

    def send(self, scope: str, assembly: Assembly, request: Request) -> Response:
        outcome = handle(assembly.site, self.store.memory(scope), request, NOW)
        self.store.apply(scope, outcome.trace.api, outcome.effects, NOW)
        self.store.release(scope, outcome.trace.api, outcome.effects)
        assert isinstance(outcome.response, Response)
        return outcome.response

    def ask(self, scope: str, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.send(
            scope, assembled("paragon", "agentflow"), Request(method, path, "", HEADERS, content)
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def paragon(self, scope: str, tool: str, parameters: Any) -> Any:
        body = {"tool": tool, "parameters": parameters}
        return self.ask(scope, "POST", "/projects/p/tools", body)

    @rule(scope=SCOPES, word=WORDS)
    def create_event(self, scope: str, word: str) -> None:
        times = {"start": "2026-05-04T10:00:00Z", "end": "2026-05-04T11:00:00Z"}
        arguments = {"summary": word, **times}
        made = self.paragon(scope, "GOOGLE_CALENDAR_CREATE_EVENT", arguments)
        assert made["id"] not in self.events[scope]
        self.events[scope] = [*self.events[scope], made["id"]]
        self.ledger[scope].append(arguments)

    @rule(scope=SCOPES)
    def delete_event(self, scope: str) -> None:
        if self.events[scope]:
            first, *self.events[scope] = self.events[scope]
            arguments = {"eventId": first}
            self.paragon(scope, "GOOGLE_CALENDAR_DELETE_EVENT", arguments)
            self.ledger[scope].append(arguments)

    @rule(scope=SCOPES, word=WORDS)
    def ask_for_approval(self, scope: str, word: str) -> None:
        body = {"arguments": {"table": word}, "conversation_id": "c", "message_id": "m"}
        events = self.ask(scope, "POST", RUN.format("delete_records"), body)["events"]
        self.waiting[scope].append(events[1]["content"]["id"])

    @rule(scope=SCOPES, status=st.sampled_from(["approved", "denied"]))
    def respond(self, scope: str, status: str) -> None:
        if self.waiting[scope]:
            path = f"/api/v1/approvals/{self.waiting[scope].pop(0)}/respond"
            arguments = self.ask(scope, "POST", path, {"status": status})["arguments"]
            self.ledger[scope] += [arguments] if status == "approved" else []

    @rule(scope=SCOPES)
    def ask_under_a_limit(self, scope: str) -> None:
        request = Request("GET", "/api/v3.1/toolkits/categories", "", COMPOSIO)
        answer = self.send(scope, limited(), request)
        left = LIMIT - len(self.asked[scope])
        assert answer.status == (200 if left > 0 else 429)
        assert dict(answer.headers)["x-ratelimit-remaining"] == str(max(0, left - 1))
        self.asked[scope].append("r")

    @rule(scope=SCOPES)
    def reset(self, scope: str) -> None:
        self.store.reset(scope)
        for model in (self.ledger, self.waiting, self.asked):
            model[scope] = []
        self.events[scope] = self.initial_events

    @invariant()
    def scopes_are_what_they_did(self) -> None:
        for scope in "st":
            done = [line.arguments for line in self.store.executions(scope)]
            assert done == self.ledger[scope]
            attempts = [call.attempts for call in self.store.calls(scope)]
            assert attempts == [len(self.asked[scope])] * bool(self.asked[scope])
            listed = self.paragon(scope, "GOOGLE_CALENDAR_LIST_EVENTS", {})["items"]
            assert [event["id"] for event in listed] == self.events[scope]
            pending = self.ask(scope, "GET", "/api/v1/approvals/pending")["approvals"]
            ids = [approval["id"] for approval in pending]
            assert ids == ["appr_abc123", *self.waiting[scope]][:20]


ScopesMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=15)
test_scopes_never_meet = ScopesMachine.TestCase
