"""What happens at the help desk, and the message to the webhook that tells of it."""

from collections.abc import Collection, Iterator, Sequence

from emulator.http.encode import dump
from emulator.mock.exchange import Events, Exchange
from emulator.mock.state.events import Deliver, Emit


def types(_: Exchange) -> Collection[str]:
    """The types that `POST /__admin/webhooks/tickets` takes."""
    return ("ticket.created", "ticket.closed")


def follow(exchange: Exchange, events: Sequence[Emit]) -> Iterator[Deliver]:
    """One signed message an event, where a webhook is set."""
    webhook = exchange.snapshot.records("webhooks").get("own")
    if webhook is None:
        return
    for number, event in enumerate(events):
        yield Deliver(
            subscription="own",
            url=webhook["url"],
            type=event.type,
            id=exchange.fresh_id(f"msg_{number}_"),
            body=dump({"type": event.type, "ticket": event.data}),
            secret=b"desk_webhook_secret",
        )


EVENTS = Events(types, follow)
