"""Projects of the organization, and their keys."""

from collections.abc import Sequence

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.pages import cut
from emulator.services.composio.records import Record, masked, now, records, with_record

COLLECTION = "projects"

_with = with_record("project_id", COLLECTION, "404.project-not-found")


def list_projects(call: Call) -> Answer:
    """All projects."""
    page = cut(list(records(call, COLLECTION)), call.query("cursor"), call.query("limit"))
    shown = {
        "data": [_show(call, project) for project in page.records],
        "next_cursor": page.cursor,
        "total_pages": page.pages,
        "current_page": page.number,
        "total_items": page.total,
    }
    return Answer("200.record", {"record": shown})


def create(call: Call) -> Answer:
    """A new project, with a key where one is wanted: only now it is told in full."""
    body = call.request.body
    keys = [_new_key(call)] if body.get("should_create_api_key") else []
    project: Record = {
        "id": call.fresh_id("pr_"),
        "name": body["name"],
        "created_at": now(call),
        "keys": keys,
    }
    said = {
        "id": project["id"],
        "name": project["name"],
        "api_key": keys[0]["key"] if keys else None,
    }
    return Answer("201.record", {"record": said}, (Put(COLLECTION, project["id"], project),))


def get(call: Call) -> Answer:
    """One project, with its keys."""

    def answer(project: Record) -> Answer:
        keys = [_show_key(call, project, masked(key)) for key in _keys(project)]
        return Answer("200.record", {"record": {**_show(call, project), "api_keys": keys}})

    return _with(call, answer)


def delete(call: Call) -> Answer:
    """The project is gone."""

    def answer(project: Record) -> Answer:
        job = call.fresh_id("rj_") if call.query("revoke_on_delete") is True else None
        said = {"status": "success"} | ({"revoke_job_id": job} if job else {})
        return Answer("200.record", {"record": said}, (Remove(COLLECTION, project["id"]),))

    return _with(call, answer)


def regenerate_key(call: Call) -> Answer:
    """Another key, in place of those there were."""

    def answer(project: Record) -> Answer:
        key = _new_key(call)
        changed = {**project, "keys": [key], "updated_at": now(call)}
        said = {"key": _show_key(call, project, key)}
        return Answer("200.regenerated", said, (Put(COLLECTION, project["id"], changed),))

    return _with(call, answer)


def _show(call: Call, project: Record) -> Json:
    return call.shaped("project", project=project)


def _show_key(call: Call, project: Record, key: Record) -> Json:
    return call.shaped("project_key", project=project, key=key)


def _new_key(call: Call) -> dict[str, Json]:
    return {"id": call.fresh_id("key_"), "key": call.fresh_id("ak_", 20), "created_at": now(call)}


def _keys(project: Record) -> Sequence[Record]:
    return project.get("keys") or ()


BEHAVIOURS: dict[str, Behaviour] = {
    "listProjects": list_projects,
    "listProjectsOfUser": list_projects,
    "createProject": create,
    "getProject": get,
    "deleteProject": delete,
    "regenerateProjectKey": regenerate_key,
}
