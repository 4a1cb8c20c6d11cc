"""What runs here: version, documents, problem types; `/__admin/` and what says where things are."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from emulator import __version__
from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.http.problems import PROBLEM_TYPES
from emulator.mock.exchange import Service
from emulator.openapi.document.model import Operation
from emulator.server.admin.calls import AdminCall, Route, answered, refused
from emulator.server.admin.document import operations, served_document

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1>
<p>{description}</p>
<p><a href="openapi.json">openapi.json</a></p>
<table>
{rows}
</table>
</html>
"""
_ROW = "<tr><td><code>{} {}</code><td>{}"


@dataclass(frozen=True, slots=True)
class ServerRoutes:
    """The routes of the server itself; `secured` where it asks for a token."""

    services: Mapping[str, Service]
    secured: bool

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("GET", "/", self.index),
            Route("GET", "/health", self.health),
            Route("GET", "/version", self.version),
            Route("GET", "/openapi.json", self.openapi),
            Route("GET", "/docs", self.docs),
            Route("POST", "/shutdown", self.shutdown),
            Route("GET", "/apis", self.apis),
            Route("GET", "/apis/{name}", self.api),
            Route("GET", "/apis/{name}/openapi.json", self.api_document),
            Route("GET", "/problems/{name}", self.problem_type),
        ]

    def index(self, call: AdminCall) -> Response:
        """Paths to go on from."""
        below = call.request.root
        return answered(
            {
                "version": __version__,
                "scope": call.scope,
                "openapi": f"{below}/openapi.json",
                "docs": f"{below}/docs",
            }
        )

    def health(self, _: AdminCall) -> Response:
        """Whoever gets this answer knows that the server is there."""
        return answered({"status": "healthy", "version": __version__})

    def version(self, _: AdminCall) -> Response:
        """The emulator's version."""
        return answered({"version": __version__})

    def openapi(self, _: AdminCall) -> Response:
        """The document that describes the control plane."""
        return answered(served_document(secured=self.secured))

    def docs(self, _: AdminCall) -> Response:
        """The same for people."""
        document = served_document(secured=self.secured)
        rows = (
            _ROW.format(method, escape(path), escape(operation["summary"]))
            for method, path, operation in operations(document)
        )
        info = {name: escape(document["info"][name]) for name in ("title", "description")}
        return HTMLResponse(_PAGE.format(**info, rows="\n".join(rows)))

    def shutdown(self, _: AdminCall) -> Response:
        """No: other tests may be using the server."""
        return refused(409, "a request ends no server, others may be using it; end its process")

    def apis(self, _: AdminCall) -> Response:
        """The APIs that are served."""
        return answered({"apis": [_summary(service) for service in self.services.values()]})

    def api(self, call: AdminCall) -> Response:
        """One of them, with its operations."""
        service = self.services.get(call.path["name"])
        if service is None:
            return _no_api(call)
        listed = [_operation(operation) for operation in service.api.operations]
        return answered({**_summary(service), "operations": listed})

    def api_document(self, call: AdminCall) -> Response:
        """Its document as it is served."""
        service = self.services.get(call.path["name"])
        if service is None:
            return _no_api(call)
        return Response(dump(service.api.document), media_type="application/json")

    def problem_type(self, call: AdminCall) -> Response:
        """What a problem's type means."""
        kind = PROBLEM_TYPES.get(call.path["name"])
        if kind is None:
            return refused(404, f"no problem type is called {call.path['name']!r}")
        statuses = ", ".join(map(str, kind.statuses))
        return PlainTextResponse(f"{kind.name}: {kind.title}. Status: {statuses}.\n")


def _summary(service: Service) -> dict[str, Json]:
    api = service.api
    return {
        "name": api.name,
        "title": api.title,
        "version": api.version,
        "prefixes": list(api.prefixes),
        "operations": len(api.operations),
        "openapi": f"/__admin/apis/{api.name}/openapi.json",
    }


def _operation(operation: Operation) -> dict[str, Json]:
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "responses": list(operation.responses),
        "links": list(operation.links),
        "callbacks": list(operation.callbacks),
    }


def _no_api(call: AdminCall) -> Response:
    return refused(404, f"no API is called {call.path['name']!r}")
