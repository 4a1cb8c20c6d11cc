"""An entry as people and clients see it: WireMock's JSON with our trace, secrets taken out."""

import base64
from datetime import UTC
from http.cookies import CookieError, SimpleCookie

from emulator.http.messages import EventStream, Headers, Json, Request, Response
from emulator.http.redaction import Redaction
from emulator.http.sse import frames
from emulator.server.journal.journal import Entry


def show(entry: Entry) -> dict[str, Json]:
    """The entry as WireMock's clients know a serve event."""
    outcome = entry.outcome
    return {
        "id": entry.id,
        "request": show_request(entry),
        "response": show_response(outcome.answer),
        "wasMatched": entry.matched,
        "timing": {"addedDelay": outcome.delay_ms},
        "number": entry.number,
        "scope": entry.scope,
        "trace": show_trace(entry),
    }


def show_request(entry: Entry) -> dict[str, Json]:
    """The request, with `url` as it came and `absoluteUrl` as the client had it."""
    request = Redaction().request(entry.request)
    return {
        "url": request.target,
        "absoluteUrl": absolute_url(request),
        "method": request.method,
        "headers": show_headers(request.headers),
        "cookies": _cookies(request.header("cookie")),
        "loggedDate": int(entry.at.timestamp() * 1000),
        "loggedDateString": moment(entry),
        **show_body(request.body),
    }


def show_response(answer: Response | EventStream) -> dict[str, Json]:
    """The answer as it would arrive where no fault meddles."""
    shown = Redaction().answer(answer)
    return {
        "status": shown.status,
        "headers": show_headers(shown.headers),
        **show_body(answer_bytes(shown)),
    }


def show_trace(entry: Entry) -> dict[str, Json]:
    """Why it was answered so."""
    trace = entry.outcome.trace
    said: dict[str, Json] = {
        "api": trace.api,
        "operation": trace.operation,
        "rule": trace.rule,
        "source": trace.source,
        "fixture": trace.fixture,
        "trigger": trace.trigger,
        "problem": trace.problem,
        "forced": trace.forced,
        "faults": [fault.as_json() for fault in entry.outcome.faults],
        "violations": [violation.as_json() for violation in trace.violations],
        "stub": trace.stub,
        "breaches": [violation.as_json() for violation in trace.breaches],
    }
    return {name: value for name, value in said.items() if value not in ("", [], False)}


def answer_bytes(answer: Response | EventStream) -> bytes:
    """The whole body."""
    return b"".join(frames(answer)) if isinstance(answer, EventStream) else answer.body


def show_body(body: bytes) -> dict[str, Json]:
    """A body as text, where it is one, and as base64."""
    return {
        "body": body.decode(errors="replace"),
        "bodyAsBase64": base64.b64encode(body).decode(),
    }


def show_headers(headers: Headers) -> dict[str, Json]:
    """Fields by name: a text, or a list where the field is repeated."""
    shown: dict[str, Json] = {}
    for name, value in headers:
        if name in shown:
            before = shown[name]
            shown[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            shown[name] = value
    return shown


def header(headers: Headers, name: str) -> str | None:
    """The first field of this name."""
    return next((value for key, value in headers if key.lower() == name), None)


def moment(entry: Entry) -> str:
    """When it was, in the scope's time."""
    return entry.at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def absolute_url(request: Request) -> str:
    """The request's URL as its client had it."""
    return f"http://{request.header('host') or 'localhost'}{request.root}{request.target}"


def _cookies(field: str | None) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(field or "").items()}
    except CookieError:
        return {}
