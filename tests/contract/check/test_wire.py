from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from emulator.contract.check.findings import Limits
from emulator.contract.check.responses import BufferedResponse
from emulator.contract.check.wire import (
    READS,
    ApplicationError,
    BudgetSpentError,
    UnsafeRequestError,
    Wire,
)
from tests.support.clocks import ManualClock


class Server(BaseAdapter):
    """Answers with each status in turn, the last one for ever."""

    def __init__(self, *answers: BufferedResponse) -> None:
        super().__init__()
        self.answers = list(answers) or [BufferedResponse(200, "OK")]
        self.methods: list[str] = []

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        self.methods.append(request.method)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer.response(request)

    def close(self) -> None:
        """Nothing is open."""


def asked(method: str = "GET") -> requests.PreparedRequest:
    return requests.Request(method, "http://pets.test/pets").prepare()


LIMITED = BufferedResponse(429, "Too Many Requests", (("retry-after", "7"),))


def test_429_is_waited_out_as_often_as_allowed() -> None:
    clock, server = ManualClock(), Server(LIMITED, LIMITED, BufferedResponse(200, "OK"))
    wire = Wire(server, Limits(retries=3), clock.pace())
    assert wire.send(asked()).status_code == 200
    assert clock.slept == [7.0, 7.0]


@pytest.mark.parametrize(
    ("answer", "retries", "sent"),
    [
        (LIMITED, 2, 3),
        (LIMITED, 0, 1),
        (BufferedResponse(429, "Too Many Requests"), 3, 1),
        (BufferedResponse(429, "Too Many Requests", (("retry-after", "9999"),)), 3, 1),
        (BufferedResponse(503, "Unavailable", (("retry-after", "1"),)), 3, 1),
    ],
    ids=["bounded", "none", "without Retry-After", "too long", "only 429"],
)
def test_answer_that_is_not_waited_out_is_the_answer(
    answer: BufferedResponse, retries: int, sent: int
) -> None:
    server = Server(answer)
    wire = Wire(server, Limits(retries=retries), ManualClock().pace())
    assert wire.send(asked()).status_code == answer.status
    assert len(server.methods) == sent


def test_rate_spreads_requests() -> None:
    clock = ManualClock()
    wire = Wire(Server(), Limits(), clock.pace(rate_per_s=4))
    for _ in range(5):
        wire.send(asked())
    assert clock.now() == pytest.approx(1.0)


def test_budget_of_requests_ends_the_run() -> None:
    wire = Wire(server := Server(), Limits(), ManualClock().pace(max_requests=2))
    wire.send(asked())
    wire.send(asked())
    with pytest.raises(BudgetSpentError):
        wire.send(asked())
    assert len(server.methods) == 2
    assert wire.spent == "all 2 requests of --max-requests are sent"


def test_budget_of_time_ends_the_run() -> None:
    clock = ManualClock()
    wire = Wire(Server(), Limits(), clock.pace(max_time_s=60))
    wire.send(asked())
    clock.sleep(60)
    with pytest.raises(BudgetSpentError):
        wire.send(asked())
    assert wire.spent == "the 60 s of --max-time are over"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_safe_methods_are_let_through(method: str) -> None:
    assert Wire(Server(), Limits(safe_only=True)).send(asked(method)).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_others_are_not_unless_they_are_known_to_read(method: str) -> None:
    wire = Wire(server := Server(), Limits(safe_only=True))
    with pytest.raises(UnsafeRequestError):
        wire.send(asked(method))
    assert server.methods == []
    assert wire.send(asked(method), **{READS: True}).status_code == 200


def test_application_that_raises_is_a_request_without_answer() -> None:
    class Broken(Server):
        def send(self, *_: Any, **__: Any) -> requests.Response:
            raise LookupError("no pets today")

    with pytest.raises(ApplicationError, match="LookupError: no pets today"):
        Wire(Broken(), Limits()).send(asked())
