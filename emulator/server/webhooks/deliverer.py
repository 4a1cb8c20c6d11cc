"""Delivers webhook messages in the background: in order for each URL, with retries, by scope."""

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from weakref import WeakValueDictionary

from msgspec import Struct, field

from emulator.http.targets import Targets
from emulator.mock.state.events import Deliver, Withdraw
from emulator.mock.state.store import Effect
from emulator.server.clock import Clocks
from emulator.server.webhooks.sender import (
    SendMessage,
    Undeliverable,
    WithheldError,
    signed_headers,
)

#: Pending deliveries of a scope, the total size of their bodies, and deliveries remembered.
PENDING_LIMIT = 1000
PENDING_LIMIT_BYTES = 20_000_000
HISTORY_LIMIT = 1000


class DeliveryState(StrEnum):
    """The progress of a delivery."""

    SENDING = "sending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    WITHHELD = "withheld"


class DeliveryAttempt(Struct, frozen=True):
    """One attempt: the status of the response, or the error if there was none."""

    at: datetime
    status: int | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has accepted the message: any 2xx does."""
        return self.status is not None and 200 <= self.status < 300


class WebhookDelivery(Struct):
    """One message without its body, and its progress."""

    api: str
    id: str
    type: str
    subscription: str
    url: str
    state: DeliveryState = DeliveryState.SENDING
    attempts: list[DeliveryAttempt] = field(default_factory=list)
    next_try: datetime | None = None


class _Outbox(Struct):
    """One scope's deliveries; messages to the same URL are sent one after the other."""

    history: deque[WebhookDelivery] = field(default_factory=lambda: deque(maxlen=HISTORY_LIMIT))
    pending: dict[asyncio.Task[None], tuple[WebhookDelivery, int]] = field(default_factory=dict)
    lanes: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def has_room_for(self, body: bytes) -> bool:
        """Whether another message can be pending."""
        waiting = sum(size for _, size in self.pending.values())
        return len(self.pending) < PENDING_LIMIT and waiting + len(body) <= PENDING_LIMIT_BYTES

    def lane(self, url: str) -> asyncio.Lock:
        """The lock of a URL; forgotten when nobody waits for it."""
        lock = self.lanes.get(url)
        if lock is None:
            lock = self.lanes[url] = asyncio.Lock()
        return lock

    def forget(self, task: asyncio.Task[None]) -> None:
        """Remove a delivery that is over."""
        self.pending.pop(task, None)
        self.notify()

    def notify(self) -> None:
        """Wake those who wait for a change."""
        self.changed.set()
        self.changed = asyncio.Event()


class Deliverer(Struct):
    """Sends the messages of `Deliver` effects, by the clocks of their scopes.

    `retries` are the waits after failed attempts; after the last one a delivery has failed. To
    hosts that are none of the `targets` nothing is sent: the delivery is withheld. A deliverer
    belongs to one event loop, whose end cancels all pending deliveries.
    """

    clocks: Clocks
    send: SendMessage
    retries: tuple[timedelta, ...]
    targets: Targets = Targets(everywhere=True)
    _outboxes: dict[str, _Outbox] = field(default_factory=dict)

    def apply(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Start and withdraw deliveries; never waits."""
        for effect in effects:
            match effect:
                case Deliver():
                    self._start(scope, api, effect)
                case Withdraw(subscription):
                    self._stop(scope, api, subscription)

    def deliveries(self, scope: str) -> tuple[WebhookDelivery, ...]:
        """The scope's deliveries, oldest first."""
        outbox = self._outboxes.get(scope)
        return () if outbox is None else tuple(outbox.history)

    async def settled(self, scope: str) -> None:
        """Wait until every delivery is over or scheduled for later."""
        while (outbox := self._outboxes.get(scope)) is not None:
            now = self.clocks.now(scope)
            dues = [each.next_try for each, _ in outbox.pending.values()]
            if all(due is not None and due > now for due in dues):
                return
            await outbox.changed.wait()

    def reset(self, scope: str) -> None:
        """Cancel the scope's deliveries and forget them."""
        outbox = self._outboxes.pop(scope, None)
        if outbox is not None:
            for task in outbox.pending:
                task.cancel()
            outbox.notify()

    def _start(self, scope: str, api: str, message: Deliver) -> None:
        outbox = self._outboxes.setdefault(scope, _Outbox())
        delivery = WebhookDelivery(api, message.id, message.type, message.subscription, message.url)
        outbox.history.append(delivery)
        refusal = self.targets.refusal(message.url)
        if refusal is not None:
            delivery.state = DeliveryState.WITHHELD
            delivery.attempts.append(DeliveryAttempt(self.clocks.now(scope), error=refusal))
            return
        if not outbox.has_room_for(message.body):
            delivery.state = DeliveryState.DROPPED
            return
        task = asyncio.get_running_loop().create_task(self._run(scope, outbox, delivery, message))
        outbox.pending[task] = delivery, len(message.body)
        task.add_done_callback(outbox.forget)

    def _stop(self, scope: str, api: str, subscription: str) -> None:
        outbox = self._outboxes.get(scope)
        for task, (delivery, _) in tuple(outbox.pending.items()) if outbox else ():
            if (delivery.api, delivery.subscription) == (api, subscription):
                delivery.state, delivery.next_try = DeliveryState.WITHDRAWN, None
                task.cancel()

    async def _run(
        self, scope: str, outbox: _Outbox, delivery: WebhookDelivery, message: Deliver
    ) -> None:
        for wait in (*self.retries, None):
            async with outbox.lane(message.url):
                attempt = await self._attempt(scope, delivery, message)
            delivery.attempts.append(attempt)
            if delivery.state is DeliveryState.WITHHELD:
                return
            if attempt.succeeded or wait is None:
                ended = DeliveryState.DELIVERED if attempt.succeeded else DeliveryState.FAILED
                delivery.state = ended
                return
            delivery.state, delivery.next_try = DeliveryState.WAITING, attempt.at + wait
            outbox.notify()
            await self.clocks.sleep_until(scope, delivery.next_try)
            delivery.state, delivery.next_try = DeliveryState.SENDING, None

    async def _attempt(
        self, scope: str, delivery: WebhookDelivery, message: Deliver
    ) -> DeliveryAttempt:
        headers = signed_headers(message, len(delivery.attempts) + 1, self.clocks.now(scope))
        try:
            status = await self.send(message.url, headers, message.body)
        except Undeliverable as error:
            if isinstance(error, WithheldError):
                delivery.state = DeliveryState.WITHHELD
            return DeliveryAttempt(self.clocks.now(scope), error=str(error))
        return DeliveryAttempt(self.clocks.now(scope), status)
