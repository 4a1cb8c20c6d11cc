"""Other mock servers on the same document with the same requests, in alternating rounds.

    make bench-peers

They come from npm, into `benchmarks/peers/`. Each server is kept to the same core, this process
has another; every request is different. Processor time is that of the server's process.
"""

import argparse
import itertools
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import uvloop

from benchmarks import page
from benchmarks.load import Load, measure
from benchmarks.rows import DOCUMENT, ROWS, SPECS, Row
from benchmarks.servers import ROOT, Command, RunningServer, emulator, running
from benchmarks.throughput import Best

FOLDER = ROOT / "benchmarks" / "peers"
OWN_NAME = "emulator"
CONNECTIONS = 32
ROUNDS, SECONDS, PREPARED = 4, 3.0, 30_000
ROW_NAMES = ("a", "b", "c", "d")


@dataclass(frozen=True, slots=True)
class Peer:
    """A server and the rows it can answer; it has the paths without `prefix`."""

    command: Command
    rows: tuple[str, ...]
    prefix: bytes = b""


def peers() -> dict[str, Peer]:
    """The servers by name, as quiet as they can be."""
    prism = (_binary("prism"), "mock", "--port", "{port}", "-v", "silent")
    mockoon = (_binary("mockoon-cli"), "start", "--port", "{port}", "--data", str(DOCUMENT))
    quiet = ("--disable-log-to-file", "--disable-admin-api")
    name = f"Prism {_version('@stoplight/prism-cli')}"
    composio = str(ROOT / "specs" / "composio.yaml")
    return {
        OWN_NAME: Peer(emulator(ROOT, *SPECS), ROW_NAMES),
        f"{name}, example": Peer(Command((*prism, composio)), ("a",), b"/api/v3.1"),
        name: Peer(Command((*prism, str(DOCUMENT))), ("b", "c", "d"), b"/v1"),
        f"{name}, dynamic": Peer(Command((*prism, "--dynamic", str(DOCUMENT))), ("c",), b"/v1"),
        # It validates nothing, and accepts what row d sends.
        f"Mockoon {_version('@mockoon/cli')}": Peer(Command((*mockoon, *quiet)), ("b", "c")),
    }


def measure_all(
    known: Mapping[str, Peer], servers: Mapping[str, RunningServer], rounds: int, seconds: float
) -> dict[tuple[str, str], Best]:
    """The best round of each row and server."""
    numbers = itertools.count(100_000)
    results: dict[tuple[str, str], Best] = {}
    for row in (ROWS[name] for name in ROW_NAMES):
        able = [name for name, peer in known.items() if row.name in peer.rows]
        for number in range(rounds + 1):  # the first only warms up
            requests = [row.make(each) for each in itertools.islice(numbers, PREPARED)]
            for name in able:
                print(f"{row.name} {name} {number}", file=sys.stderr)
                best = _round(servers[name], row, known[name].prefix, requests, seconds)
                if number:
                    before = results.get((row.name, name), best)
                    results[row.name, name] = before.or_better(best.run, best.cpu_us)
    return results


def _round(
    server: RunningServer, row: Row, prefix: bytes, requests: list[bytes], seconds: float
) -> Best:
    changed = (each.replace(b" " + prefix, b" ", 1) for each in requests)
    load = Load(changed, expected=row.expected)
    before = server.cpu_seconds()
    run = uvloop.run(measure(server.port, load, CONNECTIONS, seconds))
    cpu_us = (server.cpu_seconds() - before) / max(run.requests, 1) * 1e6
    if load.failures:
        sys.exit(f"row {row.name}: {load.failures} failed: {load.failed.decode()}")
    return Best(run, cpu_us)


def table(results: Mapping[tuple[str, str], Best]) -> str:
    """The figures as a table of Markdown."""
    lines = [
        "| | request | server | req/s | p50 ms | p99 ms | µs a request | times ours |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (row, name), best in results.items():
        run, ours = best.run, results[row, OWN_NAME]
        lines.append(
            f"| {row} | {ROWS[row].title} | {name} | {run.per_second:,.0f} | {run.p50_ms:.2f}"
            f" | {run.p99_ms:.2f} | {best.cpu_us:.0f} | {best.cpu_us / ours.cpu_us:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description="Other mock servers, beside ours.")
    parser.add_argument("--quick", action="store_true", help="One short round: figures are rough.")
    parser.add_argument("--write", action="store_true", help="Write the table to docs/speed.md.")
    options = parser.parse_args()
    known = peers()
    rounds, seconds = (1, 0.5) if options.quick else (ROUNDS, SECONDS)
    with running({name: peer.command for name, peer in known.items()}) as servers:
        results = measure_all(known, servers, rounds, seconds)
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    text = f"Node.js {node.stdout.strip()}. {page.machine()}\n\n{table(results)}"
    print(text)
    if options.write:
        page.write("bench-peers", text)


def _binary(name: str) -> str:
    return str(FOLDER / "node_modules" / ".bin" / name)


def _version(package: str) -> str:
    text = (FOLDER / "node_modules" / package / "package.json").read_text()
    found: str = json.loads(text)["version"]
    return found


if __name__ == "__main__":
    main()
