"""Files: uploads for tools, and the mounts of a session's workbench.

Nothing is uploaded: what a caller asks an address for is there.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.pages import cut, filtered, respond_page
from emulator.services.composio.records import (
    PlainHandler,
    Record,
    base_url,
    now,
    put,
    record,
    records,
    respond_with,
)
from emulator.services.composio.sessions import on_session

COLLECTION = "files"
MOUNTED = "mount_files"

#: How long an address can be used (a guess).
_LASTS = timedelta(hours=1)


def list_files(exchange: Exchange) -> Plan:
    """The files whose upload was requested."""
    filters = {name: name for name in ("toolkit_slug", "tool_slug")}
    found = filtered(exchange, records(exchange, COLLECTION), filters)
    return respond_page(exchange, found, lambda exchange, file: exchange.shaped("file", file=file))


def request_upload(exchange: Exchange) -> Plan:
    """Where to put a file; one with the same content is known already."""
    body = exchange.body
    same = (each["id"] for each in records(exchange, COLLECTION) if each.get("md5") == body["md5"])
    known = next(same, None)
    file: Record = {**body, "id": known or exchange.fresh_id("fl_")}
    type_ = "existing" if known else "new"
    variables = {"file": file, "type": type_, "base_url": base_url(exchange)}
    return exchange.respond("200.upload", variables, [put(COLLECTION, file)])


@on_session
def list_items(exchange: Exchange, session: Record) -> Plan:
    """The mount's files, by path."""
    prefix = str(exchange.query("mount_relative_prefix") or "")
    mount = session["id"], exchange.path("mount_id")
    found = [
        file
        for file in records(exchange, MOUNTED)
        if (file.get("session"), file.get("mount")) == mount
        and str(file.get("path")).startswith(prefix)
    ]
    found.sort(key=lambda file: str(file.get("path")))
    page = cut(found, exchange.query_parameters)
    items = [exchange.shaped("mount_item", file=file) for file in page.records]
    return respond_with(exchange, {"items": items, "next_cursor": page.cursor})


@on_session
def create_upload_url(exchange: Exchange, session: Record) -> Plan:
    """Where to put a file; it is listed from now on."""
    file: Record = {
        "session": session["id"],
        "mount": exchange.path("mount_id"),
        "path": exchange.body["mount_relative_path"],
        "mimetype": exchange.body.get("mimetype"),
        "size": 0,
        "last_modified": now(exchange),
    }
    effect = Put(MOUNTED, _id(exchange), file)
    return exchange.respond("200.upload", _address(exchange, file), [effect])


def _on_file(handler: Callable[[Exchange, Record], Plan]) -> PlainHandler:
    """Decorate the handler of the mount's file that the body names; 404 where there is none."""

    @on_session
    def handle(exchange: Exchange, _: Record) -> Plan:
        file = record(exchange, MOUNTED, _id(exchange))
        if file is None:
            path = exchange.body["mount_relative_path"]
            return exchange.respond("404.file-not-found", {"id": path})
        return handler(exchange, file)

    return handle


@_on_file
def create_download_url(exchange: Exchange, file: Record) -> Plan:
    """Where to get a file from."""
    return exchange.respond("200.download", _address(exchange, file))


@_on_file
def delete_item(exchange: Exchange, file: Record) -> Plan:
    """The file is gone."""
    return exchange.respond("200.deleted", {"file": file}, [Remove(MOUNTED, _id(exchange))])


def _id(exchange: Exchange) -> str:
    path = exchange.body["mount_relative_path"]
    return f"{exchange.path('session_id')}/{exchange.path('mount_id')}/{path}"


def _address(exchange: Exchange, file: Record) -> dict[str, Json]:
    session, mount = exchange.path("session_id"), quote(str(file["mount"]), safe="")
    url = f"{base_url(exchange)}/files/{session}/{mount}/{quote(str(file['path']))}"
    return {"file": file, "url": url, "expires_at": to_the_second(exchange.now + _LASTS)}
