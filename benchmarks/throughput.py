"""Requests per second of a valid Composio call, beside a bare ASGI echo in the same run.

    make benchmark

Machines differ and are noisy, so the ratio to the echo is what counts: rounds alternate between
the two servers, and the best round of each is compared.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    with running(SERVERS) as ports:
        for number in range(ROUNDS):
            for name, port in ports.items():
                print(f"round {number + 1}/{ROUNDS}  {name}", file=sys.stderr)
                run = uvloop.run(measure(port, REQUEST, seconds=SECONDS))
                if run.failures:
                    sys.exit(f"{name}: {run.failures} requests failed")
                if name not in best or run.per_second > best[name].per_second:
                    best[name] = run
    echo = next(iter(best.values())).per_second
    print(f"{'server':<16} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'of echo':>8}")
    for name, run in best.items():
        ratio = run.per_second / echo
        print(
            f"{name:<16} {run.per_second:>8.0f} {run.p50_ms:>8.2f} {run.p99_ms:>8.2f} {ratio:>8.2f}"
        )


@contextmanager
def running(servers: dict[str, list[str]]) -> Iterator[dict[str, int]]:
    """Start each server as a process on a free port; ports by name."""
    ports = {name: free_port() for name in servers}
    processes = [
        subprocess.Popen([sys.executable, "-m", *command, str(ports[name])], stdout=sys.stderr)
        for name, command in servers.items()
    ]
    try:
        for port in ports.values():
            asyncio.run(reachable(port))
        yield ports
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)


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
