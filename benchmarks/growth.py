"""What a request costs beside more and more of something: operations, stubs, rules, records.

    make bench-growth
    make bench-growth ARGS="stubs rules"   # only the rows whose titles hold one of these words

A row's sizes stand beside each other in one process, and their requests take turns: bytes in and
bytes out through the HTTP protocol, every request different from all others. A figure is processor
time a request, the best of several rounds, with the ratio to the row's smallest size; garbage that
was there before is not collected meanwhile. A row that stays near 1 does not grow.
"""

import gc
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.in_process import Server, admin
from benchmarks.load import http_request
from benchmarks.rows import KEY, example, execute

REQUESTS = 200
ROUNDS = 5
#: A request for each number; no two of a row have the same.
Make = Callable[[int], bytes]
Prepare = Callable[[int], Awaitable[tuple[Server, Make]]]


@dataclass(frozen=True, slots=True)
class Growing:
    """A row: what there is more and more of, and how a server with so many is made."""

    title: str
    sizes: tuple[int, ...]
    prepare: Prepare


async def operations(size: int) -> tuple[Server, Make]:
    """A document with so many operations, each with a parameter, a schema and an example."""
    server = _serving(_document(size))
    for n in range(min(size, REQUESTS * (ROUNDS + 1))):
        # Its first request compiles an operation.
        await _sent(server, http_request("GET", f"/r{n * 7 % size}/items/{n + 10**6}", KEY, b""))
    # Spread over the whole document: what no processor's cache holds, as in life.
    return server, lambda n: http_request("GET", f"/r{n * 7 % size}/items/{n}", KEY, b"")


async def stubs_beside(size: int) -> tuple[Server, Make]:
    """Stubs that are for other paths."""
    server = Server()
    await _import(server, [_stub(urlPath=f"/flags/{number}") for number in range(size)])
    return server, example


def answering(field: str, pattern: str, rest: str) -> Prepare:
    """Stubs that answer, each its own requests; `N` in the pattern is a stub's number."""

    async def prepare(size: int) -> tuple[Server, Make]:
        server = Server()
        numbered = (pattern.replace("N", str(number)) for number in range(size))
        await _import(server, [_stub(**{field: text}) for text in numbered])
        return server, lambda n: http_request("GET", f"/flags/{n * 7 % size}{rest}{n}", {}, b"")

    return prepare


async def scenarios(size: int) -> tuple[Server, Make]:
    """Stubs that answer, each of a scenario of its own that has left its first state."""
    server = Server()
    stubs = [_stub(urlPath=f"/flags/{number}") for number in range(size)]
    for number, stub in enumerate(stubs):
        stub |= {"scenarioName": f"flag {number}", "newScenarioState": "asked"}
    await _import(server, stubs)
    for number in range(size):
        await _sent(server, http_request("GET", f"/flags/{number}", {}, b""))
    return server, lambda n: http_request("GET", f"/flags/{n * 7 % size}?n={n}", {}, b"")


async def stubs_of_a_path(size: int) -> tuple[Server, Make]:
    """Stubs for one path that differ in what they ask of its query: these are searched."""
    server = Server()
    queries = [{"user": {"equalTo": f"{number}"}} for number in range(size)]
    await _import(server, [_stub(urlPath="/flags", queryParameters=query) for query in queries])
    return server, lambda n: http_request("GET", f"/flags?user={n * 7 % size}&n={n}", {}, b"")


async def rules(size: int) -> tuple[Server, Make]:
    """Fault rules for other operations, tools, callers and paths."""
    server = Server()
    wheres: list[Callable[[int], Any]] = [
        lambda number: {"operation": "deleteAgent", "caller": f"caller{number}"},
        lambda number: {"api": "agentflow", "tool": f"TOOL_{number}"},
        lambda number: {"caller": f"caller{number}"},
        lambda number: {"request": {"method": "POST", "urlPathTemplate": f"/{number}/{{id}}"}},
    ]
    for number in range(size):
        rule = {"fault": "error", "where": wheres[number % 4](number)}
        await _sent(server, admin("POST", "/__admin/faults", rule), 201)
    return server, execute


async def records(size: int) -> tuple[Server, Make]:
    """Connected accounts of other users."""
    server = Server()
    for number in range(size):
        body = {"user_id": f"other_{number}", "auth_config_id": "ac_slack"}
        path = "/api/v3.1/connected_accounts/link"
        await _sent(server, http_request("POST", path, KEY, json.dumps(body).encode()), 201)
    return server, execute


async def ledger(size: int) -> tuple[Server, Make]:
    """Executions in the ledger, and as many exchanges in the journal."""
    server = Server()
    for number in range(size):
        await _sent(server, execute(1_000_000 + number))
    return server, execute


async def scopes(size: int) -> tuple[Server, Make]:
    """Scopes with a request each."""
    server = Server()
    for number in range(size):
        headers = {**KEY, "Emulator-Scope": f"scope{number}"}
        await _sent(server, http_request("GET", "/v1/orders/1/summary", headers, b""))
    return server, example


async def requests(size: int) -> tuple[Server, Make]:
    """Requests that came before in the same scope."""
    server = Server()
    for number in range(size):
        await _sent(server, example(1_000_000 + number))
    return server, example


ROWS = (
    Growing("operations", (10, 100, 1_000, 10_000), operations),
    Growing("stubs of other paths", (0, 10, 1_000, 10_000), stubs_beside),
    Growing("stubs, by path", (10, 1_000, 10_000), answering("urlPath", "/flags/N", "?n=")),
    Growing(
        "stubs, by template", (10, 1_000, 10_000), answering("urlPathTemplate", "/flags/N/{n}", "/")
    ),
    Growing(
        "stubs, by expression",
        (10, 1_000, 10_000),
        answering("urlPathPattern", "/flags/N/[0-9]+", "/"),
    ),
    Growing("stubs with scenarios", (10, 1_000, 10_000), scenarios),
    Growing("stubs of one path, searched", (10, 100, 1_000), stubs_of_a_path),
    Growing("fault rules for others", (0, 10, 1_000), rules),
    Growing("accounts of other users", (10, 100, 1_000, 9_900), records),
    Growing("executions in ledger, journal", (0, 1_000, 10_000), ledger),
    Growing("scopes", (1, 100, 10_000), scopes),
    Growing("requests before", (1, 1_000, 10_000, 100_000), requests),
)


async def measure(row: Growing) -> None:
    """Print what a request costs at each size."""
    servers = [await row.prepare(size) for size in row.sizes]
    best, numbers = [float("inf")] * len(servers), count(1)
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for place, (server, make) in enumerate(servers):
            sent = [make(next(numbers)) for _ in range(REQUESTS)]
            start = time.process_time()
            received = [await server.send(request) for request in sent]
            best[place] = min(best[place], (time.process_time() - start) / REQUESTS)
            _check(received[-1], 200)
    gc.unfreeze()
    for size, cost in zip(row.sizes, best, strict=True):
        print(f"{row.title:<30} {size:>8,} {cost * 1e6:>9.1f} {cost / best[0]:>7.2f}", flush=True)


async def measure_stubs() -> None:
    """Print what it takes to make a stub, of so many that are made."""
    for size in (100, 1_000, 10_000):
        stubs = [_stub(urlPath=f"/flags/{number}") for number in range(size)]
        one_by_one, at_once = Server(), Server()
        start = time.process_time()
        await _import(at_once, stubs)
        imported = time.process_time()
        for stub in stubs:
            await _sent(one_by_one, admin("POST", "/__admin/mappings", stub), 201)
        costs = (imported - start) / size, (time.process_time() - imported) / size
        for title, cost in zip(("a stub imported", "a stub posted"), costs, strict=True):
            print(f"{title:<30} {size:>8,} {cost * 1e6:>9.1f}", flush=True)


async def main(words: list[str]) -> None:
    """Measure the rows with one of these words in their titles, or all."""
    for word in words:
        if not any(word in row.title for row in ROWS):
            titles = ", ".join(row.title for row in ROWS)
            sys.exit(f"no row has {word!r} in its title; there are: {titles}")
    print(f"{'':<30} {'size':>8} {'µs':>9} {'ratio':>7}")
    for row in ROWS:
        if not words or any(word in row.title for word in words):
            await measure(row)
    if not words or "stubs" in words:
        await measure_stubs()


def _serving(document: dict[str, Any]) -> Server:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "growth.json")
        path.write_text(json.dumps(document))
        return Server((str(path),))


def _document(size: int) -> dict[str, Any]:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    content = {"application/json": {"schema": schema, "example": {"id": 1}}}
    operation = {"responses": {"200": {"description": "One", "content": content}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        f"/r{number}/items/{{id}}": {"parameters": [parameter], "get": operation}
        for number in range(size)
    }
    return {"openapi": "3.1.0", "info": {"title": "Growth", "version": "1"}, "paths": paths}


def _stub(**pattern: Any) -> dict[str, Any]:
    return {"request": {"method": "GET", **pattern}, "response": {"jsonBody": {"enabled": True}}}


async def _import(server: Server, stubs: list[dict[str, Any]]) -> None:
    await _sent(server, admin("POST", "/__admin/mappings/import", {"mappings": stubs}))


async def _sent(server: Server, request: bytes, status: int = 200) -> None:
    _check(await server.send(request), status)


def _check(response: bytes, status: int) -> None:
    if not response.startswith(b"HTTP/1.1 %d " % status):
        sys.exit(response.decode())


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1:]))
