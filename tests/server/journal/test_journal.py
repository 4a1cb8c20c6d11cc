"""The journal: bounded by count and by bytes, one scope never in another's, ids that repeat."""

import asyncio
from datetime import UTC, datetime

import pytest

from emulator.http.messages import AnyResponse, Event, EventStream, Request, Response, Violation
from emulator.mock.outcome import Outcome, Trace
from emulator.server.journal.journal import Entry, FeedReader, Journal, Told

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add(journal: Journal, path: str, scope: str = "s", body: bytes = b"") -> Entry:
    outcome = Outcome(Response(200, body=body), Trace(operation="op"), key=path)
    return journal.add(scope, Request("GET", path), outcome, NOW)


async def all_told(follower: FeedReader) -> list[Told]:
    found = []
    while (told := await follower.next()) is not None:
        found.append(told)
    return found


def paths(journal: Journal, scope: str = "s") -> list[str]:
    return [entry.request.path for entry in journal.entries(scope)]


def test_entries_come_in_order_and_by_scope() -> None:
    journal = Journal()
    for path, scope in (("/a", "s"), ("/b", "t"), ("/c", "s")):
        add(journal, path, scope)
    assert (paths(journal), paths(journal, "t"), paths(journal, "u")) == (["/a", "/c"], ["/b"], [])


def test_oldest_of_a_scope_goes_when_it_is_full() -> None:
    journal = Journal(limit=2)
    for path in ("/a", "/b", "/c"):
        add(journal, path)
        add(journal, path, "t")
    assert paths(journal) == paths(journal, "t") == ["/b", "/c"]


def test_oldest_of_all_goes_when_there_are_too_many_bytes() -> None:
    journal = Journal(limit_bytes=3_500)
    for path in ("/a", "/b", "/c"):
        add(journal, path, path[1:], b"x" * 1_000)
    assert [paths(journal, scope) for scope in "abc"] == [[], ["/b"], ["/c"]]


def test_entry_that_is_larger_than_all_is_not_kept() -> None:
    journal = Journal(limit_bytes=1_000)
    add(journal, "/a")
    add(journal, "/b", body=b"x" * 1_000)
    assert paths(journal) == ["/a"]


def test_oldest_goes_behind_gaps_that_others_left() -> None:
    journal = Journal(limit=3, limit_bytes=3_600)
    add(journal, "/large", body=b"x" * 4_000)
    for path in ("/a", "/b"):
        add(journal, path, body=b"x" * 1_000)
    add(journal, "/c", "t")
    journal.remove("s", lambda entry: entry.request.path == "/a")
    add(journal, "/d", body=b"x" * 1_000)
    assert (paths(journal), paths(journal, "t")) == (["/b", "/d"], ["/c"])
    add(journal, "/e", body=b"x" * 1_000)
    assert (paths(journal), paths(journal, "t")) == (["/d", "/e"], ["/c"])


def test_nothing_is_kept_where_nothing_may_be() -> None:
    journal = Journal(limit=0)
    add(journal, "/a")
    assert paths(journal) == []


def test_streams_weigh_what_their_events_weigh() -> None:
    stream = EventStream(200, (), (Event("x" * 5_000),))
    entry = Journal().add("s", Request("GET", "/"), Outcome(stream, Trace()), NOW)
    assert entry.size_bytes > 5_000


LONG = "x" * 5_000


@pytest.mark.parametrize(
    ("request_", "response", "trace"),
    [
        (Request("GET", "/", headers=(("a", LONG),)), Response(200), Trace()),
        (Request("GET", "/", headers=((LONG, "a"),)), Response(200), Trace()),
        (Request("GET", "/", headers=(("a", LONG), ("a", ""))), Response(200), Trace()),
        (Request("GET", "/" + LONG), Response(200), Trace()),
        (Request("GET", "/", LONG), Response(200), Trace()),
        (Request("GET", "/", body=LONG.encode()), Response(200), Trace()),
        (Request("GET", "/"), Response(200, (("a", LONG),)), Trace()),
        (Request("GET", "/"), Response(200, (), LONG.encode()), Trace()),
        (Request("GET", "/"), EventStream(200, (), (Event("", comment=LONG),)), Trace()),
        (Request("GET", "/"), Response(422), Trace(violations=(Violation("body", LONG, "", ""),))),
        (Request("GET", "/"), Response(200), Trace(breaches=(Violation("body", "", "", LONG),))),
    ],
    ids=[
        *("value", "name", "repeated", "path", "query", "body", "response's value"),
        *("response's body", "comment", "violation", "breach"),
    ],
)
def test_all_that_is_long_weighs(request_: Request, response: AnyResponse, trace: Trace) -> None:
    assert Journal().add("s", request_, Outcome(response, trace), NOW).size_bytes > 5_000


def test_removal_gives_what_was_removed_and_frees_its_room() -> None:
    journal = Journal(limit_bytes=3_500)
    for path in ("/a", "/b"):
        add(journal, path, body=b"x" * 1_000)
    assert [e.request.path for e in journal.remove("s", lambda e: e.request.path == "/a")] == ["/a"]
    add(journal, "/c", body=b"x" * 1_000)
    assert paths(journal) == ["/b", "/c"]


def test_same_exchange_has_the_same_id_in_every_run() -> None:
    first, second = add(Journal(), "/a"), add(Journal(), "/a")
    assert first.id == second.id
    assert add(Journal(), "/b").id != first.id


@pytest.mark.parametrize(
    ("trace", "matched"),
    [
        (Trace(operation="op", rule="refusal"), True),
        (Trace(rule="stub"), True),
        (Trace(rule="options"), True),
        (Trace(rule="refusal"), False),
    ],
)
def test_matched_is_what_had_an_operation_or_a_stub(trace: Trace, matched: bool) -> None:
    outcome = Outcome(Response(200), trace)
    assert Journal().add("s", Request("GET", "/"), outcome, NOW).matched is matched


def test_follower_gets_its_scope_from_then_on() -> None:
    async def play() -> list[str]:
        journal = Journal()
        add(journal, "/before")
        with journal.followed("s") as follower:
            for path, scope in (("/a", "s"), ("/other", "t"), ("/b", "s")):
                add(journal, path, scope)
        add(journal, "/after")
        follower.end()
        return [told.entry.request.path for told in await all_told(follower)]

    assert asyncio.run(play()) == ["/a", "/b"]


def test_follower_that_does_not_keep_up_loses_the_oldest() -> None:
    async def play() -> list[Told]:
        journal = Journal()
        with journal.followed("s") as follower:
            for number in range(1_001):
                add(journal, f"/{number}")
            follower.end()
            return await all_told(follower)

    found = asyncio.run(play())
    assert (found[0].entry.request.path, len(found)) == ("/2", 999)


def test_followers_are_told_the_same_once() -> None:
    async def play() -> list[Told]:
        journal = Journal()
        with journal.followed("s") as one, journal.followed("s") as other:
            add(journal, "/a")
            one.end()
            other.end()
            return [*await all_told(one), *await all_told(other)]

    one, other = asyncio.run(play())
    assert one is other
