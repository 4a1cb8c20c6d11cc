"""The clock of a scope: `/__admin/clock`."""

from datetime import UTC, datetime, timedelta

import jsonschema_rs
from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.calls import AdminCall, answered, refused, route
from emulator.clock import Clocks
from emulator.messages import Json
from emulator.mistakes import judge

#: A century; more is a unit that was mistaken.
_FARTHEST_S = 100 * 366 * 86_400

CLOCK_SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "now": {"type": "string", "format": "date-time"},
        "frozen": {"type": "boolean"},
        "skips_delays": {"type": "boolean"},
    },
}
ADVANCE_SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["seconds"],
    "properties": {"seconds": {"type": "number", "minimum": 0, "maximum": _FARTHEST_S}},
}


def clock_routes(clocks: Clocks) -> list[Route]:
    """The routes of the clock."""
    setting = jsonschema_rs.Draft202012Validator(CLOCK_SCHEMA, validate_formats=True)
    advancing = jsonschema_rs.Draft202012Validator(ADVANCE_SCHEMA)

    def show(call: AdminCall) -> Response:
        dial = clocks.dial(call.scope)
        now = clocks.now(call.scope).astimezone(UTC)
        return answered(
            {
                "now": now.isoformat(timespec="milliseconds")[:23] + "Z",
                "frozen": dial.frozen_at is not None,
                "skips_delays": dial.skips_delays,
            }
        )

    def put(call: AdminCall) -> Response:
        mistakes = judge(setting, call.body)
        if mistakes:
            return refused(422, mistakes[0].message, mistakes)
        at = datetime.fromisoformat(call.body["now"]) if "now" in call.body else None
        frozen = call.body.get("frozen", clocks.dial(call.scope).frozen_at is not None)
        (clocks.freeze if frozen else clocks.run)(call.scope, at)
        if "skips_delays" in call.body:
            clocks.skip_delays(call.scope, call.body["skips_delays"])
        return show(call)

    def advance(call: AdminCall) -> Response:
        mistakes = judge(advancing, call.body)
        if mistakes:
            return refused(422, mistakes[0].message, mistakes)
        try:
            clocks.advance(call.scope, timedelta(seconds=call.body["seconds"]))
            return show(call)
        except OverflowError:
            return refused(422, "no clock shows a time so late")

    def reset(call: AdminCall) -> Response:
        clocks.reset(call.scope)
        return show(call)

    return [
        route("GET", "/clock", show),
        route("PUT", "/clock", put, takes_body=True),
        route("POST", "/clock/advance", advance, takes_body=True),
        route("DELETE", "/clock", reset),
    ]
