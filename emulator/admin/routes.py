"""The control plane's routes, on one screen."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from emulator import __version__
from emulator.admin.calls import refused
from emulator.admin.clock import clock_routes
from emulator.admin.coverage import coverage_routes
from emulator.admin.faults import FaultRoutes
from emulator.admin.feed import Feed
from emulator.admin.finding import FindingRoutes
from emulator.admin.journal import JournalRoutes
from emulator.admin.ledger import ledger_routes
from emulator.admin.scenarios import ScenarioRoutes
from emulator.admin.scopes import ScopeRoutes
from emulator.admin.stubs import StubRoutes
from emulator.admin.webhooks import WebhookRoutes
from emulator.delivery.dispatcher import Dispatcher
from emulator.encode import dump
from emulator.exchange import Service
from emulator.problems import PROBLEM_TYPES
from emulator.spec.model import Operation


def admin_routes(services: Sequence[Service], dispatcher: Dispatcher) -> list[Route]:
    """The routes below `/__admin` for these services and what was done with them."""
    store, clocks = dispatcher.store, dispatcher.clocks
    by_name = {service.api.name: service for service in services}

    def health(_: Request) -> Response:
        return JSONResponse({"status": "healthy", "version": __version__})

    def apis(_: Request) -> Response:
        return JSONResponse({"apis": [_summary(service) for service in services]})

    def api(request: Request) -> Response:
        service = by_name.get(request.path_params["name"])
        if service is None:
            return _not_found(f"no API is called {request.path_params['name']!r}")
        operations = [_operation(operation) for operation in service.api.operations]
        return JSONResponse({**_summary(service), "operations": operations})

    def document(request: Request) -> Response:
        service = by_name.get(request.path_params["name"])
        if service is None:
            return _not_found(f"no API is called {request.path_params['name']!r}")
        return Response(dump(service.api.document), media_type="application/json")

    def problem_type(request: Request) -> Response:
        kind = PROBLEM_TYPES.get(request.path_params["name"])
        if kind is None:
            return _not_found(f"no problem type is called {request.path_params['name']!r}")
        statuses = ", ".join(map(str, kind.statuses))
        return PlainTextResponse(f"{kind.name}: {kind.title}. Status: {statuses}.\n")

    return [
        Route("/health", health),
        Route("/apis", apis),
        Route("/apis/{name}", api),
        Route("/apis/{name}/openapi.json", document),
        Route("/problems/{name}", problem_type),
        *ScopeRoutes(dispatcher).routes(),
        *ledger_routes(dispatcher),
        *WebhookRoutes(by_name, store, dispatcher.deliverer).routes(),
        *FindingRoutes(dispatcher.journal, store).routes(),
        *JournalRoutes(dispatcher.journal).routes(),
        *coverage_routes(services, dispatcher),
        *Feed(dispatcher.journal).routes(),
        *StubRoutes(store, dispatcher.site, dispatcher.journal).routes(),
        *ScenarioRoutes(store).routes(),
        *FaultRoutes(store, clocks, dispatcher.site.seed).routes(),
        *clock_routes(clocks),
    ]


def _summary(service: Service) -> dict[str, object]:
    api = service.api
    return {
        "name": api.name,
        "title": api.title,
        "version": api.version,
        "prefixes": list(api.prefixes),
        "operations": len(api.operations),
        "openapi": f"/__admin/apis/{api.name}/openapi.json",
    }


def _operation(operation: Operation) -> dict[str, object]:
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "responses": list(operation.responses),
        "links": list(operation.links),
        "callbacks": list(operation.callbacks),
    }


def _not_found(detail: str) -> Response:
    return refused(404, detail)
