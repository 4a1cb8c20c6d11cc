"""Rows of exchanges, a page at a time or as they come."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

STREAM = {"accept": "text/event-stream"}


def ask(client: httpx.Client, scope: str, count: int) -> None:
    for number in range(count):
        client.get(f"/~{scope}/projects/p/tools?n={number}")


def listed(client: httpx.Client, scope: str, **query: int) -> Any:
    return client.get(f"/~{scope}/__admin/requests/rows", params=query).json()


def test_pages_lead_back_in_time(client: httpx.Client) -> None:
    ask(client, "rows-pages", 5)
    first = listed(client, "rows-pages", limit=2)
    assert [each["target"][-1] for each in first["rows"]] == ["4", "3"]
    assert (first["total"], first["last"]) == (5, first["rows"][0]["number"])
    rest = listed(client, "rows-pages", before=first["rows"][-1]["number"])
    assert [each["target"][-1] for each in rest["rows"]] == ["2", "1", "0"]
    assert listed(client, "rows-pages", after=first["last"])["rows"] == []


def test_a_row_leads_to_its_exchange(client: httpx.Client) -> None:
    ask(client, "rows-id", 1)
    (row,) = listed(client, "rows-id")["rows"]
    whole = client.get(f"/~rows-id/__admin/requests/{row['id']}").json()
    assert whole["number"] == row["number"]


def events(lines: Iterator[str]) -> Iterator[Any]:
    return (json.loads(line[6:]) for line in lines if line.startswith("data: "))


def test_later_rows_come_in_a_few_events(client: httpx.Client) -> None:
    ask(client, "rows-feed", 3)
    start = listed(client, "rows-feed")
    url = f"/~rows-feed/__admin/requests/rows?after={start['last']}"
    with client.stream("GET", url, headers=STREAM) as stream:
        told = events(stream.iter_lines())
        assert next(told) == {"rows": [], "more": False, "total": 3, "last": start["last"]}
        ask(client, "rows-feed", 300)
        seen = 0
        for event in told:
            seen += len(event["rows"])
            assert len(event["rows"]) <= 50
            if event["total"] == 303:
                break
        assert event["rows"][0]["target"].endswith("n=299")
        client.delete("/~rows-feed/__admin/requests")
        for event in told:
            if event["total"] == 0:
                break
    assert 50 <= seen <= 300


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "after=-1", "before=x", "page=2"])
def test_what_is_no_page_is_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"/__admin/requests/rows?{query}").status_code == 400
