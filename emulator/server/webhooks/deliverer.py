"""Delivering messages beside the answers: in turn, again until taken, each scope for itself."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from weakref import WeakValueDictionary

from emulator.mock.state.events import Deliver, Withdraw
from emulator.mock.state.store import Effect
from emulator.server.clock import Clocks
from emulator.server.webhooks.sender import Send, Undeliverable
from emulator.server.webhooks.signing import signed_headers

#: Deliveries under way in a scope, how long their bodies may be together, deliveries remembered.
PENDING_LIMIT = 1000
PENDING_LIMIT_BYTES = 20_000_000
HISTORY_LIMIT = 1000


class State(StrEnum):
    """How far a delivery has come."""

    SENDING = "sending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the status that came back, or the error where none did."""

    at: datetime
    status: int | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has taken the message: any 2xx says so."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """One message on its way, without its body."""

    api: str
    id: str
    type: str
    subscription: str
    url: str
    state: State = State.SENDING
    attempts: list[Attempt] = field(default_factory=list)
    next_try: datetime | None = None


@dataclass(slots=True)
class _Outbox:
    """One scope's deliveries. Messages to one URL go one after the other, in their order."""

    history: deque[Delivery] = field(default_factory=lambda: deque(maxlen=HISTORY_LIMIT))
    pending: dict[asyncio.Task[None], tuple[Delivery, int]] = field(default_factory=dict)
    lanes: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def has_room_for(self, body: bytes) -> bool:
        """Whether another message can be held until it is taken."""
        waiting = sum(size for _, size in self.pending.values())
        return len(self.pending) < PENDING_LIMIT and waiting + len(body) <= PENDING_LIMIT_BYTES

    def lane(self, url: str) -> asyncio.Lock:
        """The turn at a URL; forgotten when nobody waits for it any more."""
        lock = self.lanes.get(url)
        if lock is None:
            lock = self.lanes[url] = asyncio.Lock()
        return lock

    def forget(self, task: asyncio.Task[None]) -> None:
        """A delivery is over."""
        self.pending.pop(task, None)
        self.tell()

    def tell(self) -> None:
        """Wake those who wait for a change."""
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(slots=True)
class Deliverer:
    """Takes the `Deliver` effects of answers and sends them, by the clocks of their scopes.

    `retries` are the waits after failed tries; after the last one a delivery has failed. Belongs
    to the event loop that it is used in, which ends what is under way when it ends itself.
    """

    clocks: Clocks
    send: Send
    retries: tuple[timedelta, ...]
    _outboxes: dict[str, _Outbox] = field(default_factory=dict)

    def apply(self, scope: str, api: str, effects: Iterable[Effect]) -> None:
        """Start what shall be delivered and stop what shall not; waits for nothing."""
        for effect in effects:
            match effect:
                case Deliver():
                    self._start(scope, api, effect)
                case Withdraw(subscription):
                    self._stop(scope, api, subscription)

    def deliveries(self, scope: str) -> tuple[Delivery, ...]:
        """The scope's deliveries, oldest first."""
        outbox = self._outboxes.get(scope)
        return () if outbox is None else tuple(outbox.history)

    async def settled(self, scope: str) -> None:
        """Wait until every delivery is over, or waits for a time that has not come."""
        while (outbox := self._outboxes.get(scope)) is not None:
            if not any(self._is_busy(scope, each) for each, _ in outbox.pending.values()):
                return
            await outbox.changed.wait()

    def reset(self, scope: str) -> None:
        """End the scope's deliveries and forget them."""
        outbox = self._outboxes.pop(scope, None)
        if outbox is not None:
            for task in outbox.pending:
                task.cancel()
            outbox.tell()

    def _start(self, scope: str, api: str, message: Deliver) -> None:
        outbox = self._outboxes.setdefault(scope, _Outbox())
        delivery = Delivery(api, message.id, message.type, message.subscription, message.url)
        outbox.history.append(delivery)
        if not outbox.has_room_for(message.body):
            delivery.state = State.DROPPED
            return
        task = asyncio.get_running_loop().create_task(self._run(scope, outbox, delivery, message))
        outbox.pending[task] = delivery, len(message.body)
        task.add_done_callback(outbox.forget)

    def _stop(self, scope: str, api: str, subscription: str) -> None:
        outbox = self._outboxes.get(scope)
        for task, (delivery, _) in tuple(outbox.pending.items()) if outbox else ():
            if (delivery.api, delivery.subscription) == (api, subscription):
                delivery.state, delivery.next_try = State.WITHDRAWN, None
                task.cancel()

    def _is_busy(self, scope: str, delivery: Delivery) -> bool:
        due = delivery.next_try
        return due is None or due <= self.clocks.now(scope)

    async def _run(self, scope: str, outbox: _Outbox, delivery: Delivery, message: Deliver) -> None:
        for wait in (*self.retries, None):
            async with outbox.lane(message.url):
                attempt = await self._try(scope, delivery, message)
            delivery.attempts.append(attempt)
            if attempt.succeeded or wait is None:
                delivery.state = State.DELIVERED if attempt.succeeded else State.FAILED
                return
            delivery.state, delivery.next_try = State.WAITING, attempt.at + wait
            outbox.tell()
            await self.clocks.sleep_until(scope, delivery.next_try)
            delivery.state, delivery.next_try = State.SENDING, None

    async def _try(self, scope: str, delivery: Delivery, message: Deliver) -> Attempt:
        headers = signed_headers(message, len(delivery.attempts) + 1, self.clocks.now(scope))
        try:
            status = await self.send(message.url, headers, message.body)
        except Undeliverable as error:
            return Attempt(self.clocks.now(scope), error=str(error))
        return Attempt(self.clocks.now(scope), status)
