"""The server itself: index, version, documents, problem types: `/__admin/`."""

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
from emulator.server.admin.calls import AdminCall, json_response, rejection
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
class ServerHandlers:
    """The handlers of the server itself; `secured` if it requires a token."""

    services: Mapping[str, Service]
    secured: bool

    def index(self, call: AdminCall) -> Response:
        """The version, and where the documentation is."""
        below = call.request.root
        return json_response(
            {
                "version": __version__,
                "scope": call.scope,
                "openapi": f"{below}/openapi.json",
                "docs": f"{below}/docs",
            }
        )

    def health(self, _: AdminCall) -> Response:
        """Confirm that the server runs."""
        return json_response({"status": "healthy", "version": __version__})

    def version(self, _: AdminCall) -> Response:
        """The emulator's version."""
        return json_response({"version": __version__})

    def openapi(self, _: AdminCall) -> Response:
        """The document that describes the control plane."""
        return json_response(served_document(secured=self.secured))

    def docs(self, _: AdminCall) -> Response:
        """The same document as a page."""
        document = served_document(secured=self.secured)
        rows = (
            _ROW.format(method, escape(path), escape(operation["summary"]))
            for method, path, operation in operations(document)
        )
        info = {name: escape(document["info"][name]) for name in ("title", "description")}
        return HTMLResponse(_PAGE.format(**info, rows="\n".join(rows)))

    def shutdown(self, _: AdminCall) -> Response:
        """Always rejected: other tests may be using the server."""
        return rejection(409, "a request ends no server, others may be using it; end its process")

    def apis(self, _: AdminCall) -> Response:
        """The APIs."""
        return json_response({"apis": [_summary(service) for service in self.services.values()]})

    def api(self, call: AdminCall) -> Response:
        """One API with its operations."""
        service = self.services.get(call.path["name"])
        if service is None:
            return _no_api(call)
        listed = [_operation(operation) for operation in service.api.operations]
        return json_response({**_summary(service), "operations": listed})

    def api_document(self, call: AdminCall) -> Response:
        """An API's document as it is served."""
        service = self.services.get(call.path["name"])
        if service is None:
            return _no_api(call)
        return Response(dump(service.api.document), media_type="application/json")

    def problem_type(self, call: AdminCall) -> Response:
        """The description of a problem type."""
        kind = PROBLEM_TYPES.get(call.path["name"])
        if kind is None:
            return rejection(404, f"no problem type is called {call.path['name']!r}")
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
    return rejection(404, f"no API is called {call.path['name']!r}")
