"""Projects of the organization, and their keys."""

from collections.abc import Sequence

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.pages import cut
from emulator.services.composio.records import Record, masked, now, records, with_record

COLLECTION = "projects"

_with = with_record("project_id", COLLECTION, "404.project-not-found")


def list_projects(exchange: Exchange) -> Plan:
    """All projects."""
    page = cut(
        list(records(exchange, COLLECTION)), exchange.query("cursor"), exchange.query("limit")
    )
    shown = {
        "data": [_show(exchange, project) for project in page.records],
        "next_cursor": page.cursor,
        "total_pages": page.pages,
        "current_page": page.number,
        "total_items": page.total,
    }
    return exchange.respond("200.record", {"record": shown})


def create(exchange: Exchange) -> Plan:
    """A new project, with a key where one is wanted: only now it is told in full."""
    body = exchange.body
    keys = [_new_key(exchange)] if body.get("should_create_api_key") else []
    project: Record = {
        "id": exchange.fresh_id("pr_"),
        "name": body["name"],
        "created_at": now(exchange),
        "keys": keys,
    }
    said = {
        "id": project["id"],
        "name": project["name"],
        "api_key": keys[0]["key"] if keys else None,
    }
    return exchange.respond(
        "201.record", {"record": said}, (Put(COLLECTION, project["id"], project),)
    )


def get(exchange: Exchange) -> Plan:
    """One project, with its keys."""

    def answer(project: Record) -> Plan:
        keys = [_show_key(exchange, project, masked(key)) for key in _keys(project)]
        return exchange.respond(
            "200.record", {"record": {**_show(exchange, project), "api_keys": keys}}
        )

    return _with(exchange, answer)


def delete(exchange: Exchange) -> Plan:
    """The project is gone."""

    def answer(project: Record) -> Plan:
        job = exchange.fresh_id("rj_") if exchange.query("revoke_on_delete") is True else None
        said = {"status": "success"} | ({"revoke_job_id": job} if job else {})
        return exchange.respond(
            "200.record", {"record": said}, (Remove(COLLECTION, project["id"]),)
        )

    return _with(exchange, answer)


def regenerate_key(exchange: Exchange) -> Plan:
    """Another key, in place of those there were."""

    def answer(project: Record) -> Plan:
        key = _new_key(exchange)
        changed = {**project, "keys": [key], "updated_at": now(exchange)}
        said = {"key": _show_key(exchange, project, key)}
        return exchange.respond("200.regenerated", said, (Put(COLLECTION, project["id"], changed),))

    return _with(exchange, answer)


def _show(exchange: Exchange, project: Record) -> Json:
    return exchange.shaped("project", project=project)


def _show_key(exchange: Exchange, project: Record, key: Record) -> Json:
    return exchange.shaped("project_key", project=project, key=key)


def _new_key(exchange: Exchange) -> dict[str, Json]:
    return {
        "id": exchange.fresh_id("key_"),
        "key": exchange.fresh_id("ak_", 20),
        "created_at": now(exchange),
    }


def _keys(project: Record) -> Sequence[Record]:
    return project.get("keys") or ()


HANDLERS: dict[str, Handler] = {
    "listProjects": list_projects,
    "listProjectsOfUser": list_projects,
    "createProject": create,
    "getProject": get,
    "deleteProject": delete,
    "regenerateProjectKey": regenerate_key,
}
