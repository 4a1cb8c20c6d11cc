"""Hostile and plain traffic on one server for minutes: memory, files and the plain traffic hold.

    make hostile-soak
    make hostile-soak ARGS="--seconds 600"

One attack of `benchmarks.attacks` after another, again and again, beside a neighbour with plain
requests. Every ten seconds memory is read; it must be flat after the first half.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median, quantiles

from benchmarks.attacks.bodies import BODIES
from benchmarks.attacks.calls import CALLS
from benchmarks.attacks.connections import CONNECTIONS
from benchmarks.attacks.heads import HEADS
from benchmarks.hostile import DOCUMENT, Neighbour, carried_out, memory_mb
from benchmarks.servers import ROOT, RunningServer, emulator, open_files, running

SECONDS = 60.0
#: Memory of the last sixth, to that of the sixth after the first half.
GROWTH = 1.05
#: The most processor time of the server that one in a hundred plain requests waits for.
P99_S = 0.1


@dataclass(slots=True)
class Soaked:
    """What a soak gave: attacks, what was wrong, memory, files, what plain requests waited for."""

    attacks: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    memory_mb: list[float] = field(default_factory=list)
    files: tuple[int, int] = (0, 0)
    waited_s: list[float] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Memory of the last sixth, to that of the sixth after the first half."""
        sixth = max(1, len(self.memory_mb) // 6)
        return median(self.memory_mb[-sixth:]) / median(self.memory_mb[3 * sixth : 4 * sixth])

    @property
    def p99_s(self) -> float:
        """The work that one in a hundred plain requests waited for."""
        return quantiles(self.waited_s, n=100)[-1]

    def problems(self) -> list[str]:
        """What is not as it should be."""
        found = [f"{times} times {what}" for what, times in self.wrong.items()]
        if self.growth > GROWTH:
            found.append(f"memory grew by {self.growth - 1:.1%} after the first half")
        if self.files[1] > self.files[0]:
            found.append(f"open files grew from {self.files[0]} to {self.files[1]}")
        if self.p99_s > P99_S:
            found.append(f"one in a hundred plain requests waited for {self.p99_s:.3f} s of work")
        return found


def soak(server: RunningServer, seconds: float) -> Soaked:
    """Attack a server for so long."""
    soaked, neighbour = Soaked(), Neighbour(server)
    carried_out(server, HEADS[0], neighbour, 1.0)
    before = open_files(server.pid)
    end, look = time.monotonic() + seconds, 0.0
    for attack in cycle((*HEADS, *BODIES, *CONNECTIONS, *CALLS[:3])):
        if time.monotonic() > end:
            break
        if time.monotonic() > look:
            look = time.monotonic() + 10
            soaked.memory_mb.append(memory_mb(server.pid))
        found = carried_out(server, attack, neighbour, 1.0)
        soaked.wrong.update(found.problems(timed=False))
        soaked.waited_s += neighbour.waited_s
        soaked.attacks += 1
    soaked.wrong.update(neighbour.failed)
    soaked.files = before, open_files(server.pid)
    return soaked


def main() -> None:
    """Run it, print the figures, exit 1 where something is not as it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=SECONDS)
    seconds = parser.parse_args().seconds
    with running({"hostile": emulator(ROOT, DOCUMENT)}) as servers:
        soaked = soak(servers["hostile"], seconds)
    print(f"{soaked.attacks} attacks, {len(soaked.waited_s)} plain requests in {seconds:.0f} s")
    print("memory MB:", *(f"{mb:.0f}" for mb in soaked.memory_mb))
    print(f"memory after the first half: {soaked.growth - 1:+.1%}")
    print(f"open files before and after: {soaked.files[0]}, {soaked.files[1]}")
    p50 = median(soaked.waited_s)
    print(
        f"work that plain requests waited for: p50 {p50 * 1e3:.2f} ms,"
        f" p99 {soaked.p99_s * 1e3:.1f} ms, most {max(soaked.waited_s) * 1e3:.0f} ms"
    )
    problems = soaked.problems()
    print(*problems or ["nothing was harmed"], sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
