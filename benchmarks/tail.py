"""The longest that one client waits: processor time of single requests, with a full journal.

    make bench-tail

Requests of row a go through the HTTP protocol in this process, one after the other. Processor time
has no part in what else the machine does, so what stands out is the server's own: above all
collections of garbage.
"""

import gc
import time

from benchmarks.in_process import Server, run
from benchmarks.rows import ROWS, Row

#: Exchanges that fill the journal, and requests that are measured after it.
JOURNAL, REQUESTS = 10_000, 20_000


def main() -> None:
    """Measure and print."""
    times: list[float] = []
    collected = 0.0
    begun = 0.0

    def on_collection(phase: str, _: dict[str, int]) -> None:
        nonlocal collected, begun
        if phase == "start":
            begun = time.thread_time()
        else:
            collected = max(collected, time.thread_time() - begun)

    async def each(server: Server, row: Row) -> None:
        for number in range(JOURNAL):
            await server.send(row.make(number))
        gc.callbacks.append(on_collection)
        for number in range(JOURNAL, JOURNAL + REQUESTS):
            request = row.make(number)
            begin = time.thread_time()
            await server.send(request)
            times.append((time.thread_time() - begin) * 1000)
        gc.callbacks.remove(on_collection)

    run(each, [ROWS["a"]])
    times.sort()
    p50, p99, p999 = (times[int(len(times) * share)] for share in (0.5, 0.99, 0.999))
    print(f"{REQUESTS:,} requests with {JOURNAL:,} exchanges in the journal, processor time in ms")
    print(f"p50 {p50:.2f}  p99 {p99:.2f}  p99.9 {p999:.2f}  longest {times[-1]:.1f}")
    print(f"longest collection of garbage {collected * 1000:.1f}")


if __name__ == "__main__":
    main()
