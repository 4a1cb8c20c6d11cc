"""Scenarios and settings of a scope: `/__admin/scenarios`, `/__admin/settings`."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from emulator.http.messages import Json
from emulator.mock.state.store import Store
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, Route, answered, invalid, refused
from emulator.stubs.book import StubBook, StubSettings
from emulator.stubs.delays import read_delay
from emulator.stubs.stub import STARTED


@dataclass(frozen=True, slots=True)
class ScenarioRoutes:
    """The routes of scenarios and settings."""

    store: Store

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("GET", "/scenarios", self.list_scenarios),
            Route("DELETE", "/scenarios", self.reset),
            Route("POST", "/scenarios/reset", self.reset),
            Route("PUT", "/scenarios/{name}/state", self.enter),
            Route("GET", "/settings", self.settings),
            Route("POST", "/settings", self.set),
            Route("PUT", "/settings", self.set),
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
        states = book.scenarios().get(name)
        if states is None:
            return refused(404, f"no stub is of a scenario {name!r}")
        state = (call.body or {}).get("state", STARTED)
        if state not in states:
            said = f"{name!r} has no state {state!r}; it has {', '.join(states)}"
            return invalid([FieldError("/state", said)])
        self.store.set_stubs(call.scope, book.with_state(name, state))
        return answered({})

    def settings(self, call: AdminCall) -> Response:
        """What holds for every answer of the scope."""
        return answered({"settings": self.store.stubs(call.scope).settings.raw})

    def set(self, call: AdminCall) -> Response:
        """Other settings: delays that every answer has, unless its stub has its own."""
        given = {name: value for name, value in call.body.items() if value is not None}
        delay = read_delay(given.get("fixedDelay"), given.get("delayDistribution"))
        book = self.store.stubs(call.scope)
        self.store.set_stubs(call.scope, replace(book, settings=StubSettings(delay, given)))
        return answered(given)


def _shown(book: StubBook, name: str, states: tuple[str, ...]) -> Json:
    return {
        "id": name,
        "name": name,
        "state": book.state(name),
        "possibleStates": list(states),
        "mappings": [stub.raw for stub in book.stubs if stub.scenario == name],
    }
