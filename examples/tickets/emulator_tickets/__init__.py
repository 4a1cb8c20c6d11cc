"""A help desk as a service of the emulator: tickets, a tool that closes them, a webhook."""

from collections.abc import Mapping
from pathlib import Path

from emulator.mock.plugins import ServicePlugin
from emulator_tickets.events import EVENTS
from emulator_tickets.handlers import HANDLERS

_HERE = Path(__file__).parent


def _login(_: float) -> Mapping[str, str]:
    """The key that fixtures/state.yaml knows."""
    return {"X-Desk-Key": "desk_dev_key"}


PLUGIN = ServicePlugin(
    name="tickets",
    description="Help desk: tickets, tools for them, and a webhook.",
    document=_HERE / "openapi.yaml",
    fixtures=_HERE / "fixtures",
    handlers=HANDLERS,
    events=EVENTS,
    login=_login,
)
