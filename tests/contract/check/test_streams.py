"""Event streams as the engine reads them: each event is judged, an endless stream is cut."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio.lowlevel
import pytest

from emulator.contract.check.findings import CheckOptions, CheckResult, ExitCode, Target
from emulator.contract.check.run import check

EVENT = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "event": {"const": "tick"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"type": "object", "required": ["n"]},
        },
    },
}


def document(version: str, keyword: str) -> dict[str, Any]:
    content = {"text/event-stream": {keyword: EVENT}}
    return {
        "openapi": version,
        "info": {"title": "Ticks", "version": "1"},
        "paths": {
            "/ticks": {"get": {"responses": {"200": {"description": "ticks", "content": content}}}}
        },
    }


class Ticks:
    """Sends `frame` again and again, `frames` times or for ever."""

    def __init__(self, frame: str, frames: int | None = 3) -> None:
        self.frame = frame
        self.frames = frames

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        _: Callable[[], Awaitable[Any]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        right = scope["method"] == "GET"
        status, kind = (200, b"text/event-stream") if right else (405, b"text/plain")
        headers = [(b"content-type", kind), (b"allow", b"GET")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        sent = 0
        while right and (self.frames is None or sent < self.frames):
            body = self.frame.encode()
            await send({"type": "http.response.body", "body": body, "more_body": True})
            sent += 1
            # Whoever sends for ever must let the other side cancel it.
            await anyio.lowlevel.checkpoint()
        await send({"type": "http.response.body"})


def checked(version: str, keyword: str, app: Ticks) -> CheckResult:
    options = CheckOptions(max_examples=2, max_stream_events=5)
    return check(Target("ticks", document(version, keyword), app=app), options, lambda _: None)


RIGHT = 'event: tick\ndata: {"n": 1}\n\n'
VERSIONS = [("3.2.0", "itemSchema"), ("3.1.0", "itemSchema"), ("3.1.0", "schema")]


@pytest.mark.parametrize(("version", "keyword"), VERSIONS)
@pytest.mark.parametrize("frames", [3, None], ids=["ending", "endless"])
def test_right_events_have_no_findings(version: str, keyword: str, frames: int | None) -> None:
    result = checked(version, keyword, Ticks(RIGHT, frames))
    assert (result.exit_code, result.findings) == (ExitCode.FINE, ())


@pytest.mark.parametrize(("version", "keyword"), VERSIONS)
@pytest.mark.parametrize(
    "frame",
    [
        pytest.param('event: tock\ndata: {"n": 1}\n\n', id="wrong name"),
        pytest.param("event: tick\ndata: {}\n\n", id="wrong payload"),
    ],
)
def test_wrong_event_is_found(version: str, keyword: str, frame: str) -> None:
    result = checked(version, keyword, Ticks(frame))
    assert [finding.check for finding in result.findings] == ["response_schema_conformance"]
