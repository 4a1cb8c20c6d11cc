"""Effects of events at a service: the events, and the messages to webhooks."""

import msgspec

from emulator.http.messages import Headers, Json


class Emit(msgspec.Struct, frozen=True, gc=False):
    """Effect: this happened at the service. What follows from it the service's `Events` say."""

    type: str
    data: Json
    metadata: Json = None


class Deliver(msgspec.Struct, frozen=True, gc=False):
    """Effect: this message is sent to a webhook, and again until it is accepted.

    `secret` signs it; `attempt_header`, if any, is the header that counts the tries.
    `subscription` is by what the message can be withdrawn.
    """

    subscription: str
    url: str
    type: str
    id: str
    body: bytes
    secret: bytes
    headers: Headers = ()
    attempt_header: str = ""


class Withdraw(msgspec.Struct, frozen=True, gc=False):
    """Effect: messages for this subscription that were not accepted yet are not sent any more."""

    subscription: str
