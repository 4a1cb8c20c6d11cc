"""Requests of several kinds, beside a bare ASGI echo of the same bytes in the same run.

    make bench
    make bench ARGS="--quick --rows a,b --connections 32"
    make bench ARGS="--beside before=../other-checkout"
    make bench ARGS="--console --no-tail --connections 32"

Machines differ and are noisy, so it is the ratio that counts: rounds alternate between the
servers, each a process of its own on one core, while this process has the other. The processor
time a request takes is read of the server's process; the best round of each is compared.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx
import uvloop

from benchmarks import page
from benchmarks.load import Load, Measured, measure
from benchmarks.plot import bars
from benchmarks.rows import ROWS, SPECS, Row, row_names
from benchmarks.servers import ECHO, ROOT, RunningServer, emulator, running
from benchmarks.watched import console_open

ECHO_NAME, OWN_NAME, WATCHED_NAME = "echo", "emulator", "one console open"
CONNECTIONS = (1, 32, 256)
ROUNDS, SECONDS = 3, 3.0
#: Requests that are made before a round, further ones are made as they are needed; and those of a
#: round that only warms up.
PREPARED, WARMING = 40_000, 200
#: Exchanges that fill a journal, and requests of one client whose latencies are told after it.
JOURNAL, TAIL = 10_000, 20_000


@dataclass(frozen=True, slots=True)
class Best:
    """The best of several rounds: the fastest, and the least processor time a request."""

    run: Measured
    cpu_us: float

    def or_better(self, run: Measured, cpu_us: float) -> "Best":
        """This with another round."""
        fastest = run if run.per_second > self.run.per_second else self.run
        return Best(fastest, min(cpu_us, self.cpu_us))


class Cell(NamedTuple):
    """What was measured where."""

    row: str
    connections: int
    server: str


@dataclass(slots=True)
class Bench:
    """Servers, and what was measured of them."""

    servers: Mapping[str, RunningServer]
    rounds: int
    seconds: float
    results: dict[Cell, Best]
    numbers: Iterator[int]

    def measure(self, row: Row, connections: int) -> None:
        """All rounds of one row with so many connections, after a short one to warm up."""
        for name, server in self.servers.items():
            self._round(name, server, row, connections, self._new(row, WARMING))
        for number in range(self.rounds):
            prepared = self._new(row, PREPARED)
            for name, server in self.servers.items():
                print(f"{row.name} {connections:>3} {name} {number + 1}", file=sys.stderr)
                run, cpu_us = self._round(name, server, row, connections, prepared)
                cell = Cell(row.name, connections, name)
                best = self.results.get(cell) or Best(run, cpu_us)
                self.results[cell] = best.or_better(run, cpu_us)

    def _round(
        self, name: str, server: RunningServer, row: Row, connections: int, requests: list[bytes]
    ) -> tuple[Measured, float]:
        """One round, which may need more requests than were made; the echo gets them again."""
        is_echo = name == ECHO_NAME
        if is_echo:
            load = Load(itertools.cycle(requests))
        else:
            more = (row.make(number) for number in self.numbers)
            load = load_of(row, itertools.chain(requests, more))
            for path, value in row.setup:
                control(server, "POST", path, value)
        before = server.cpu_seconds()
        seconds = self.seconds if len(requests) == PREPARED else self.seconds / 10
        run = uvloop.run(measure(server.port, load, connections, seconds))
        cpu_us = (server.cpu_seconds() - before) / max(run.requests, 1) * 1e6
        if load.failures:
            sys.exit(f"row {row.name}, {name}: {load.failures} failed: {load.failed.decode()}")
        if not is_echo:
            control(server, "POST", "/__admin/reset")
        return run, cpu_us

    def _new(self, row: Row, count: int) -> list[bytes]:
        """Requests that nobody had before."""
        return [row.make(number) for number in itertools.islice(self.numbers, count)]

    def tail(self, row: Row, filled: int, requests: int) -> dict[str, Measured]:
        """Latencies of one client, with so many exchanges in the journal already."""
        found = {}
        for name, server in self.servers.items():
            print(f"one client, {requests} requests: {name}", file=sys.stderr)
            for count in (filled, requests):
                prepared = iter(self._new(row, count))
                load = Load(prepared) if name == ECHO_NAME else load_of(row, prepared)
                found[name] = uvloop.run(measure(server.port, load, 1, 600.0))
                if load.failures:
                    sys.exit(f"{name}: {load.failed.decode()}")
        return found


def load_of(row: Row, requests: Iterator[bytes]) -> Load:
    """The load of a row."""
    return Load(requests, expected=row.expected, streams=row.streams, follow=row.follow)


def control(server: RunningServer, method: str, path: str, value: object = None) -> None:
    """A call of the control plane, which must succeed."""
    url = f"http://127.0.0.1:{server.port}{path}"
    httpx.request(method, url, json=value, timeout=60).raise_for_status()


def table(bench: Bench) -> str:
    """The figures as a table of Markdown."""
    lines = [
        "| | request | connections | req/s | p50 ms | p99 ms | p99.9 ms | longest ms | µs a request"
        " | µs the echo | of the echo |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for cell, best in bench.results.items():
        if cell.server == ECHO_NAME:
            continue
        row, run = ROWS[cell.row], best.run
        echo = bench.results[cell._replace(server=ECHO_NAME)]
        title = row.title if cell.server == OWN_NAME else f"{row.title} ({cell.server})"
        lines.append(
            f"| {cell.row} | {title} | {cell.connections} | {run.per_second:,.0f}"
            f" | {run.p50_ms:.2f} | {run.p99_ms:.2f} | {run.p999_ms:.2f} | {run.longest_ms:.1f}"
            f" | {best.cpu_us:.0f} | {echo.cpu_us:.0f} | {of_echo(bench, cell):.2f} |"
        )
    return "\n".join(lines)


def of_echo(bench: Bench, cell: Cell) -> float:
    """How many of these requests the processor time of one echo is enough for."""
    return bench.results[cell._replace(server=ECHO_NAME)].cpu_us / bench.results[cell].cpu_us


def streams(bench: Bench) -> str:
    """What is told of event streams beside."""
    return "\n".join(
        f"{cell.server}, {cell.connections} connections: {best.run.events / best.run.seconds:,.0f}"
        f" events/s, first event after {best.run.first_event_ms:.2f} ms (median)  "
        for cell, best in bench.results.items()
        if best.run.events
    )


def tails(found: Mapping[str, Measured], filled: int) -> str:
    """The table of one client's latencies."""
    lines = [
        f"One client, row a, {filled:,} exchanges in the journal before the first request:",
        "",
        "| server | requests | p50 ms | p99 ms | p99.9 ms | longest ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, run in found.items():
        lines.append(
            f"| {name} | {run.requests:,} | {run.p50_ms:.2f} | {run.p99_ms:.2f}"
            f" | {run.p999_ms:.2f} | {run.longest_ms:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print the tables, and write them where that is asked for."""
    options = _options()
    folders = {OWN_NAME: ROOT} | dict(options.beside)
    commands = {ECHO_NAME: ECHO} | {
        name: emulator(folder, *SPECS) for name, folder in folders.items()
    }
    if options.console:
        commands[WATCHED_NAME] = emulator(ROOT, *SPECS)
    rounds, seconds = (1, 0.5) if options.quick else (ROUNDS, SECONDS)
    with ExitStack() as stack:
        servers = stack.enter_context(running(commands))
        if options.console:
            stack.enter_context(console_open(servers[WATCHED_NAME].port))
        bench = Bench(servers, rounds, seconds, {}, itertools.count(100_000))
        for connections in options.connections:
            for name in options.rows:
                bench.measure(ROWS[name], connections)
        filled, requests = (200, 1_000) if options.quick else (JOURNAL, TAIL)
        found = bench.tail(ROWS["a"], filled, requests) if options.tail else {}
    parts = [page.machine(), table(bench), streams(bench)]
    parts += [tails(found, filled)] if found else []
    text = "\n\n".join(filter(None, parts))
    print(text)
    if options.write:
        page.write("bench", text)
        page.PLOT.write_text(plot(bench, options.connections))


def plot(bench: Bench, connections: list[int]) -> str:
    """The ratios to the echo as bars, at 32 connections or the first number of them."""
    at = 32 if 32 in connections else connections[0]
    found = [
        (f"{cell.row}  {ROWS[cell.row].title}", of_echo(bench, cell))
        for cell in bench.results
        if cell.server == OWN_NAME and cell.connections == at
    ]
    title = f"Requests for the processor time of one bare echo, {at} connections"
    return bars(title, found, mark=1.0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Requests beside a bare ASGI echo.")
    parser.add_argument("--rows", type=row_names, default=list(ROWS), metavar="a,b,…")
    parser.add_argument("--connections", type=_numbers, default=list(CONNECTIONS), metavar="1,32,…")
    parser.add_argument("--quick", action="store_true", help="One short round: figures are rough.")
    parser.add_argument("--no-tail", dest="tail", action="store_false")
    parser.add_argument(
        "--beside",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        type=_named_folder,
        help="Another checkout to measure in the same rounds.",
    )
    parser.add_argument(
        "--console", action="store_true", help="Also measure with a console open in a browser."
    )
    parser.add_argument("--write", action="store_true", help="Write the tables to docs/speed.md.")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    numbers = text.split(",")
    if not all(number.isdigit() and int(number) for number in numbers):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers like 1,32")
    return list(map(int, numbers))


def _named_folder(text: str) -> tuple[str, Path]:
    name, _, folder = text.partition("=")
    return name, Path(folder).resolve()


if __name__ == "__main__":
    main()
