"""Scenarios and settings of a scope: `/__admin/scenarios`, `/__admin/settings`."""

from dataclasses import dataclass, replace

import jsonschema_rs
from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.calls import AdminCall, answered, refused, route
from emulator.messages import Json
from emulator.mistakes import judge
from emulator.state.store import Store
from emulator.stubs.book import Settings, StubBook
from emulator.stubs.delays import read_delay
from emulator.stubs.schema import SETTINGS_SCHEMA
from emulator.stubs.stub import STARTED

_SETTINGS = jsonschema_rs.Draft202012Validator(SETTINGS_SCHEMA)
_STATE = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {"state": {"type": "string"}},
    }
)


@dataclass(frozen=True, slots=True)
class ScenarioRoutes:
    """The routes of scenarios and settings."""

    store: Store

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            route("GET", "/scenarios", self.list_scenarios),
            route("DELETE", "/scenarios", self.reset),
            route("POST", "/scenarios/reset", self.reset),
            route("PUT", "/scenarios/{name}/state", self.enter, takes_body=True),
            route("GET", "/settings", self.settings),
            route("POST", "/settings", self.set, takes_body=True),
            route("PUT", "/settings", self.set, takes_body=True),
        ]

    def list_scenarios(self, call: AdminCall) -> Response:
        """The scenarios that stubs name, each with its state and the states it can be in."""
        book = self.store.stubs(call.scope)
        shown = [_shown(book, name, states) for name, states in book.scenarios().items()]
        return answered({"scenarios": shown})

    def reset(self, call: AdminCall) -> Response:
        """Every scenario is `Started` again."""
        self.store.set_stubs(call.scope, replace(self.store.stubs(call.scope), states={}))
        return answered({})

    def enter(self, call: AdminCall) -> Response:
        """A scenario is in another state, `Started` where none is named."""
        name, book = call.path["name"], self.store.stubs(call.scope)
        mistakes = judge(_STATE, call.body or {})
        if mistakes:
            return refused(422, mistakes[0].message, mistakes)
        states = book.scenarios().get(name)
        if states is None:
            return refused(404, f"no stub is of a scenario {name!r}")
        state = (call.body or {}).get("state", STARTED)
        if state not in states:
            return refused(422, f"{name!r} has no state {state!r}; it has {', '.join(states)}")
        self.store.set_stubs(call.scope, book.with_state(name, state))
        return answered({})

    def settings(self, call: AdminCall) -> Response:
        """What holds for every answer of the scope."""
        return answered({"settings": self.store.stubs(call.scope).settings.raw})

    def set(self, call: AdminCall) -> Response:
        """Other settings: delays that every answer has, unless its stub has its own."""
        mistakes = judge(_SETTINGS, call.body)
        if mistakes:
            return refused(422, mistakes[0].message, mistakes)
        given = {name: value for name, value in call.body.items() if value is not None}
        delay = read_delay(given.get("fixedDelay"), given.get("delayDistribution"))
        book = self.store.stubs(call.scope)
        self.store.set_stubs(call.scope, replace(book, settings=Settings(delay, given)))
        return answered(given)


def _shown(book: StubBook, name: str, states: tuple[str, ...]) -> Json:
    return {
        "id": name,
        "name": name,
        "state": book.state(name),
        "possibleStates": list(states),
        "mappings": [stub.raw for stub in book.stubs if stub.scenario == name],
    }
