"""Exchanges as rows of a table: what tells one from another, and not what was sent."""

from emulator.http.encode import moment
from emulator.http.messages import Json, Response, Violation, first
from emulator.http.redaction import Redaction
from emulator.server.journal.journal import Entry

#: So much of a target and of a reason is shown, in characters.
_TARGET, _REASON = 500, 200


def row(entry: Entry) -> dict[str, Json]:
    """One exchange in a few hundred bytes, secrets redacted; what is empty is left out."""
    request, response, trace = entry.request, entry.response, entry.trace
    redaction = Redaction()
    path, query = redaction.path(request.path, ""), redaction.query(request.query)
    target = f"{path}?{query}" if query else path
    found: dict[str, Json] = {
        "number": entry.number,
        "id": entry.id,
        "at": moment(entry.at),
        "method": request.method,
        "target": target[:_TARGET],
        "status": response.status,
        "api": trace.api,
        "operation": trace.operation,
        "rule": trace.rule,
        "source": trace.source,
        "problem": trace.problem,
        "reason": reason_of(trace.violations or trace.breaches),
        "stub": trace.stub,
        "faults": [fault.name for fault in entry.faults],
        "breaches": len(trace.breaches),
        "unmatched": not entry.matched,
        "delay_ms": entry.delay_ms,
        "media_type": first(response.headers, "content-type") or "",
        "size": len(response.body) if isinstance(response, Response) else 0,
    }
    return {name: value for name, value in found.items() if value not in ("", [], 0, False)}


def reason_of(violations: tuple[Violation, ...]) -> str:
    """What the first violation says, and where; empty without any."""
    if not violations:
        return ""
    first_one = violations[0]
    return f"{first_one.location} {first_one.pointer}: {first_one.message}"[:_REASON]
