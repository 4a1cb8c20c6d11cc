"""Attacks on a real `emulator serve`: each is answered as it should be, and harms nobody else.

    make hostile
    make hostile ARGS="cookie pipelined"

A neighbour sends plain requests all the while. Of each attack: the server's processor time in plain
requests, the most of it that one request of the neighbour had to wait for, memory, the last status.
Processor time says the same on a busy machine, where the neighbour waits for others too.
"""

import asyncio
import json
import math
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.attacks import ATTACKS
from benchmarks.attacks.model import PLAIN, Attack
from benchmarks.servers import ROOT, RunningServer, emulator, running

#: The most processor time that the server may use while a neighbour waits.
NEIGHBOUR_S = 0.25
#: The most that memory may have grown by at the end.
GROWN_MB = 400
#: How long an attack may take altogether.
PATIENT_S = 120.0
_BASE = 2_000
_NEIGHBOURLY = 80
DOCUMENT = str(ROOT / "benchmarks" / "hostile.yaml")


@dataclass(slots=True)
class Finding:
    """How the connections of an attack ended, what it cost, what the neighbour waited for."""

    attack: Attack
    ends: tuple[str, ...]
    costs: float
    neighbour_s: float

    def problems(self, *, timed: bool = True) -> Iterator[str]:
        """What is not as it should be; with `timed` also what depends on the machine's time."""
        wrong = {end or "no answer" for end in self.ends if end not in self.attack.ends}
        if wrong:
            allowed = " or ".join(each or "no answer" for each in self.attack.ends)
            yield f"{self.attack.name}: {', '.join(sorted(wrong))} instead of {allowed}"
        if timed and self.costs > self.attack.costs:
            yield f"{self.attack.name}: costs {self.costs:,.0f} plain requests"
        if timed and self.neighbour_s > NEIGHBOUR_S:
            yield f"{self.attack.name}: the neighbour waited for {self.neighbour_s:.2f} s of work"


@dataclass(slots=True)
class Neighbour:
    """Sends plain requests, one after another, and knows for how much work each has waited."""

    server: RunningServer
    waited_s: list[float] = field(default_factory=list)
    each_s: float = 0.0
    failed: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, most: float = math.inf) -> None:
        """Send requests until it is stopped, or has sent so many."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENT_S)
        while len(self.waited_s) < most and not self._stop.is_set():
            begun = worked_s(self.server.pid)
            try:
                connection.request("GET", "/plain", headers={"Emulator-Scope": "neighbour"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.failed.append(f"the neighbour got {answer.status}")
            except OSError as error:
                self.failed.append(f"the neighbour got {error!r}")
                connection.close()
            self.waited_s.append(worked_s(self.server.pid) - begun)
            self._stop.wait(0.01)
        connection.close()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Send requests meanwhile."""
        self.waited_s = []
        self._stop.clear()
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def main() -> None:
    """Carry out the attacks named, or all; exit 1 where something is not as it should be."""
    names = sys.argv[1:]
    chosen = [each for each in ATTACKS if not names or any(name in each.name for name in names)]
    with running({"hostile": emulator(ROOT, DOCUMENT)}) as servers:
        problems = list(attacked(servers["hostile"], chosen))
    print(*problems or ["nothing was harmed"], sep="\n")
    sys.exit(bool(problems))


def attacked(
    server: RunningServer, attacks: Sequence[Attack], *, timed: bool = True
) -> Iterator[str]:
    """Carry out attacks and print what they did; gives what is not as it should be.

    Without `timed` nothing is judged that depends on the machine's time, nor is it measured first.
    """
    neighbour = Neighbour(server)
    _call(server.port, "GET", "/health", None)
    plain_s = _plain_s(server, neighbour) if timed else 1.0
    memory = memory_mb(server.pid)
    for attack in attacks:
        found = carried_out(server, attack, neighbour, plain_s)
        figures = f"{found.costs:>10,.0f} {found.neighbour_s * 1e3:>6.0f} ms"
        ends = "/".join(sorted(set(found.ends)))
        print(f"{figures} {memory_mb(server.pid):>5.0f} MB  {ends:<8} {attack.name}", flush=True)
        yield from found.problems(timed=timed)
    grown = memory_mb(server.pid) - memory
    if grown > GROWN_MB:
        yield f"memory grew by {grown:.0f} MB"
    yield from neighbour.failed


def _plain_s(server: RunningServer, neighbour: Neighbour) -> float:
    """What a plain request costs; the neighbour is told what its own do."""
    last = PLAIN[:-2] + b"Connection: close\r\n\r\n"
    # What is compiled at the first request is none of an attack's doing.
    asyncio.run(_sent(server.port, PLAIN * _BASE + last))
    begun = worked_s(server.pid)
    asyncio.run(_sent(server.port, PLAIN * _BASE + last))
    plain_s = (worked_s(server.pid) - begun) / _BASE
    begun = worked_s(server.pid)
    neighbour.run(_NEIGHBOURLY)
    neighbour.each_s = (worked_s(server.pid) - begun) / _NEIGHBOURLY
    print(f"a plain request: {plain_s * 1e6:.0f} us, of the neighbour {neighbour.each_s * 1e6:.0f}")
    return plain_s


def carried_out(
    server: RunningServer, attack: Attack, neighbour: Neighbour, plain_s: float
) -> Finding:
    """Carry out one attack, and wait until the server is done with it."""
    for method, path, body in attack.before:
        _call(server.port, method, path, body)
    data = attack.sent()
    begun = worked_s(server.pid)
    with neighbour.watching():
        ends = asyncio.run(_connected(server.port, attack, data))
    # What the attack still causes counts as well.
    rests = 0
    while rests < 3:
        before = worked_s(server.pid)
        # Whoever is answered finds the server done with what came before.
        _call(server.port, "GET", "/health", None)
        time.sleep(0.02)
        rests = rests + 1 if worked_s(server.pid) - before < 0.005 else 0
    costs = (worked_s(server.pid) - begun - len(neighbour.waited_s) * neighbour.each_s) / plain_s
    return Finding(attack, tuple(ends), costs, max(neighbour.waited_s))


async def _connected(port: int, attack: Attack, data: bytes) -> list[str]:
    if attack.reads:
        sent = (_sent(port, data) for _ in range(attack.connections))
    else:
        sent = (_held(port, data, attack.pause_s) for _ in range(attack.connections))
    return await asyncio.wait_for(asyncio.gather(*sent), PATIENT_S)


async def _sent(port: int, data: bytes) -> str:
    """The status of the last answer to what is sent; "" where there is none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    last, tail = b"", b""

    async def write() -> None:
        try:
            writer.write(data)
            await writer.drain()
        except OSError:
            pass  # The server has closed.

    writing = asyncio.create_task(write())
    try:
        while part := await reader.read(1_000_000):
            tail = tail[-20:] + part
            at = tail.rfind(b"HTTP/1.1 ")
            if 0 <= at <= len(tail) - 12:
                last = tail[at + 9 : at + 12]
    except OSError:
        pass  # A reset, behind what arrived.
    writing.cancel()
    await asyncio.wait([writing])
    writer.close()
    return last.decode("latin-1")


async def _held(port: int, data: bytes, pause_s: float) -> str:
    """Send and read nothing for a while."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(data)
    await asyncio.sleep(pause_s)
    writer.transport.abort()
    del reader
    return ""


def _call(port: int, method: str, path: str, body: object) -> None:
    """A call of the control plane; some are refused, and should be."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENT_S)
    connection.request(method, f"/__admin{path}", None if body is None else json.dumps(body))
    connection.getresponse().read()
    connection.close()


def worked_s(pid: int) -> float:
    """The processor time of all threads of a process (`/proc/PID/task/*/schedstat`)."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # A thread that has ended.
            spent += int((task / "schedstat").read_text().split()[0])
    return spent / 1e9


def memory_mb(pid: int) -> float:
    """Resident memory of a process (proc_pid_status(5)); 0 where that can't be read."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0) / 1024


if __name__ == "__main__":
    main()
