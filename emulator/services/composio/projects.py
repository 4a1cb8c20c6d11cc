"""Projects of the organization, and their keys."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.pages import cursor_page, respond_with
from emulator.services.composio.records import PROJECTS, Record, changed, masked, now

_on_project = PROJECTS.on(path="project_id")


def list_projects(exchange: Exchange) -> Plan:
    """List all projects."""
    page = cursor_page(list(PROJECTS.all(exchange)), exchange.query_parameters)
    data = [_show(exchange, project) for project in page.records]
    return respond_with(exchange, {"data": data, **page.position})


def create(exchange: Exchange) -> Plan:
    """Create a project, perhaps with a key, which only this response shows in full."""
    key = _new_key(exchange) if exchange.body.get("should_create_api_key") else None
    project: Record = {
        "id": exchange.fresh_id("pr_"),
        "name": exchange.body["name"],
        "created_at": now(exchange),
        "keys": [key] if key else [],
    }
    result = {"id": project["id"], "name": project["name"], "api_key": key["key"] if key else None}
    return respond_with(exchange, result, PROJECTS.put(project), status=201)


@_on_project
def get(exchange: Exchange, project: Record) -> Plan:
    """Get one project, with its keys."""
    keys = [_show_key(exchange, project, masked(key)) for key in project.get("keys") or ()]
    return respond_with(exchange, {**_show(exchange, project), "api_keys": keys})


@_on_project
def delete(exchange: Exchange, project: Record) -> Plan:
    """Delete a project."""
    result = {"status": "success"}
    if exchange.query("revoke_on_delete") is True:
        result["revoke_job_id"] = exchange.fresh_id("rj_")
    return respond_with(exchange, result, PROJECTS.remove(project))


@_on_project
def regenerate_key(exchange: Exchange, project: Record) -> Plan:
    """Replace a project's keys by a new one."""
    key = _new_key(exchange)
    variables = {"key": _show_key(exchange, project, key)}
    effect = PROJECTS.put(changed(exchange, project, keys=[key]))
    return exchange.respond("200.regenerated", variables, [effect])


def _show(exchange: Exchange, project: Record) -> Json:
    return exchange.shaped("project", project=project)


def _show_key(exchange: Exchange, project: Record, key: Record) -> Json:
    return exchange.shaped("project_key", project=project, key=key)


def _new_key(exchange: Exchange) -> Record:
    return {
        "id": exchange.fresh_id("key_"),
        "key": exchange.fresh_id("ak_", 20),
        "created_at": now(exchange),
    }
