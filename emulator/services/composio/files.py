"""Files for tools: where to upload them, and which there are."""

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Put
from emulator.services.composio.pages import fits, page, words
from emulator.services.composio.records import base_url, records


def list_files(call: Call) -> Answer:
    """The files asked for an upload."""
    found = [
        file
        for file in records(call, "files")
        if fits(file.get("toolkit_slug"), words(call.query("toolkit_slug")))
        and fits(file.get("tool_slug"), words(call.query("tool_slug")))
    ]
    return page(call, found, lambda file: call.shaped("file", file=file))


def request_upload(call: Call) -> Answer:
    """Where to put a file; one with the same content is known already."""
    body = call.request.body
    known = next((f for f in records(call, "files") if f.get("md5") == body["md5"]), None)
    file: dict[str, Json] = {**body, "id": known["id"] if known else call.fresh_id("fl_")}
    said = {"file": file, "type": "existing" if known else "new", "base_url": base_url(call)}
    return Answer("200.upload", said, (Put("files", file["id"], file),))


BEHAVIOURS: dict[str, Behaviour] = {"listFiles": list_files, "requestUpload": request_upload}
