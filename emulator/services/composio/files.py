"""Files for tools: where to upload them, and which there are."""

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put
from emulator.services.composio.pages import fits, page, words
from emulator.services.composio.records import base_url, records


def list_files(exchange: Exchange) -> Plan:
    """The files asked for an upload."""
    found = [
        file
        for file in records(exchange, "files")
        if fits(file.get("toolkit_slug"), words(exchange.query("toolkit_slug")))
        and fits(file.get("tool_slug"), words(exchange.query("tool_slug")))
    ]
    return page(exchange, found, lambda file: exchange.shaped("file", file=file))


def request_upload(exchange: Exchange) -> Plan:
    """Where to put a file; one with the same content is known already."""
    body = exchange.body
    known = next((f for f in records(exchange, "files") if f.get("md5") == body["md5"]), None)
    file: dict[str, Json] = {**body, "id": known["id"] if known else exchange.fresh_id("fl_")}
    said = {"file": file, "type": "existing" if known else "new", "base_url": base_url(exchange)}
    return exchange.respond("200.upload", said, (Put("files", file["id"], file),))


HANDLERS: dict[str, Handler] = {"listFiles": list_files, "requestUpload": request_upload}
