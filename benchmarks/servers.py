"""Servers under load: started and stopped, kept to one core, their processor time read."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: Where the benchmarks are.
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is started: `{port}` stands for its port."""

    words: tuple[str, ...]
    folder: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that listens on a loopback port."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """The processor time it has used."""
        return cpu_seconds(self.pid)


def emulator(checkout: Path, *specs: str) -> Command:
    """`emulator serve` of a checkout."""
    words = (sys.executable, "-m", "emulator.cli.main", "serve", *specs, "--port", "{port}")
    return Command(words, checkout, {"PYTHONPATH": str(checkout)})


#: The yardstick.
ECHO = Command(
    (
        *(sys.executable, "-m", "uvicorn", "benchmarks.echo:app", "--http", "httptools"),
        *("--loop", "uvloop", "--no-access-log", "--log-level", "warning", "--port", "{port}"),
    ),
    environment={"PYTHONPATH": str(ROOT)},
)


@contextmanager
def running(commands: Mapping[str, Command]) -> Iterator[dict[str, RunningServer]]:
    """Start each server on a free port and the first core; servers by name.

    This process keeps the other cores, where there are any.
    """
    cores = sorted(os.sched_getaffinity(0))
    ports = {name: free_port() for name in commands}
    processes = {}
    try:
        for name, command in commands.items():
            processes[name] = _start(command, ports[name], cores[:1])
        os.sched_setaffinity(0, cores[1:] or cores)
        for name, port in ports.items():
            wait_for(port, processes[name])
        yield {name: RunningServer(each.pid, ports[name]) for name, each in processes.items()}
    finally:
        os.sched_setaffinity(0, cores)
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(10)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the process listens on the loopback port; exits where it ends before."""
    asyncio.run(_reachable(port, process))


def cpu_seconds(pid: int) -> float:
    """The processor time of a process, all its threads (clock_getcpuclockid(3) on Linux)."""
    return time.clock_gettime((~pid << 3) | 2)


def open_files(pid: int) -> int:
    """How many files a process has open; 0 where that can't be read."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def free_port() -> int:
    """A loopback port nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(command: Command, port: int, cores: list[int]) -> "subprocess.Popen[bytes]":
    words = [word.replace("{port}", str(port)) for word in command.words]
    environment = {**os.environ, **command.environment}
    return subprocess.Popen(
        words,
        cwd=command.folder,
        env=environment,
        stdout=subprocess.DEVNULL,  # the port is known
        preexec_fn=lambda: os.sched_setaffinity(0, cores),  # before it starts threads
    )


async def _reachable(port: int, process: "subprocess.Popen[bytes]") -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                if process.poll() is not None:
                    sys.exit(f"a server ended with {process.returncode}: {process.args!r}")
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
