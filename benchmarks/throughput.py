"""Requests per second of a valid Composio call, beside a bare ASGI echo in the same run.

    make benchmark

Machines differ and are noisy, so the ratio to the echo is what counts: rounds alternate between
the two servers, and the best round of each is compared. The processor time a request takes, read
from the servers' own processes (Linux), does not change when something else is running.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks.load import Measured, http_request, measure

ROUNDS = 4
SECONDS = 3.0

BODY = (
    b'{"user_id":"user_1","version":"20251001_00",'
    b'"arguments":{"channel":"C0123456789","text":"Deployed to production"}}'
)
HEADERS = {"x-api-key": "ak_benchmark", "Content-Type": "application/json"}
REQUEST = http_request("POST", "/api/v3.1/tools/execute/SLACK_SEND_MESSAGE", HEADERS, BODY)

SERVERS = {
    "bare ASGI echo": [
        *("uvicorn", "benchmarks.echo:app", "--http", "httptools", "--loop", "uvloop"),
        *("--no-access-log", "--log-level", "warning", "--port"),
    ],
    "emulator": ["emulator.cli.main", "serve", "--port"],
}


def main() -> None:
    """Measure and print the table."""
    best: dict[str, Measured] = {}
    cpu_us: dict[str, float] = {}
    with running(SERVERS) as servers:
        for number in range(ROUNDS):
            for name, server in servers.items():
                print(f"round {number + 1}/{ROUNDS}  {name}", file=sys.stderr)
                before = cpu_seconds(server.pid)
                run = uvloop.run(measure(server.port, REQUEST, seconds=SECONDS))
                used = (cpu_seconds(server.pid) - before) / max(run.requests, 1) * 1e6
                if run.failures:
                    sys.exit(f"{name}: {run.failures} requests failed")
                cpu_us[name] = min(used, cpu_us.get(name, used))
                if name not in best or run.per_second > best[name].per_second:
                    best[name] = run
    first = next(iter(best))
    print(f"{'server':<16} {'req/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'of echo':>8} {'cpu µs':>7}")
    for name, run in best.items():
        ratio = run.per_second / best[first].per_second
        print(
            f"{name:<16} {run.per_second:>7.0f} {run.p50_ms:>7.2f} {run.p99_ms:>7.2f}"
            f" {ratio:>8.2f} {cpu_us[name]:>7.1f}"
        )
    if cpu_us[first]:
        print(f"by processor time: {cpu_us[first] / cpu_us['emulator']:.2f} of the echo")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server process."""

    pid: int
    port: int


@contextmanager
def running(commands: dict[str, list[str]]) -> Iterator[dict[str, Server]]:
    """Start each server as a process on a free port; servers by name."""
    ports = {name: free_port() for name in commands}
    processes = {
        name: subprocess.Popen(
            [sys.executable, "-m", *command, str(ports[name])], stdout=sys.stderr
        )
        for name, command in commands.items()
    }
    try:
        for port in ports.values():
            asyncio.run(reachable(port))
        yield {name: Server(process.pid, ports[name]) for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(10)


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used (proc_pid_stat(5)); 0 where that can't be read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A loopback port nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def reachable(port: int, seconds: float = 20.0) -> None:
    """Return when something listens on the port."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


if __name__ == "__main__":
    main()
