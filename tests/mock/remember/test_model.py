"""Whatever is called in whatever order: what is listed is what was created, less what was deleted.

The model is a dictionary for each scope. The server is one in process, and one on a socket.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from emulator.server.uvicorn import running
from tests.support.calls import missing
from tests.support.remembering import (
    DOCUMENTS,
    RememberingServer,
    ScopeOfServer,
    ServerOnTheWire,
    at,
    described,
    remembering,
)

MODES = ("lenient", "strict")
#: What a change changes beside what it names.
TIMES = ("updated_at", "updatedAt", "modifiedAt")
#: Scopes have new names in every example: nothing is left of one before.
NUMBERS = count()


class ThingsOfScope:
    """One scope: what is there by id, as far as it is known, and what is not."""

    def __init__(self, server: RememberingServer, things: Mapping[str, Any]) -> None:
        self.client = ScopeOfServer(server, f"model-{next(NUMBERS)}")
        self.things = things
        first = self.client.listed(things["collection"], things["pages"])
        self.there: dict[Any, Any] = {at(item, things["id"]): item for item in first}
        self.order = [*self.there]
        self.gone: set[Any] = set()

    def create(self, number: int) -> None:
        things, body = self.things, self.things["bodies"][number]
        if things.get("make") == "PUT":
            id_ = things["names"][number]
            answer = self.client.call("PUT", self.target(id_), body)
            assert answer.status_code == (200 if id_ in self.there else 201), answer.text
        else:
            answer = self._send("POST", things["collection"], body, things.get("type"))
            if answer.status_code == 409:
                assert at(body, things["id"]) in self.there
                return
            assert answer.status_code in (200, 201), answer.text
            id_ = self._made(answer)
            assert id_ not in self.there, f"{id_} was made before"
        if answer.content:
            self._judge(at(answer.json(), things.get("item", "")), self._known(body))
        self.there[id_] = self._known(body)
        self.gone.discard(id_)

    def read(self, id_: Any) -> None:
        answer = self.client.call("GET", self.target(id_))
        assert answer.status_code == 200, answer.text
        thing = at(answer.json(), self.things.get("item", ""))
        assert at(thing, self.things["id"]) == id_
        self._judge(thing, self.there[id_])

    def change(self, id_: Any, number: int) -> None:
        changes = self.things["changes"]
        body = changes["bodies"][number]
        answer = self._send(changes["method"], self.target(id_), body, changes.get("type"))
        assert answer.status_code in (200, 204), answer.text
        known = self._known(body)
        replaced = changes["method"] == "PUT"
        changed = known if replaced else _merged(self.there[id_], known)
        self.there[id_] = {name: value for name, value in changed.items() if name not in TIMES}
        self.read(id_)

    def delete(self, id_: Any) -> None:
        answer = self.client.call("DELETE", self.target(id_))
        assert answer.status_code in (200, 204), answer.text
        del self.there[id_]
        self.gone.add(id_)

    def miss(self, id_: Any) -> None:
        """What was deleted is not there, whoever asks."""
        status = self.things.get("gone", 404)
        assert self.client.call("GET", self.target(id_)).status_code == status
        # Leniently, what is gone may go again.
        again = (status,) if self.client.server.mode == "strict" else (200, 204)
        assert self.client.call("DELETE", self.target(id_)).status_code in again
        changes = self.things.get("changes")
        if changes and self.things.get("make") != "PUT":
            sent = changes["method"], self.target(id_), changes["bodies"][0], changes.get("type")
            assert self._send(*sent).status_code == status

    def list(self, limit: int | None) -> None:
        things = self.things
        items = self.client.listed(things["collection"], things["pages"], limit)
        ids = [at(item, things["id"]) for item in items]
        assert len({*ids}) == len(ids), f"twice in {ids}"
        assert {*ids} == {*self.there}
        stayed = [id_ for id_ in self.order if id_ in self.there]
        assert [id_ for id_ in ids if id_ in stayed] == stayed, "another order than before"
        for id_, item in zip(ids, items, strict=True):
            self._judge(item, self.there[id_])
        self.order = ids

    def target(self, id_: Any) -> str:
        template: str = self.things.get("thing", f"{self.things['collection']}/{{id}}")
        return template.replace("{id}", str(id_))

    def _send(self, method: str, target: str, body: Any, type_: str | None) -> httpx.Response:
        return self.client.call(method, target, body, {"content-type": type_} if type_ else {})

    def _made(self, answer: httpx.Response) -> Any:
        if self.things.get("make") == "Location":
            return answer.headers["location"].rpartition("/")[2]
        return at(at(answer.json(), self.things.get("item", "")), self.things["id"])

    def _known(self, body: Any) -> Any:
        """What is known of a thing by what was sent."""
        hidden = self.things.get("hidden", ())
        sent = at(body, self.things.get("sent", ""))
        return {name: value for name, value in sent.items() if name not in hidden}

    def _judge(self, thing: Any, known: Any) -> None:
        # That it has no value may be said, or not.
        there = {name: value for name, value in known.items() if value is not None}
        assert missing(there, thing) == []


def _merged(old: Any, new: Any) -> Any:
    """The old with what is new, as a merge patch does it."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


class RememberedThings(RuleBasedStateMachine):
    """Calls about the first kind of things of a document, in two scopes."""

    def serve(self, name: str, mode: str) -> None:
        server, self.things = self.server(name, mode), described(name)["things"]
        self.scopes = [ThingsOfScope(server, self.things) for _ in range(2)]

    def server(self, name: str, mode: str) -> RememberingServer:
        return remembering(name, mode)

    @rule(scope=st.integers(0, 1), number=st.integers(0, 2))
    def create(self, scope: int, number: int) -> None:
        self.scopes[scope].create(number)

    @rule(scope=st.integers(0, 1), data=st.data())
    def read(self, scope: int, data: st.DataObject) -> None:
        if there := self.scopes[scope].there:
            self.scopes[scope].read(data.draw(st.sampled_from([*there])))

    @precondition(lambda self: "changes" in self.things)
    @rule(scope=st.integers(0, 1), number=st.integers(0, 1), data=st.data())
    def change(self, scope: int, number: int, data: st.DataObject) -> None:
        if there := self.scopes[scope].there:
            self.scopes[scope].change(data.draw(st.sampled_from([*there])), number)

    @rule(scope=st.integers(0, 1), data=st.data())
    def delete(self, scope: int, data: st.DataObject) -> None:
        if there := self.scopes[scope].there:
            self.scopes[scope].delete(data.draw(st.sampled_from([*there])))

    @rule(scope=st.integers(0, 1), data=st.data())
    def miss(self, scope: int, data: st.DataObject) -> None:
        if gone := self.scopes[scope].gone:
            self.scopes[scope].miss(data.draw(st.sampled_from(sorted(gone, key=str))))

    @rule(scope=st.integers(0, 1), limit=st.sampled_from([None, 1, 3, 5]))
    def list(self, scope: int, limit: int | None) -> None:
        self.scopes[scope].list(limit)

    def teardown(self) -> None:
        for scope in getattr(self, "scopes", ()):
            scope.list(4)


class ThingsOfAnyDocument(RememberedThings):
    """The same, about any document."""

    @initialize(name=st.sampled_from([*DOCUMENTS]), mode=st.sampled_from(MODES))
    def serve_any(self, name: str, mode: str) -> None:
        self.serve(name, mode)


def run(machine: type[RememberedThings], examples: int, steps: int) -> None:
    bounds = settings(max_examples=examples, stateful_step_count=steps)
    # What is remembered over many calls is large, and drawn from it is all that there is.
    run_state_machine_as_test(
        machine, settings=settings(bounds, suppress_health_check=[*HealthCheck])
    )


def test_what_is_listed_is_what_was_created_less_what_was_deleted() -> None:
    run(ThingsOfAnyDocument, examples=40, steps=20)


def test_the_same_holds_on_the_wire() -> None:
    server = ServerOnTheWire("saas", "lenient")

    class OnTheWire(RememberedThings):
        def server(self, name: str, mode: str) -> RememberingServer:
            return server

        @initialize()
        def serve_it(self) -> None:
            self.serve("saas", "lenient")

    with running(server.app) as server.url, httpx.Client(trust_env=False) as server.client:
        run(OnTheWire, examples=2, steps=15)
