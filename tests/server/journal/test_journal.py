"""The journal: bounded by count and by bytes, one scope never in another's, ids that repeat."""

import asyncio
from datetime import UTC, datetime

import pytest

from emulator.http.messages import Event, EventStream, Request, Response
from emulator.mock.outcome import Outcome, Trace
from emulator.server.journal.journal import Entry, Journal

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add(journal: Journal, path: str, scope: str = "s", body: bytes = b"") -> Entry:
    outcome = Outcome(Response(200, body=body), Trace(operation="op"), key=path)
    return journal.add(scope, Request("GET", path), outcome, NOW)


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
    add(journal, "/a", body=b"x" * 1_000)
    assert paths(journal) == []


def test_nothing_is_kept_where_nothing_may_be() -> None:
    journal = Journal(limit=0)
    add(journal, "/a")
    assert paths(journal) == []


def test_streams_weigh_what_their_events_weigh() -> None:
    stream = EventStream(200, (), (Event("x" * 5_000),))
    entry = Journal().add("s", Request("GET", "/"), Outcome(stream, Trace()), NOW)
    assert entry.size_bytes > 5_000


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
        with journal.followed("s") as queue:
            for path, scope in (("/a", "s"), ("/other", "t"), ("/b", "s")):
                add(journal, path, scope)
            found = [queue.get_nowait().request.path for _ in range(queue.qsize())]
        add(journal, "/after")
        return [*found, str(queue.qsize())]

    assert asyncio.run(play()) == ["/a", "/b", "0"]


def test_follower_that_does_not_keep_up_loses_the_oldest() -> None:
    async def play() -> str:
        journal = Journal()
        with journal.followed("s") as queue:
            for number in range(1_001):
                add(journal, f"/{number}")
            return queue.get_nowait().request.path

    assert asyncio.run(play()) == "/1"
