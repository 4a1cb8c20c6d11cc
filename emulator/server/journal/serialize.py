"""Journal entries as WireMock's JSON with our trace, secrets redacted."""

import base64
from http.cookies import CookieError, SimpleCookie

from emulator.http.encode import moment
from emulator.http.messages import AnyResponse, EventStream, Json, Request, grouped
from emulator.http.redaction import Redaction
from emulator.http.sse import frames
from emulator.server.journal.journal import Entry


def entry_json(entry: Entry) -> dict[str, Json]:
    """The entry as a serve event of WireMock."""
    outcome = entry.outcome
    return {
        "id": entry.id,
        "request": request_json(entry),
        "response": response_json(outcome.response),
        "wasMatched": entry.matched,
        "timing": {"addedDelay": outcome.delay_ms},
        "number": entry.number,
        "scope": entry.scope,
        "trace": trace_json(entry),
    }


def request_json(entry: Entry) -> dict[str, Json]:
    """The request, with `url` as received and `absoluteUrl` as the client had it."""
    request = Redaction().request(entry.request)
    return {
        "url": request.target,
        "absoluteUrl": absolute_url(request),
        "method": request.method,
        "headers": grouped(request.headers),
        "cookies": _cookies(request.header("cookie")),
        "loggedDate": int(entry.at.timestamp() * 1000),
        "loggedDateString": moment(entry.at),
        **_body_json(request.body),
    }


def response_json(answer: AnyResponse) -> dict[str, Json]:
    """The response as it would arrive without faults."""
    shown = Redaction().answer(answer)
    return {
        "status": shown.status,
        "headers": grouped(shown.headers),
        **_body_json(answer_bytes(shown)),
    }


def trace_json(entry: Entry) -> dict[str, Json]:
    """Why the response is what it is."""
    trace = entry.outcome.trace
    fields: dict[str, Json] = {
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
    return {name: value for name, value in fields.items() if value not in ("", [], False)}


def answer_bytes(answer: AnyResponse) -> bytes:
    """The whole body."""
    return b"".join(frames(answer)) if isinstance(answer, EventStream) else answer.body


def _body_json(body: bytes) -> dict[str, Json]:
    """A body as text and as Base64."""
    return {
        "body": body.decode(errors="replace"),
        "bodyAsBase64": base64.b64encode(body).decode(),
    }


def absolute_url(request: Request) -> str:
    """The request's URL as its client had it."""
    return f"http://{request.header('host') or 'localhost'}{request.root}{request.target}"


def _cookies(field: str | None) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(field or "").items()}
    except CookieError:
        return {}
