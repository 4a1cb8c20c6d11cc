"""The server itself, its documents, and its scopes with their clocks: `/__admin/`."""

from datetime import datetime, timedelta
from html import escape

from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from emulator import __version__
from emulator.http.encode import moment
from emulator.http.messages import Json
from emulator.http.nearest import unknown
from emulator.http.problems import PROBLEM_TYPES
from emulator.mock.exchange import Service
from emulator.openapi.document.model import Operation
from emulator.openapi.document.servers import served_at
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import (
    AdminCall,
    existing,
    invalid_body,
    json_response,
    rejection,
)
from emulator.server.admin.document import operations, served_document
from emulator.server.admin.guard import wants_page

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


def index(call: AdminCall) -> Response:
    """The version, and where the documentation is; browsers are led to the console."""
    below = call.request.root
    if wants_page(call.request.header("accept") or ""):
        return RedirectResponse(f"{below}/ui", 303, {"vary": "Accept"})
    return json_response(
        {
            "version": __version__,
            "scope": call.scope,
            "openapi": f"{below}/openapi.json",
            "docs": f"{below}/docs",
            "ui": f"{below}/ui",
        }
    )


def health(_: AdminCall) -> Response:
    """Confirm that the server runs."""
    return json_response({"status": "healthy", "version": __version__})


def version(_: AdminCall) -> Response:
    """The emulator's version."""
    return json_response({"version": __version__})


def openapi(call: AdminCall) -> Response:
    """The document that describes the control plane."""
    return json_response(served_document(call.server.path, secured=call.server.secured))


def docs(call: AdminCall) -> Response:
    """The same document as a page."""
    document = served_document(call.server.path, secured=call.server.secured)
    rows = (
        _ROW.format(method, escape(path), escape(operation["summary"]))
        for method, path, operation in operations(document)
    )
    info = {name: escape(document["info"][name]) for name in ("title", "description")}
    return HTMLResponse(_PAGE.format(**info, rows="\n".join(rows)))


def shutdown(_: AdminCall) -> Response:
    """Always rejected: other tests may be using the server."""
    return rejection(409, "a request ends no server, others may be using it; end its process")


def apis(call: AdminCall) -> Response:
    """The APIs."""
    services = call.server.services.values()
    return json_response({"apis": [_summary(service, call.server.path) for service in services]})


def api(call: AdminCall) -> Response:
    """One API with its operations."""
    service = _service(call)
    listed = [_operation(operation) for operation in service.api.operations]
    registry = service.fixtures.tools
    tools = [
        {"slug": tool.slug, "side_effect": tool.side_effect}
        for tool in (registry.by_slug.values() if registry else ())
    ]
    if service.remembers:
        tools += [
            {"slug": each.id, "side_effect": "delete" if each.method == "DELETE" else "write"}
            for each in service.api.operations
            if each.method not in ("GET", "HEAD", "OPTIONS", "TRACE", "QUERY")
        ]
    known = {"operations": listed, "tools": tools, "makes_tools": service.makes_tools}
    return json_response({**_summary(service, call.server.path), **known})


def api_document(call: AdminCall) -> Response:
    """An API's document as it is served, on this server alone."""
    api, request = _service(call).api, call.request
    host, below = request.header("host"), request.root.rpartition("/")[0]
    base = f"http://{host}{below}" if host else below
    return json_response(served_at(api.document, base, api.prefixes))


def problem_type(call: AdminCall) -> Response:
    """The description of a problem type."""
    name = call.path["name"]
    kind = existing(PROBLEM_TYPES.get(name), unknown("problem type", name, PROBLEM_TYPES))
    statuses = ", ".join(map(str, kind.statuses))
    return PlainTextResponse(f"{kind.name}: {kind.title}. Status: {statuses}.\n")


def list_scopes(call: AdminCall) -> Response:
    """The scopes with stored state, by name."""
    names = sorted({*call.store.scopes(), *call.journal.scopes()})
    return json_response({"scopes": [{"name": name} for name in names]})


def forget_scope(call: AdminCall) -> Response:
    """Delete the scope with everything in it."""
    call.server.dispatcher.forget(call.path["name"])
    return Response(status_code=204)


def reset_scope(call: AdminCall) -> Response:
    """Reset the scope to its initial state."""
    call.server.dispatcher.reset(call.scope)
    return json_response({"scope": call.scope})


def show_clock(call: AdminCall) -> Response:
    """The time, and whether it is frozen."""
    clocks = call.server.dispatcher.clocks
    dial = clocks.dial(call.scope)
    return json_response(
        {
            "now": moment(clocks.now(call.scope)),
            "frozen": dial.frozen_at is not None,
            "skips_delays": dial.skips_delays,
        }
    )


def set_clock(call: AdminCall) -> Response:
    """Set the clock; `frozen` is unchanged unless given."""
    clocks = call.server.dispatcher.clocks
    try:
        at = datetime.fromisoformat(call.body["now"]) if "now" in call.body else None
        frozen = call.body.get("frozen", clocks.dial(call.scope).frozen_at is not None)
        (clocks.freeze if frozen else clocks.run)(call.scope, at)
    except (ValueError, OverflowError) as error:
        raise invalid_body([FieldError("/now", f"no clock shows this time: {error}")]) from error
    if "skips_delays" in call.body:
        clocks.skip_delays(call.scope, call.body["skips_delays"])
    return show_clock(call)


def advance_clock(call: AdminCall) -> Response:
    """Advance the clock."""
    try:
        by = timedelta(seconds=call.body["seconds"])
        call.server.dispatcher.clocks.advance(call.scope, by)
        return show_clock(call)
    except (ValueError, OverflowError) as error:
        raise invalid_body([FieldError("/seconds", "no clock shows a time so late")]) from error


def reset_clock(call: AdminCall) -> Response:
    """Set the clock to its initial time."""
    call.server.dispatcher.clocks.reset(call.scope)
    return show_clock(call)


def _service(call: AdminCall) -> Service:
    name = call.path["name"]
    services = call.server.services
    return existing(services.get(name), unknown("API", name, services))


def _summary(service: Service, below: str) -> dict[str, Json]:
    api = service.api
    return {
        "name": api.name,
        "title": api.title,
        "version": api.version,
        "prefixes": list(api.prefixes),
        "operations": len(api.operations),
        "openapi": f"{below}/apis/{api.name}/openapi.json",
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
