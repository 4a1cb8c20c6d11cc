import httpx
import pytest

from emulator.contract.compare.asking import BudgetSpentError, Pace, Party
from emulator.contract.compare.cases import Case
from emulator.http.messages import Request
from tests.contract.compare.test_cases import API

(LIST,) = (each for each in API.operations if each.id == "listPets")
CASE = Case(LIST, "any", True, Request("GET", "/pets"))


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def pace(self, **limits: float) -> Pace:
        rate, time = limits.get("rate"), limits.get("max_time_s")
        requests = limits.get("max_requests")
        most = None if requests is None else int(requests)
        return Pace(rate, most, time, now=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def party(handler: httpx.MockTransport, pace: Pace | None = None) -> Party:
    client = httpx.Client(transport=handler)
    return Party(
        "endpoint",
        "http://pets.example/v1",
        client,
        headers=(("X-Team", "a"), ("Authorization", "Bearer gate")),
        credentials=(("key", "secret"),),
        pace=pace or Pace(),
    )


def test_rate_spreads_requests() -> None:
    time = Time()
    pace = time.pace(rate=4)
    for _ in range(3):
        pace.take_turn()
    assert time.slept == [0.25, 0.25]


@pytest.mark.parametrize(
    ("limits", "message"),
    [({"max_requests": 2}, "all 2 requests"), ({"max_time_s": 5.0}, "the 5 s of --max-time")],
)
def test_budget_is_an_end(limits: dict[str, float], message: str) -> None:
    time = Time()
    pace = time.pace(**limits)
    for _ in range(2):
        pace.take_turn()
    time.now += 5
    with pytest.raises(BudgetSpentError, match=message):
        pace.take_turn()


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
    time = Time()
    asked = party(httpx.MockTransport(lambda _: answers.pop(0)), time.pace())
    answer = asked.ask(CASE).response
    assert answer is not None
    assert (answer.status, time.slept) == (status, slept)


def test_anonymous_case_shows_no_credential() -> None:
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200)

    asked = party(httpx.MockTransport(answer))
    for anonymous in (False, True):
        asked.ask(Case(LIST, "any", True, CASE.request, anonymous=anonymous))
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
    party(httpx.MockTransport(answer)).ask(Case(LIST, "any", True, request))
    assert targets == [b"/v1/pets/a%2Fb/../%7E?q=%20+|"]


def test_broken_connection_is_an_exchange_without_answer() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("connection reset", request=request)

    exchange = party(httpx.MockTransport(fail)).ask(CASE)
    assert (exchange.response, exchange.error) == (None, "ReadError: connection reset")


def test_stream_is_read_to_its_first_events() -> None:
    frames = (b"data: %d\n\n" % number for number in range(1_000))
    stream = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=frames)
    answer = party(httpx.MockTransport(lambda _: stream)).ask(CASE).response
    assert answer is not None
    assert answer.body.count(b"\n\n") == 20
