"""Deliveries of scopes: tried, tried again by the clock, ended; without sockets."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from emulator.http.messages import Headers
from emulator.mock.state.events import Deliver, Withdraw
from emulator.mock.state.store import Put
from emulator.server.clock import Clocks, Dial
from emulator.server.webhooks import deliverer as module
from emulator.server.webhooks.deliverer import Deliverer, DeliveryState
from emulator.server.webhooks.sender import Undeliverable, WithheldError

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
MESSAGE = Deliver("ws_1", "http://127.0.0.1/", "t", "msg_1", b"{}", b"s", attempt_header="x-try")
WAITS = (timedelta(seconds=5), timedelta(seconds=300))


def message(id_: str, url: str = MESSAGE.url, body: bytes = b"{}") -> Deliver:
    return replace(MESSAGE, id=id_, url=url, body=body)


@dataclass
class Line:
    """Takes what is sent; answers with `statuses` in turn (None: nobody there), then with 200."""

    statuses: list[int | None] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    began: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    held: asyncio.Event | None = None

    async def __call__(self, url: str, headers: Headers, body: bytes) -> int:
        named = dict(headers)
        self.sent.append((named["webhook-id"], named.get("x-try", "")))
        self.began.put_nowait(named["webhook-id"])
        if self.held is not None:
            await self.held.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        if status is None:
            raise Undeliverable("nobody there")
        return status


def run(
    test: Callable[[Deliverer, Line], Awaitable[None]], statuses: Iterable[int | None] = ()
) -> None:
    """Run a test in a loop of its own, where clocks stand still and nothing is left over."""

    async def inner() -> None:
        line = Line(list(statuses))
        await test(Deliverer(Clocks(Dial(frozen_at=NOW)), line, WAITS), line)

    asyncio.run(inner())


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_success_is_any_2xx(status: int) -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [MESSAGE])
        await deliverer.settled("s")
        (delivery,) = deliverer.deliveries("s")
        assert (delivery.state, delivery.next_try) == (DeliveryState.DELIVERED, None)
        assert [(a.at, a.status, a.error) for a in delivery.attempts] == [(NOW, status, None)]

    run(test, [status])


@pytest.mark.parametrize("status", [100, 199, 301, 307, 400, 410, 500, None])
def test_everything_else_is_tried_again_when_the_time_comes(status: int | None) -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [MESSAGE])
        await deliverer.settled("s")
        (delivery,) = deliverer.deliveries("s")
        assert (delivery.state, delivery.next_try) == (DeliveryState.WAITING, NOW + WAITS[0])
        deliverer.clocks.advance("s", timedelta(seconds=4.999))
        await deliverer.settled("s")
        assert len(line.sent) == 1
        deliverer.clocks.advance("s", timedelta(seconds=0.001))
        await deliverer.settled("s")
        assert delivery.state == DeliveryState.DELIVERED
        assert line.sent == [("msg_1", "1"), ("msg_1", "2")]

    run(test, [status])


def test_after_the_last_try_a_delivery_has_failed() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [MESSAGE])
        for wait in WAITS:
            await deliverer.settled("s")
            deliverer.clocks.advance("s", wait)
        await deliverer.settled("s")
        (delivery,) = deliverer.deliveries("s")
        assert delivery.state == DeliveryState.FAILED
        assert [attempt.status for attempt in delivery.attempts] == [500, None, 503]
        assert [attempt.at - NOW for attempt in delivery.attempts] == [
            timedelta(),
            WAITS[0],
            WAITS[0] + WAITS[1],
        ]
        deliverer.clocks.advance("s", timedelta(days=365))
        await deliverer.settled("s")
        assert len(line.sent) == 3

    run(test, [500, None, 503])


def test_messages_to_one_url_go_in_their_order_and_those_to_another_beside_them() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        line.held = asyncio.Event()
        there = "http://localhost/"
        deliverer.apply("s", "api", [message("a"), message("b"), message("c", there)])
        assert [await line.began.get(), await line.began.get()] == ["a", "c"]
        line.held.set()
        await deliverer.settled("s")
        assert [id_ for id_, _ in line.sent] == ["a", "c", "b"]

    run(test)


def test_message_that_waits_lets_others_pass() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [message("a"), message("b")])
        await deliverer.settled("s")
        assert [d.state for d in deliverer.deliveries("s")] == [
            DeliveryState.WAITING,
            DeliveryState.DELIVERED,
        ]

    run(test, [500])


def test_clock_of_another_scope_moves_nothing() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        for scope in ("s", "t"):
            deliverer.apply(scope, "api", [message(scope)])
            await deliverer.settled(scope)
        deliverer.clocks.advance("t", WAITS[0])
        await deliverer.settled("s")
        await deliverer.settled("t")
        states = [deliverer.deliveries(scope)[0].state for scope in ("s", "t")]
        assert states == [DeliveryState.WAITING, DeliveryState.DELIVERED]

    run(test, [500, 500])


def test_withdrawn_is_what_the_subscription_still_waits_for() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [MESSAGE, replace(MESSAGE, subscription="ws_2")])
        await deliverer.settled("s")
        deliverer.apply("s", "other", [Withdraw("ws_1")])
        deliverer.apply("s", "api", [Put("a", "b", {}), Withdraw("ws_1"), Withdraw("ws_3")])
        deliverer.clocks.advance("s", WAITS[0])
        await deliverer.settled("s")
        states = [delivery.state for delivery in deliverer.deliveries("s")]
        assert states == [DeliveryState.WITHDRAWN, DeliveryState.DELIVERED]
        assert len(line.sent) == 3

    run(test, [500, 500])


def test_withdrawing_keeps_what_was_delivered() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [MESSAGE])
        await deliverer.settled("s")
        deliverer.apply("s", "api", [Withdraw("ws_1")])
        assert [delivery.state for delivery in deliverer.deliveries("s")] == [
            DeliveryState.DELIVERED
        ]

    run(test)


def test_reset_ends_and_forgets_one_scope() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        for scope in ("s", "t"):
            deliverer.apply(scope, "api", [MESSAGE])
            await deliverer.settled(scope)
        deliverer.reset("s")
        deliverer.reset("never used")
        assert deliverer.deliveries("s") == ()
        assert len(deliverer.deliveries("t")) == 1
        deliverer.clocks.advance("s", WAITS[0])
        await deliverer.settled("s")
        assert len(line.sent) == 2

    run(test, [500, 500])


def test_who_waits_for_a_scope_that_is_reset_waits_no_longer() -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        line.held = asyncio.Event()
        deliverer.apply("s", "api", [MESSAGE])
        waiting = asyncio.create_task(deliverer.settled("s"))
        await asyncio.sleep(0)
        deliverer.reset("s")
        await waiting

    run(test)


@pytest.mark.parametrize(
    ("limit", "value"), [("PENDING_LIMIT", 2), ("PENDING_LIMIT_BYTES", 5)], ids=["count", "bytes"]
)
def test_what_there_is_no_room_for_is_dropped(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(module, limit, value)

    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [message("a"), message("b"), message("c")])
        await deliverer.settled("s")
        deliverer.apply("s", "api", [message("d")])
        await deliverer.settled("s")
        states = [delivery.state for delivery in deliverer.deliveries("s")]
        assert states == [
            DeliveryState.DELIVERED,
            DeliveryState.DELIVERED,
            DeliveryState.DROPPED,
            DeliveryState.DELIVERED,
        ]

    run(test)


def test_loop_that_ends_takes_its_deliveries_with_it(caplog: pytest.LogCaptureFixture) -> None:
    async def test(deliverer: Deliverer, line: Line) -> None:
        deliverer.apply("s", "api", [message("a")])
        await deliverer.settled("s")
        line.held = asyncio.Event()
        deliverer.apply("s", "api", [message("b"), message("c")])
        assert [await line.began.get(), await line.began.get()] == ["a", "b"]

    run(test, [500])
    assert caplog.records == []


def test_what_may_never_be_sent_is_withheld_at_once() -> None:
    async def send(*_: object) -> int:
        raise WithheldError("it is this emulator itself")

    async def inner() -> None:
        deliverer = Deliverer(Clocks(Dial(frozen_at=NOW)), send, WAITS)
        deliverer.apply("s", "api", [MESSAGE])
        await deliverer.settled("s")
        (delivery,) = deliverer.deliveries("s")
        assert (delivery.state, delivery.next_try) == (DeliveryState.WITHHELD, None)
        assert [each.error for each in delivery.attempts] == ["it is this emulator itself"]

    asyncio.run(inner())
