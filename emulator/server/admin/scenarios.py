"""Scenarios and settings of a scope: `/__admin/scenarios`, `/__admin/settings`."""

from dataclasses import replace

from starlette.responses import Response

from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, existing, invalid_body, json_response
from emulator.stubs.book import StubSettings
from emulator.stubs.faults import read_delay
from emulator.stubs.stub import STARTED


def list_scenarios(call: AdminCall) -> Response:
    """The scenarios of the stubs, each with its state and all possible states."""
    book = call.stubs
    scenarios = [
        {
            "id": name,
            "name": name,
            "state": book.state(name),
            "possibleStates": list(states),
            "mappings": [stub.raw for stub in book.stubs if stub.scenario == name],
        }
        for name, states in book.scenarios().items()
    ]
    return json_response({"scenarios": scenarios})


def reset(call: AdminCall) -> Response:
    """Set every scenario to `Started`."""
    call.store.set_stubs(call.scope, replace(call.stubs, states={}))
    return json_response({})


def set_state(call: AdminCall) -> Response:
    """Set the state of a scenario, by default `Started`."""
    name, book = call.path["name"], call.stubs
    states = existing(book.scenarios().get(name), f"no stub belongs to a scenario {name!r}")
    state = (call.body or {}).get("state", STARTED)
    if state not in states:
        message = f"{name!r} has no state {state!r}; it has {', '.join(states)}"
        raise invalid_body([FieldError("/state", message)])
    call.store.set_stubs(call.scope, book.with_state(name, state))
    return json_response({})


def settings(call: AdminCall) -> Response:
    """The settings for all responses of the scope."""
    return json_response({"settings": call.stubs.settings.raw})


def set_settings(call: AdminCall) -> Response:
    """Set the settings: a delay for every response whose stub has none of its own."""
    given = {name: value for name, value in call.body.items() if value is not None}
    delay = read_delay(given.get("fixedDelay"), given.get("delayDistribution"))
    settings = StubSettings(delay, given)
    call.store.set_stubs(call.scope, replace(call.stubs, settings=settings))
    return json_response(given)
