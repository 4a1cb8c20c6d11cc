"""Checks every broken server of the tests: what finds it, resting on what, and how fast.

Exits 1 where a fault is not found, or one is found on the right server.
"""

import sys
import time
from concurrent.futures import ProcessPoolExecutor

from emulator.contract.check.findings import CheckOptions
from tests.support.broken_servers import FAULTS, checked

#: The right server is checked with each of these seeds, more thoroughly than the broken ones.
SEEDS = range(10)


def _broken(fault: str) -> tuple[str, set[str], str, float]:
    started = time.perf_counter()
    findings = checked(fault).findings
    basis = next((each.basis for each in findings if each.check == FAULTS[fault].check), "")
    return fault, {each.check for each in findings}, basis, time.perf_counter() - started


def _right(seed: int) -> int:
    result = checked("", CheckOptions(seed=seed))
    return len(result.findings) + len(result.errors)


def main() -> int:
    """Print the table and its sum."""
    started, found = time.perf_counter(), 0
    with ProcessPoolExecutor() as pool:
        for fault, checks, basis, seconds in pool.map(_broken, FAULTS):
            meant = FAULTS[fault].check
            found += meant in checks
            more = f" and {len(checks) - 1} more" if len(checks) > 1 else ""
            said = f"{meant} ({basis}){more}" if meant in checks else f"NOT FOUND {sorted(checks)}"
            print(f"{fault:44} {seconds:6.2f} s  {said}")
        print(f"found {found} of {len(FAULTS)} in {time.perf_counter() - started:.1f} s")
        wrong = sum(pool.map(_right, SEEDS))
        print(f"right server, {len(SEEDS)} seeds: {wrong} findings")
    return 0 if found == len(FAULTS) and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
