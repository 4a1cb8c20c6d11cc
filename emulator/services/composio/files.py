"""Files: uploads for tools, and the mounts of a session's workbench.

Nothing is uploaded: a file exists once its address is requested.
"""

from datetime import timedelta
from urllib.parse import quote

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove
from emulator.services.composio.pages import cursor_page, filtered, respond_page, respond_with
from emulator.services.composio.records import FILES, MOUNT_FILES, Record, base_url, now
from emulator.services.composio.sessions import on_session

#: How long an address can be used (a guess).
_LASTS = timedelta(hours=1)


def list_files(exchange: Exchange) -> Plan:
    """List the files whose upload was requested."""
    filters = {name: name for name in ("toolkit_slug", "tool_slug")}
    found = filtered(exchange, FILES.all(exchange), filters)
    return respond_page(exchange, found, lambda exchange, file: exchange.shaped("file", file=file))


def request_upload(exchange: Exchange) -> Plan:
    """Give an address for an upload; a file with the same content exists already."""
    body = exchange.body
    known = next(FILES.all(exchange, md5=body["md5"]), None)
    file: Record = {**body, "id": known["id"] if known else exchange.fresh_id("fl_")}
    type_ = "existing" if known else "new"
    variables = {"file": file, "type": type_, "base_url": base_url(exchange)}
    return exchange.respond("200.upload", variables, [FILES.put(file)])


@on_session
def list_items(exchange: Exchange, session: Record) -> Plan:
    """List the mount's files, by path."""
    prefix = str(exchange.query("mount_relative_prefix") or "")
    files = MOUNT_FILES.all(exchange, session=session["id"], mount=exchange.path("mount_id"))
    found = [file for file in files if str(file.get("path")).startswith(prefix)]
    found.sort(key=lambda file: str(file.get("path")))
    page = cursor_page(found, exchange.query_parameters)
    items = [exchange.shaped("mount_item", file=file) for file in page.records]
    return respond_with(exchange, {"items": items, "next_cursor": page.cursor})


@on_session
def create_upload_url(exchange: Exchange, session: Record) -> Plan:
    """Give an address for an upload; the file is listed from now on."""
    file: Record = {
        "session": session["id"],
        "mount": exchange.path("mount_id"),
        "path": exchange.body["mount_relative_path"],
        "mimetype": exchange.body.get("mimetype"),
        "size": 0,
        "last_modified": now(exchange),
    }
    effect = Put(MOUNT_FILES.name, _id(exchange), file)
    return exchange.respond("200.upload", _address(exchange, file), [effect])


@on_session
def create_download_url(exchange: Exchange, _: Record) -> Plan:
    """Give an address for a download."""
    file = MOUNT_FILES.find(exchange, _id(exchange))
    return (
        exchange.respond("200.download", _address(exchange, file)) if file else _missing(exchange)
    )


@on_session
def delete_item(exchange: Exchange, _: Record) -> Plan:
    """Delete a file."""
    id_ = _id(exchange)
    file, effect = MOUNT_FILES.find(exchange, id_), Remove(MOUNT_FILES.name, id_)
    return exchange.respond("200.deleted", {"file": file}, [effect]) if file else _missing(exchange)


def _missing(exchange: Exchange) -> Plan:
    path = exchange.body["mount_relative_path"]
    return exchange.respond("404.file-not-found", {"id": path})


def _id(exchange: Exchange) -> str:
    path = exchange.body["mount_relative_path"]
    return f"{exchange.path('session_id')}/{exchange.path('mount_id')}/{path}"


def _address(exchange: Exchange, file: Record) -> dict[str, Json]:
    session, mount = exchange.path("session_id"), quote(str(file["mount"]), safe="")
    url = f"{base_url(exchange)}/files/{session}/{mount}/{quote(str(file['path']))}"
    return {"file": file, "url": url, "expires_at": to_the_second(exchange.now + _LASTS)}
