"""What a client means to happen once, however often it asks for it."""

from emulator.http.messages import Json, Request
from emulator.openapi.validate.request import ValidRequest


def logical_call(request: Request, valid: ValidRequest | None) -> str:
    """What the client means to happen once, where the request names it."""
    fields = request.fields
    named: Json = fields.get("x-request-id") or fields.get("idempotency-key")
    if not named and valid is not None and isinstance(valid.body, dict):
        named = valid.body.get("idempotency_key")
    return named if isinstance(named, str) else ""
