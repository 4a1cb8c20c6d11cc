"""The clock of a scope: `/__admin/clock`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from emulator.http.times import moment
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, invalid_body, json_response
from emulator.server.clock import Clocks


@dataclass(frozen=True, slots=True)
class ClockHandlers:
    """The handlers of the clock."""

    clocks: Clocks

    def show(self, call: AdminCall) -> Response:
        """The time, and whether it is frozen."""
        dial = self.clocks.dial(call.scope)
        return json_response(
            {
                "now": moment(self.clocks.now(call.scope)),
                "frozen": dial.frozen_at is not None,
                "skips_delays": dial.skips_delays,
            }
        )

    def put(self, call: AdminCall) -> Response:
        """Set the clock; `frozen` is unchanged unless given."""
        try:
            at = datetime.fromisoformat(call.body["now"]) if "now" in call.body else None
            frozen = call.body.get("frozen", self.clocks.dial(call.scope).frozen_at is not None)
            (self.clocks.freeze if frozen else self.clocks.run)(call.scope, at)
        except (ValueError, OverflowError) as error:
            return invalid_body([FieldError("/now", f"no clock shows this time: {error}")])
        if "skips_delays" in call.body:
            self.clocks.skip_delays(call.scope, call.body["skips_delays"])
        return self.show(call)

    def advance(self, call: AdminCall) -> Response:
        """Advance the clock."""
        try:
            self.clocks.advance(call.scope, timedelta(seconds=call.body["seconds"]))
            return self.show(call)
        except OverflowError:
            return invalid_body([FieldError("/seconds", "no clock shows a time so late")])

    def reset(self, call: AdminCall) -> Response:
        """Set the clock to its initial time."""
        self.clocks.reset(call.scope)
        return self.show(call)
