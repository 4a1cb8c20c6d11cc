"""A row of a table: what tells an exchange from others, short, and without secrets."""

from datetime import UTC, datetime

import pytest

from emulator.http.messages import Request, Response, Violation
from emulator.mock.outcome import Outcome, Trace
from emulator.server.journal.journal import Entry, Journal
from emulator.server.journal.rows import row

AT = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
WRONG = Violation("body", "/name", "type", "5 is not of type 'string'")


def entry(request: Request, trace: Trace, response: Response | None = None) -> Entry:
    return Entry(1, "default", request, response or Response(200), trace, AT)


def test_what_is_empty_is_left_out() -> None:
    shown = row(entry(Request("GET", "/a"), Trace("pets", "getPet", "example", "documented")))
    assert shown.pop("id")
    assert shown == {
        "number": 1,
        "at": "2026-04-28T14:30:00.000Z",
        "method": "GET",
        "target": "/a",
        "status": 200,
        "api": "pets",
        "operation": "getPet",
        "rule": "example",
        "source": "documented",
    }


def test_what_went_wrong_is_told() -> None:
    trace = Trace(rule="refusal", problem="path-not-found", violations=(WRONG,))
    shown = row(entry(Request("GET", "/a", "b=1"), trace))
    assert (shown["target"], shown["unmatched"]) == ("/a?b=1", True)
    assert shown["reason"] == "body /name: 5 is not of type 'string'"
    broken = row(entry(Request("GET", "/a"), Trace("p", "o", "stub", breaches=(WRONG, WRONG))))
    assert (broken["breaches"], broken["reason"]) == (2, shown["reason"])


@pytest.mark.parametrize(
    ("request_", "secret"),
    [
        (Request("GET", "/a", "api_key=hush"), "hush"),
        (Request("GET", "/a;token=hush"), "hush"),
        (Request("GET", "/a", headers=(("authorization", "Bearer hush"),)), "hush"),
        (Request("POST", "/a", body=b"hush"), "hush"),
        (Request("GET", "/" + "a" * 600 + "hush"), "hush"),
    ],
)
def test_nothing_secret_and_nothing_long_is_in_it(request_: Request, secret: str) -> None:
    assert secret not in str(row(entry(request_, Trace())))


@pytest.mark.parametrize(
    ("after", "limit", "before", "expected"),
    [
        (0, 10, None, [5, 4, 2, 1]),
        (2, 10, None, [5, 4]),
        (0, 2, None, [5, 4]),
        (0, 2, 4, [2, 1]),
        (5, 10, None, []),
    ],
)
def test_the_newest_are_first(
    after: int, limit: int, before: int | None, expected: list[int]
) -> None:
    journal, outcome = Journal(), Outcome(Response(200), Trace())
    for number in range(1, 6):
        # Numbers count the exchanges of all scopes.
        journal.add("other" if number == 3 else "mine", Request("GET", "/"), outcome, AT)
    found = journal.newest("mine", after, limit, before)
    assert [each.number for each in found] == expected
    assert (journal.count("mine"), journal.last("mine")) == (4, 5)
    assert (journal.newest("none", 0, 5), journal.count("none"), journal.last("none")) == ([], 0, 0)
