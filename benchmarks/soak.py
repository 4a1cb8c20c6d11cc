"""A minute of mixed load on a real `emulator serve`: nothing leaks, nothing fails unasked.

    make soak

Connections that stay and connections that end, requests and event streams, every fault there is,
clients that leave half-way, a control plane that resets. Memory is read from the server's own
process (Linux) and must be flat after the first half.
"""

import asyncio
import json
import re
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.load import http_request
from benchmarks.servers import open_files
from emulator.faults.table import FAULTS

SECONDS, CONNECTIONS = 60.0, 40
#: The memory at the end may be so much over that after the warm-up, and a stop may take so long.
GROWTH, STOP_S = 1.05, 2.0
#: How long a client waits for an answer that nothing holds up, and for one that a fault may.
PATIENT_S, IMPATIENT_S = 20.0, 1.0

#: What uvicorn says when it does not wait for streams any longer.
STOP_LINE = re.compile(r"ERROR: +Cancel \d+ running task\(s\), timeout graceful shutdown exceeded")

STREAM = "/api/v1/agent/a/tools/write_summary/run"


@dataclass(slots=True)
class Report:
    """What a soak gave: how requests ended, what nobody asked for, memory by the second."""

    ends: Counter[str] = field(default_factory=Counter)
    unasked: Counter[str] = field(default_factory=Counter)
    memory_kb: list[int] = field(default_factory=list)
    files: tuple[int, int] = (0, 0)
    open_at_stop: int = 0
    stop_s: float = 0.0
    exit_code: int | None = None
    log: str = ""

    def problems(self, *, timed: bool = True) -> Iterator[str]:
        """What is not as it should be; with `timed` also what depends on the machine's time."""
        for what, times in self.unasked.items():
            yield f"{times} times {what}"
        for line in self.log.splitlines():
            if not STOP_LINE.fullmatch(line):
                yield f"the server logged: {line}"
        if self.files[1] > self.files[0]:
            yield f"open files grew from {self.files[0]} to {self.files[1]}"
        if self.exit_code not in (0, -signal.SIGTERM):
            yield f"the server ended with {self.exit_code}"
        if timed and self.stop_s > STOP_S:
            yield f"the stop took {self.stop_s:.2f} s"
        if timed and self.growth > GROWTH:
            yield f"memory grew by {self.growth - 1:.1%} after the warm-up"

    @property
    def growth(self) -> float:
        """Memory of the last sixth, to that of the sixth after the first half."""
        sixth = len(self.memory_kb) // 6
        if not sixth:
            return 1.0
        return median(self.memory_kb[-sixth:]) / median(self.memory_kb[3 * sixth : 4 * sixth])


def main() -> None:
    """Run it, print the figures, exit 1 where something is not as it should be."""
    report = asyncio.run(soak(SECONDS, CONNECTIONS))
    for end, times in report.ends.most_common():
        print(f"{times:>8}  {end}")
    print(f"{report.ends.total():>8}  requests in {SECONDS:.0f} s on {CONNECTIONS} connections")
    every = max(1, len(report.memory_kb) // 6)
    print("memory MB:", *(f"{kb / 1024:.1f}" for kb in report.memory_kb[::every]))
    print(f"growth after the warm-up: {report.growth - 1:+.1%}")
    print(f"open files before and after: {report.files[0]}, {report.files[1]}")
    print(f"stopped in {report.stop_s:.2f} s with {report.open_at_stop} streams open")
    problems = list(report.problems())
    print(*problems or ["nothing leaked, nothing failed unasked"], sep="\n")
    sys.exit(bool(problems))


async def soak(seconds: float, connections: int) -> Report:
    """Load a server of its own for so long, then stop it while streams are open."""
    report = Report()
    with tempfile.TemporaryFile() as log:
        command = (sys.executable, "-m", "emulator", "serve", "--port", "0")
        server = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=log)
        try:
            assert server.stdout is not None
            said = await server.stdout.readline()
            port = int(said.rpartition(b":")[2])
            await _load(report, server.pid, port, seconds, connections)
            await _stop(report, server, port)
        finally:
            with suppress(ProcessLookupError):
                server.kill()
            await server.wait()
        log.seek(0)
        report.log = log.read().decode(errors="replace")
    return report


async def _load(report: Report, pid: int, port: int, seconds: float, connections: int) -> None:
    files = await _settled_files(report, pid, port)
    deadline = time.monotonic() + seconds
    watching = asyncio.create_task(_watch(report, pid, port))
    workers = (_work(report, port, number, deadline) for number in range(connections))
    await asyncio.gather(*workers)
    watching.cancel()
    await asyncio.wait([watching])
    report.files = files, await _settled_files(report, pid, port, files)


async def _watch(report: Report, pid: int, port: int) -> None:
    """Each second what the server holds, and every third an end to what it remembers of tests.

    Journal and ledger are bounded, but fill up for longer than the load lasts.
    """
    for second in count():
        report.memory_kb.append(memory_kb(pid))
        await asyncio.sleep(1)
        if second % 3 == 2:
            await _control(report, port, "GET", "executions")
            await _control(report, port, "POST", "reset")


async def _work(report: Report, port: int, number: int, deadline: float) -> None:
    """One client after another, each with its own way, the same in every run."""
    random = Random(number)
    ways = (_stay, _wish, _leave)
    while time.monotonic() < deadline:
        reader, writer = await _connected(report, port)
        try:
            await ways[number % len(ways)](report, reader, writer, random)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _connected(
    report: Report, port: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection, as soon as the server accepts one."""
    async with asyncio.timeout(PATIENT_S):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                report.ends["refused"] += 1
                await asyncio.sleep(0.02)


async def _stay(
    report: Report, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, random: Random
) -> None:
    """Several requests on one connection, two of them at once; all are answered."""
    for number in range(10):
        writer.write(_request(random) + _request(random))
        for second in range(2):
            try:
                async with asyncio.timeout(PATIENT_S):
                    head = await reader.readuntil(b"\r\n\r\n")
                    await _body(reader, head)
            except (OSError, asyncio.IncompleteReadError) as error:
                # Whoever waits to be accepted when the door is shut is reset.
                if number or second or not isinstance(error, ConnectionResetError):
                    report.unasked[f"a connection that should stay: {error!r}"] += 1
                report.ends["reset"] += 1
                return
            _judge(report, head, asked="")


async def _wish(
    report: Report, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, random: Random
) -> None:
    """One request with a fault."""
    wish = random.choice(WISHES)
    request = _request(random, wish, stream=random.random() < 0.5)
    received = b""
    try:
        async with asyncio.timeout(IMPATIENT_S):
            if FAULTS[wish.partition(";")[0]].for_all:
                request = await _by_rule(reader, writer, wish, request)
            writer.write(request)
            received = await reader.readuntil(b"\r\n\r\n")
            while await reader.read(65_536):
                pass
    except TimeoutError:
        report.ends["given up"] += 1
    except asyncio.IncompleteReadError as error:
        report.ends["no headers" if error.partial else "no answer"] += 1
    except (ConnectionResetError, asyncio.LimitOverrunError):
        report.ends["reset"] += 1
    if received:
        _judge(report, received, asked=wish)


async def _by_rule(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wish: str, request: bytes
) -> bytes:
    """The request in a scope where a rule injects what it wishes for, as the fault meets all."""
    name, _, given = wish.partition("; ")
    parameters = dict(each.split("=") for each in given.split("; ") if each)
    rule = json.dumps({"fault": name, "parameters": parameters, "when": {"first": 1}})
    headers = {"Emulator-Scope": "soak-all", "Content-Type": "application/json"}
    for method, body in (("DELETE", ""), ("POST", rule)):
        writer.write(http_request(method, "/__admin/faults", headers, body.encode()))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 204"):
            await _body(reader, head)
    plain = request.replace(f"Prefer: fault={wish}\r\n".encode(), b"")
    return plain.replace(b"Emulator-Scope: soak", b"Emulator-Scope: soak-all")


async def _leave(
    report: Report, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, random: Random
) -> None:
    """A client that leaves: in its own request, while it waits, or in the stream."""
    request = _request(random, "delay; ms=5000" if random.random() < 0.3 else "", stream=True)
    if random.random() < 0.3:
        request = request[: random.randrange(1, len(request))]
        writer.write(request)
    else:
        writer.write(request)
        with suppress(TimeoutError, ConnectionResetError):
            async with asyncio.timeout(0.02):
                await reader.read(random.randrange(1, 600))
    if random.random() < 0.5:
        writer.transport.abort()
    report.ends["left"] += 1


def _wishes() -> Iterator[str]:
    """Every fault, as quick as its parameters allow."""
    for name, kind in FAULTS.items():
        short = (f"; {each.name}=20" for each in kind.parameters if each.name.endswith("ms"))
        yield name + "".join(short)


WISHES = tuple(_wishes())


def _request(random: Random, wish: str = "", *, stream: bool = False) -> bytes:
    """A request that differs from most others."""
    headers = {
        "Authorization": "Bearer t",
        "X-Api-Key": "ak_soak",
        "Content-Type": "application/json",
        "Emulator-Scope": "soak",
        **({"Prefer": f"fault={wish}", "Connection": "close"} if wish else {}),
    }
    text = f"{random.randrange(100_000)}"
    if stream:
        body = (
            f'{{"arguments":{{"text":"{text}"}},"conversation_id":"c","message_id":"m",'
            '"stream":true}'
        )
        return http_request("POST", STREAM, headers, body.encode())
    if random.random() < 0.5:
        return http_request("GET", f"/api/v1/agents?page_size={int(text) % 50 + 1}", headers, b"")
    body = f'{{"user_id":"user_1","arguments":{{"channel":"C1","text":"{text}"}}}}'
    path = "/api/v3.1/tools/execute/SLACK_SEND_MESSAGE"
    return http_request("POST", path, headers, body.encode())


def _judge(report: Report, head: bytes, asked: str) -> None:
    """Count an answer; a status of 500 and more must be a fault's doing."""
    line, _, fields = head.partition(b"\r\n")
    read = re.match(rb"HTTP/1.1 (\d{3}) ", line)
    status = read[1].decode() if read else "no status"
    report.ends[status] += 1
    unasked = status[0] == "5" and b"emulator-fault: " not in fields
    if unasked or (not asked and status != "200"):
        report.unasked[f"{line!r} with the fault {asked!r}"] += 1


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    await reader.readexactly(length)


async def _stop(report: Report, server: Process, port: int) -> None:
    """Stop it while streams are open that would last for long."""
    random = Random(0)
    writers = []
    for wish in ("hang", "slow-close; ms=600000", "half-close", "delay; ms=600000") * 5:
        reader, writer = await _connected(report, port)
        writer.write(_request(random, wish, stream=True))
        if wish.startswith(("slow", "half")):
            await reader.readuntil(b"\r\n\r\n")
        writers.append(writer)
    report.open_at_stop = len(writers)
    start = time.monotonic()
    server.send_signal(signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENT_S):
            report.exit_code = await server.wait()
    report.stop_s = time.monotonic() - start
    for writer in writers:
        writer.close()


def memory_kb(pid: int) -> int:
    """Resident memory of a process (proc_pid_status(5)); 0 where that can't be read."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


async def _settled_files(report: Report, pid: int, port: int, at_most: int | None = None) -> int:
    """Open files of a process that has just answered, once they are no more than these."""
    deadline = time.monotonic() + PATIENT_S
    while True:
        await _control(report, port, "GET", "health")
        files = open_files(pid)
        if at_most is None or files <= at_most or time.monotonic() > deadline:
            return files
        await asyncio.sleep(0.05)


async def _control(report: Report, port: int, method: str, name: str) -> None:
    """A call of the control plane, on a connection of its own."""
    reader, writer = await _connected(report, port)
    headers = {"Connection": "close", "Emulator-Scope": "soak"}
    writer.write(http_request(method, f"/__admin/{name}", headers, b""))
    with suppress(ConnectionResetError):
        _judge(report, await reader.read(), asked="")
    writer.close()


if __name__ == "__main__":
    main()
