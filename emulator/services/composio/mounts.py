"""Mounts: the files that a session's workbench sees. What is asked for an upload is there."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.pages import cut
from emulator.services.composio.records import Record, base_url, moment, now, record, records
from emulator.services.composio.sessions import with_session

COLLECTION = "mount_files"

#: How long an address can be used (a guess).
_LASTS = timedelta(hours=1)


def list_items(exchange: Exchange) -> Plan:
    """The mount's files, by path."""
    prefix = str(exchange.query("mount_relative_prefix") or "")

    def answer(session: Record) -> Plan:
        mine = (session["id"], exchange.path("mount_id"))
        found = [
            file
            for file in records(exchange, COLLECTION)
            if (file.get("session"), file.get("mount")) == mine
            and str(file.get("path")).startswith(prefix)
        ]
        found.sort(key=lambda file: str(file.get("path")))
        page = cut(found, exchange.query("cursor"), exchange.query("limit"))
        items = [exchange.shaped("mount_item", file=file) for file in page.records]
        return exchange.respond(
            "200.record", {"record": {"items": items, "next_cursor": page.cursor}}
        )

    return with_session(exchange, answer)


def create_upload_url(exchange: Exchange) -> Plan:
    """Where to put a file; it is listed from now on."""

    def answer(session: Record) -> Plan:
        body = exchange.body
        file: Record = {
            "session": session["id"],
            "mount": exchange.path("mount_id"),
            "path": body["mount_relative_path"],
            "mimetype": body.get("mimetype"),
            "size": 0,
            "last_modified": now(exchange),
        }
        effects = (Put(COLLECTION, _id(exchange, session), file),)
        return exchange.respond("200.upload", _address(exchange, session, file), effects)

    return with_session(exchange, answer)


def create_download_url(exchange: Exchange) -> Plan:
    """Where to get a file from."""
    return _with(exchange, lambda s, f: exchange.respond("200.download", _address(exchange, s, f)))


def delete_item(exchange: Exchange) -> Plan:
    """The file is gone."""
    return _with(
        exchange,
        lambda s, f: exchange.respond(
            "200.deleted", {"file": f}, (Remove(COLLECTION, _id(exchange, s)),)
        ),
    )


def _with(exchange: Exchange, answer: Callable[[Record, Record], Plan]) -> Plan:
    """What `answer` makes of the session and the body's file; 404 where there is none."""

    def found(session: Record) -> Plan:
        file = record(exchange, COLLECTION, _id(exchange, session))
        path = exchange.body["mount_relative_path"]
        return (
            answer(session, file) if file else exchange.respond("404.file-not-found", {"id": path})
        )

    return with_session(exchange, found)


def _id(exchange: Exchange, session: Record) -> str:
    return f"{session['id']}/{exchange.path('mount_id')}/{exchange.body['mount_relative_path']}"


def _address(exchange: Exchange, session: Record, file: Record) -> dict[str, object]:
    mount, path = quote(str(file["mount"]), safe=""), quote(str(file["path"]))
    url = f"{base_url(exchange)}/files/{session['id']}/{mount}/{path}"
    return {"file": file, "url": url, "expires_at": moment(exchange.now + _LASTS)}


HANDLERS: dict[str, Handler] = {
    "listMountItems": list_items,
    "createMountUploadUrl": create_upload_url,
    "createMountDownloadUrl": create_download_url,
    "deleteMountItem": delete_item,
}
