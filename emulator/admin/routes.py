"""The control plane's route table; openapi.yaml says what each route is sent and answers."""

from collections.abc import Sequence

from emulator.admin.calls import Route
from emulator.admin.clock import ClockRoutes
from emulator.admin.coverage import CoverageRoutes
from emulator.admin.faults import FaultRoutes
from emulator.admin.feed import FeedRoutes
from emulator.admin.finding import FindingRoutes
from emulator.admin.journal import JournalRoutes
from emulator.admin.ledger import LedgerRoutes
from emulator.admin.scenarios import ScenarioRoutes
from emulator.admin.scopes import ScopeRoutes
from emulator.admin.server import ServerRoutes
from emulator.admin.stubs import StubRoutes
from emulator.admin.webhooks import WebhookRoutes
from emulator.delivery.dispatcher import Dispatcher
from emulator.exchange import Service


def admin_routes(
    services: Sequence[Service], dispatcher: Dispatcher, *, secured: bool
) -> list[Route]:
    """The routes below `/__admin` for these services and what was done with them.

    `secured` where the control plane asks for a token.
    """
    store, clocks, journal = dispatcher.store, dispatcher.clocks, dispatcher.journal
    by_name = {service.api.name: service for service in services}
    return [
        *ServerRoutes(by_name, secured).routes(),
        *ScopeRoutes(dispatcher).routes(),
        *LedgerRoutes(store).routes(),
        *WebhookRoutes(by_name, store, dispatcher.deliverer).routes(),
        *FindingRoutes(journal, store).routes(),
        *JournalRoutes(journal).routes(),
        *FeedRoutes(journal).routes(),
        *CoverageRoutes(by_name, dispatcher).routes(),
        *StubRoutes(store, dispatcher.site, journal).routes(),
        *ScenarioRoutes(store).routes(),
        *FaultRoutes(store, clocks, dispatcher.site.seed).routes(),
        *ClockRoutes(clocks).routes(),
    ]
