"""What templates may use: the request, chance and time of this answer, and what was decided."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random
from urllib.parse import parse_qsl

from emulator.auth.check import Principal, masked
from emulator.messages import Json, Request
from emulator.problems import Problem
from emulator.validation.request import ValidRequest


def make_variables(
    request: Request | ValidRequest,
    rng: Random,
    now: datetime,
    extra: Mapping[str, Json],
    refusal: Problem | None = None,
) -> dict[str, Json]:
    """All variables of one answer; a refused request is a `Request`, not yet decoded."""
    valid = request if isinstance(request, ValidRequest) else None
    plain = valid.request if valid else request
    assert isinstance(plain, Request)
    return {
        "arguments": {},
        "tool": {},
        "result": {},
        "error": None,
        "request": _request(plain, valid),
        "credential": masked(_credential(plain, valid.principal if valid else None)),
        "now": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "now_unix": int(now.timestamp()),
        "request_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "new_id": _new_id(rng),
        "violations": [v.as_json() for v in refusal.violations] if refusal else [],
        "problem": refusal.as_json(refusal.type.status) if refusal else None,
        **extra,
    }


def _request(request: Request, valid: ValidRequest | None) -> Json:
    decoded: Mapping[str, Mapping[str, Json]] = valid.parameters if valid else {}
    return {
        "method": request.method,
        "url": request.path,
        "path": dict(decoded.get("path", {})),
        "query": dict(decoded.get("query") or parse_qsl(request.query)),
        "headers": dict(request.headers),
        "cookies": dict(decoded.get("cookie", {})),
        "body": valid.body if valid else None,
    }


def _credential(request: Request, principal: Principal | None) -> str:
    """What the client showed, also where it was not accepted."""
    if principal is not None and principal.credential:
        return principal.credential
    authorization = (request.header("authorization") or "").rpartition(" ")[2]
    keys = (value for name, value in request.headers if name.endswith("api-key"))
    return authorization or next(keys, "")


def _new_id(rng: Random) -> Callable[[str], str]:
    return lambda prefix="": f"{prefix}{rng.getrandbits(64):016x}"
