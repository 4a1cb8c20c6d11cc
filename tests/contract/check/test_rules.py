"""Which shape of errors is usual, whichever comes first."""

import json
from collections.abc import Sequence

import pytest

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.rules import RuleContext, judge_error, odd_errors
from emulator.http.messages import Request, Response
from emulator.openapi.promises.model import Contract
from tests.support.pets import API

LIST, MAKE, READ = "GET /pets", "POST /pets", "GET /pets/{pet_id}"


def _error(operation: str, method: str, status: int, *members: str) -> CheckedExchange:
    body = json.dumps(dict.fromkeys(members, "x")).encode()
    response = Response(status, (("content-type", "application/json"),), body)
    return CheckedExchange(operation, Request(method, "/pets"), response)


#: What most errors look like, and one that shares a member with them only through another.
USUAL = [
    _error(LIST, "GET", 418, "code", "message"),
    _error(MAKE, "POST", 418, "message", "hint"),
    _error(READ, "GET", 418, "hint"),
]
ODD = [_error(LIST, "PUT", 405, "detail"), _error(LIST, "TRACE", 405, "detail")]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (USUAL, []),
        (ODD + USUAL, ["PUT", "TRACE"]),
        (USUAL + ODD, ["PUT", "TRACE"]),
        ([USUAL[0], ODD[0]], []),
        ([USUAL[0], *ODD], []),
        ([*USUAL, _error(LIST, "GET", 401, "own")], []),
        ([], []),
    ],
    ids=["one shape", "odd first", "odd last", "a tie", "methods", "documented", "no error"],
)
def test_errors_in_a_shape_of_their_own(
    errors: Sequence[CheckedExchange], expected: list[str]
) -> None:
    context = RuleContext(API, Contract())
    for each in errors:
        assert not list(judge_error(each, context.operations[each.operation], context))
    assert [exchange.request.method for exchange, _ in odd_errors(context)] == expected
