"""Mounts: the files that a session's workbench sees. What is asked for an upload is there."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.pages import cut
from emulator.services.composio.records import Record, base_url, moment, now, record, records
from emulator.services.composio.sessions import with_session

COLLECTION = "mount_files"

#: How long an address can be used (a guess).
_LASTS = timedelta(hours=1)


def list_items(call: Call) -> Answer:
    """The mount's files, by path."""
    prefix = str(call.query("mount_relative_prefix") or "")

    def answer(session: Record) -> Answer:
        mine = (session["id"], call.path("mount_id"))
        found = [
            file
            for file in records(call, COLLECTION)
            if (file.get("session"), file.get("mount")) == mine
            and str(file.get("path")).startswith(prefix)
        ]
        found.sort(key=lambda file: str(file.get("path")))
        page = cut(found, call.query("cursor"), call.query("limit"))
        items = [call.shaped("mount_item", file=file) for file in page.records]
        return Answer("200.record", {"record": {"items": items, "next_cursor": page.cursor}})

    return with_session(call, answer)


def create_upload_url(call: Call) -> Answer:
    """Where to put a file; it is listed from now on."""

    def answer(session: Record) -> Answer:
        body = call.request.body
        file: Record = {
            "session": session["id"],
            "mount": call.path("mount_id"),
            "path": body["mount_relative_path"],
            "mimetype": body.get("mimetype"),
            "size": 0,
            "last_modified": now(call),
        }
        effects = (Put(COLLECTION, _id(call, session), file),)
        return Answer("200.upload", _address(call, session, file), effects)

    return with_session(call, answer)


def create_download_url(call: Call) -> Answer:
    """Where to get a file from."""
    return _with(call, lambda s, f: Answer("200.download", _address(call, s, f)))


def delete_item(call: Call) -> Answer:
    """The file is gone."""
    return _with(
        call,
        lambda s, f: Answer("200.deleted", {"file": f}, (Remove(COLLECTION, _id(call, s)),)),
    )


def _with(call: Call, answer: Callable[[Record, Record], Answer]) -> Answer:
    """What `answer` makes of the session and the body's file; 404 where there is none."""

    def found(session: Record) -> Answer:
        file = record(call, COLLECTION, _id(call, session))
        path = call.request.body["mount_relative_path"]
        return answer(session, file) if file else Answer("404.file-not-found", {"id": path})

    return with_session(call, found)


def _id(call: Call, session: Record) -> str:
    return f"{session['id']}/{call.path('mount_id')}/{call.request.body['mount_relative_path']}"


def _address(call: Call, session: Record, file: Record) -> dict[str, object]:
    mount, path = quote(str(file["mount"]), safe=""), quote(str(file["path"]))
    url = f"{base_url(call)}/files/{session['id']}/{mount}/{path}"
    return {"file": file, "url": url, "expires_at": moment(call.values.now + _LASTS)}


BEHAVIOURS: dict[str, Behaviour] = {
    "listMountItems": list_items,
    "createMountUploadUrl": create_upload_url,
    "createMountDownloadUrl": create_download_url,
    "deleteMountItem": delete_item,
}
