"""The control plane's route table; openapi.yaml describes requests and responses."""

from collections.abc import Sequence

from emulator.mock.exchange import Service
from emulator.server.admin.calls import Route
from emulator.server.admin.clock import ClockRoutes
from emulator.server.admin.coverage import CoverageRoutes
from emulator.server.admin.faults import FaultRoutes
from emulator.server.admin.feed import FeedRoutes
from emulator.server.admin.journal import JournalRoutes
from emulator.server.admin.ledger import LedgerRoutes
from emulator.server.admin.scenarios import ScenarioRoutes
from emulator.server.admin.scopes import ScopeRoutes
from emulator.server.admin.server import ServerRoutes
from emulator.server.admin.stubs import StubRoutes
from emulator.server.admin.verification import VerificationRoutes
from emulator.server.admin.webhooks import WebhookRoutes
from emulator.server.dispatcher import Dispatcher


def admin_routes(
    services: Sequence[Service], dispatcher: Dispatcher, *, secured: bool
) -> list[Route]:
    """The routes below `/__admin`; `secured` if the control plane requires a token."""
    store, clocks, journal = dispatcher.store, dispatcher.clocks, dispatcher.journal
    by_name = {service.api.name: service for service in services}
    return [
        *ServerRoutes(by_name, secured).routes(),
        *ScopeRoutes(dispatcher).routes(),
        *LedgerRoutes(store).routes(),
        *WebhookRoutes(by_name, store, dispatcher.deliverer).routes(),
        *VerificationRoutes(journal, store).routes(),
        *JournalRoutes(journal).routes(),
        *FeedRoutes(journal).routes(),
        *CoverageRoutes(by_name, dispatcher).routes(),
        *StubRoutes(store, dispatcher.site, journal).routes(),
        *ScenarioRoutes(store).routes(),
        *FaultRoutes(store, clocks, dispatcher.site.seed).routes(),
        *ClockRoutes(clocks).routes(),
    ]
