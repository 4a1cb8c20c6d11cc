"""What a request costs as documents grow: the pipeline alone, on documents of 10 to 10,000 paths.

    make bench-growth

The time of the smallest document is 1.00; routing does not grow if the others stay near it.
"""

import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from emulator.http.messages import Request
from emulator.mock.assemble import Assembly, assemble
from emulator.mock.pipeline import handle
from emulator.mock.state.store import Memory
from emulator.settings import Settings

SIZES = (10, 100, 1_000, 10_000)
REQUESTS = 3_000
ROUNDS = 5
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print the table."""
    print(
        f"{'operations':>10} {'start s':>8} {'µs/route':>9} {'µs/request':>11} {'of smallest':>12}"
    )
    smallest = 0.0
    for size in SIZES:
        start = time.perf_counter()
        assembly = assemble_document(size)
        started = time.perf_counter() - start
        requests = requests_for(size)
        route = min(per_route(assembly, requests) for _ in range(ROUNDS))
        cost = min(per_request(assembly, requests) for _ in range(ROUNDS))
        smallest = smallest or cost
        figures = f"{route * 1e6:>9.2f} {cost * 1e6:>11.1f} {cost / smallest:>12.2f}"
        print(f"{size:>10} {started:>8.2f} {figures}")


def requests_for(size: int) -> list[Request]:
    """Requests spread over the whole document: what no processor cache holds, as in life."""
    return [Request("GET", f"/r{n % size}/items/{n}") for n in range(0, REQUESTS * 7, 7)]


def per_route(assembly: Assembly, requests: list[Request]) -> float:
    """Seconds to find a request's operation."""
    find = assembly.site.router.find
    start = time.perf_counter()
    for request in requests:
        find(request.method, request.path)
    return (time.perf_counter() - start) / len(requests)


def per_request(assembly: Assembly, requests: list[Request]) -> float:
    """Seconds a request, all the way through the pipeline."""
    memory = Memory()
    start = time.perf_counter()
    for request in requests:
        handle(assembly.site, memory, request, NOW)
    return (time.perf_counter() - start) / len(requests)


def assemble_document(size: int) -> Assembly:
    """A document with so many operations, each with a parameter, a schema and an example."""
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    content = {"application/json": {"schema": schema, "example": {"id": 1}}}
    operation = {"responses": {"200": {"description": "One", "content": content}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        f"/r{number}/items/{{id}}": {"parameters": [parameter], "get": operation}
        for number in range(size)
    }
    info = {"title": "Growth", "version": "1"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "growth.json")
        path.write_text(json.dumps({"openapi": "3.1.0", "info": info, "paths": paths}))
        return assemble(Settings(specs=(str(path),)))


if __name__ == "__main__":
    main()
