import httpx
import pytest

from emulator.contract.compare.cases import Case
from emulator.contract.compare.servers import ComparedServer, StoppedError
from emulator.contract.pacing import Pace
from emulator.http.messages import Request
from tests.support.clocks import ManualClock
from tests.support.endpoints import pets_api

PETS = Request("GET", "/pets")


def case(request: Request = PETS, *, anonymous: bool = False) -> Case:
    operation = pets_api().operation("listPets")
    assert operation is not None
    return Case(operation, "any", True, request, anonymous=anonymous)


def compared(handler: httpx.MockTransport, pace: Pace | None = None) -> ComparedServer:
    client = httpx.Client(transport=handler)
    return ComparedServer(
        "endpoint",
        "http://pets.example/v1",
        client,
        headers=(("X-Team", "a"), ("Authorization", "Bearer gate")),
        credentials=(("key", "secret"),),
        pace=pace or Pace(),
    )


def test_spent_budget_stops_the_run() -> None:
    server = compared(httpx.MockTransport(lambda _: httpx.Response(200)), Pace(max_requests=1))
    server.exchange(case())
    with pytest.raises(StoppedError, match="all 1 requests of --max-requests are sent"):
        server.exchange(case())


@pytest.mark.parametrize(
    ("wait", "slept", "status"),
    [("2", [2.0], 200), ("3600", [], 429), (None, [], 429)],
    ids=["short", "too long", "none"],
)
def test_retry_after_is_waited_out(wait: str | None, slept: list[float], status: int) -> None:
    answers = [
        httpx.Response(429, headers={"retry-after": wait} if wait else {}),
        httpx.Response(200),
    ]
    clock = ManualClock()
    server = compared(httpx.MockTransport(lambda _: answers.pop(0)), clock.pace())
    answer = server.exchange(case()).response
    assert answer is not None
    assert (answer.status, clock.slept) == (status, slept)


def test_anonymous_case_shows_no_credential() -> None:
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200)

    server = compared(httpx.MockTransport(answer))
    for anonymous in (False, True):
        server.exchange(case(anonymous=anonymous))
    names = ("x-team", "authorization", "x-pets-key")
    assert [[name in headers for name in names] for headers in seen] == [
        [True, True, True],
        [True, False, False],
    ]


def test_target_is_sent_as_it_is() -> None:
    targets = []

    def answer(request: httpx.Request) -> httpx.Response:
        targets.append(request.extensions["target"])
        return httpx.Response(200)

    request = Request("GET", "/pets/a%2Fb/../%7E", "q=%20+|")
    compared(httpx.MockTransport(answer)).exchange(case(request))
    assert targets == [b"/v1/pets/a%2Fb/../%7E?q=%20+|"]


def test_broken_connection_is_an_exchange_without_answer() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("connection reset", request=request)

    exchange = compared(httpx.MockTransport(fail)).exchange(case())
    assert (exchange.response, exchange.error) == (None, "ReadError: connection reset")


def test_stream_is_read_to_its_first_events() -> None:
    frames = (b"data: %d\n\n" % number for number in range(1_000))
    stream = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=frames)
    answer = compared(httpx.MockTransport(lambda _: stream)).exchange(case()).response
    assert answer is not None
    assert answer.body.count(b"\n\n") == 20
