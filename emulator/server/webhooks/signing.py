"""Signs messages as the Standard Webhooks specification says."""

import base64
import hmac
from datetime import datetime

from emulator.http.messages import Headers
from emulator.mock.state.events import Deliver


def signature(secret: bytes, id_: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, time and body."""
    signed = f"{id_}.{timestamp}.".encode() + body
    digest = hmac.digest(secret, signed, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def signed_headers(message: Deliver, attempt: int, now: datetime) -> Headers:
    """The headers of one attempt, counted from 1; time and signature are new each time."""
    timestamp = int(now.timestamp())
    counted = ((message.attempt_header, str(attempt)),) if message.attempt_header else ()
    return (
        ("content-type", "application/json"),
        ("webhook-id", message.id),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", signature(message.secret, message.id, timestamp, message.body)),
        *message.headers,
        *counted,
    )
