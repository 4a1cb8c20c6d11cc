"""The control plane's route table; openapi.yaml describes requests and responses."""

from collections.abc import Sequence

from emulator.mock.exchange import Service
from emulator.server.admin.calls import Route
from emulator.server.admin.clock import ClockHandlers
from emulator.server.admin.coverage import CoverageHandlers
from emulator.server.admin.faults import FaultHandlers
from emulator.server.admin.feed import FeedHandlers
from emulator.server.admin.journal import JournalHandlers
from emulator.server.admin.ledger import LedgerHandlers
from emulator.server.admin.scenarios import ScenarioHandlers
from emulator.server.admin.scopes import ScopeHandlers
from emulator.server.admin.server import ServerHandlers
from emulator.server.admin.stubs import StubHandlers
from emulator.server.admin.verification import VerificationHandlers
from emulator.server.admin.webhooks import WebhookHandlers
from emulator.server.dispatcher import Dispatcher


def admin_routes(
    services: Sequence[Service], dispatcher: Dispatcher, *, secured: bool
) -> list[Route]:
    """The routes below `/__admin`; `secured` if the control plane requires a token."""
    store, clocks, journal = dispatcher.store, dispatcher.clocks, dispatcher.journal
    by_name = {service.api.name: service for service in services}
    server = ServerHandlers(by_name, secured)
    scopes = ScopeHandlers(dispatcher)
    ledger = LedgerHandlers(store)
    webhooks = WebhookHandlers(by_name, store, dispatcher.deliverer)
    verification = VerificationHandlers(journal, store)
    entries = JournalHandlers(journal)
    feed = FeedHandlers(journal)
    coverage = CoverageHandlers(by_name, dispatcher)
    stubs = StubHandlers(store, dispatcher.site, journal)
    scenarios = ScenarioHandlers(store)
    faults = FaultHandlers(store, clocks, dispatcher.site.seed)
    clock = ClockHandlers(clocks)
    return [
        Route("GET", "/", server.index),
        Route("GET", "/health", server.health),
        Route("GET", "/version", server.version),
        Route("GET", "/openapi.json", server.openapi),
        Route("GET", "/docs", server.docs),
        Route("POST", "/shutdown", server.shutdown),
        Route("GET", "/apis", server.apis),
        Route("GET", "/apis/{name}", server.api),
        Route("GET", "/apis/{name}/openapi.json", server.api_document),
        Route("GET", "/problems/{name}", server.problem_type),
        Route("GET", "/scopes", scopes.list),
        Route("DELETE", "/scopes/{name}", scopes.forget),
        Route("POST", "/reset", scopes.reset),
        Route("GET", "/executions", ledger.executions),
        Route("GET", "/deliveries", webhooks.deliveries),
        Route("POST", "/webhooks/{name}", webhooks.emit),
        Route("POST", "/requests/count", verification.count),
        Route("POST", "/requests/find", verification.find),
        Route("POST", "/requests/remove", verification.remove),
        Route("POST", "/requests/remove-by-metadata", verification.remove_of_stubs),
        Route("GET", "/requests/unmatched/near-misses", verification.unmatched),
        Route("POST", "/near-misses/request", verification.near_stubs),
        Route("POST", "/near-misses/request-pattern", verification.near_requests),
        Route("GET", "/requests", entries.list),
        Route("DELETE", "/requests", entries.clear),
        Route("POST", "/requests/reset", entries.clear),
        Route("GET", "/requests.har", entries.archive),
        Route("GET", "/requests/unmatched", entries.unmatched),
        Route("GET", "/requests/{id}", entries.get),
        Route("DELETE", "/requests/{id}", entries.remove),
        Route("GET", "/events", feed.events),
        Route("GET", "/coverage", coverage.coverage),
        Route("GET", "/mappings", stubs.list_stubs),
        Route("POST", "/mappings", stubs.add),
        Route("DELETE", "/mappings", stubs.clear),
        Route("POST", "/mappings/reset", stubs.reset),
        Route("POST", "/mappings/save", stubs.save),
        Route("POST", "/mappings/import", stubs.import_),
        Route("POST", "/mappings/remove", stubs.remove_like),
        Route("POST", "/mappings/find-by-metadata", stubs.find),
        Route("POST", "/mappings/remove-by-metadata", stubs.remove_found),
        Route("GET", "/mappings/unmatched", stubs.unmatched),
        Route("GET", "/mappings/{id}", stubs.get),
        Route("PUT", "/mappings/{id}", stubs.edit),
        Route("DELETE", "/mappings/{id}", stubs.remove),
        Route("GET", "/scenarios", scenarios.list_scenarios),
        Route("DELETE", "/scenarios", scenarios.reset),
        Route("POST", "/scenarios/reset", scenarios.reset),
        Route("PUT", "/scenarios/{name}/state", scenarios.enter),
        Route("GET", "/settings", scenarios.settings),
        Route("POST", "/settings", scenarios.set),
        Route("PUT", "/settings", scenarios.set),
        Route("GET", "/faults", faults.list_rules),
        Route("POST", "/faults", faults.add_rule),
        Route("DELETE", "/faults", faults.delete_rules),
        Route("GET", "/faults/log", faults.log),
        Route("GET", "/faults/types", faults.types),
        Route("DELETE", "/faults/{id}", faults.delete_rule),
        Route("GET", "/clock", clock.show),
        Route("PUT", "/clock", clock.put),
        Route("POST", "/clock/advance", clock.advance),
        Route("DELETE", "/clock", clock.reset),
    ]
