"""Scenarios and settings of a scope: `/__admin/scenarios`, `/__admin/settings`."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from emulator.http.messages import Json
from emulator.mock.state.store import Store
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, invalid_body, json_response, rejection
from emulator.stubs.book import StubBook, StubSettings
from emulator.stubs.delays import read_delay
from emulator.stubs.stub import STARTED


@dataclass(frozen=True, slots=True)
class ScenarioHandlers:
    """The handlers of scenarios and settings."""

    store: Store

    def list_scenarios(self, call: AdminCall) -> Response:
        """The scenarios of the stubs, each with its state and all possible states."""
        book = self.store.stubs(call.scope)
        scenarios = [_scenario(book, name, states) for name, states in book.scenarios().items()]
        return json_response({"scenarios": scenarios})

    def reset(self, call: AdminCall) -> Response:
        """Set every scenario to `Started`."""
        self.store.set_stubs(call.scope, replace(self.store.stubs(call.scope), states={}))
        return json_response({})

    def enter(self, call: AdminCall) -> Response:
        """Set the state of a scenario, by default `Started`."""
        name, book = call.path["name"], self.store.stubs(call.scope)
        states = book.scenarios().get(name)
        if states is None:
            return rejection(404, f"no stub belongs to a scenario {name!r}")
        state = (call.body or {}).get("state", STARTED)
        if state not in states:
            message = f"{name!r} has no state {state!r}; it has {', '.join(states)}"
            return invalid_body([FieldError("/state", message)])
        self.store.set_stubs(call.scope, book.with_state(name, state))
        return json_response({})

    def settings(self, call: AdminCall) -> Response:
        """The settings for all responses of the scope."""
        return json_response({"settings": self.store.stubs(call.scope).settings.raw})

    def set(self, call: AdminCall) -> Response:
        """Set the settings: a delay for every response whose stub has none of its own."""
        given = {name: value for name, value in call.body.items() if value is not None}
        delay = read_delay(given.get("fixedDelay"), given.get("delayDistribution"))
        book = self.store.stubs(call.scope)
        self.store.set_stubs(call.scope, replace(book, settings=StubSettings(delay, given)))
        return json_response(given)


def _scenario(book: StubBook, name: str, states: tuple[str, ...]) -> Json:
    return {
        "id": name,
        "name": name,
        "state": book.state(name),
        "possibleStates": list(states),
        "mappings": [stub.raw for stub in book.stubs if stub.scenario == name],
    }
