"""What a request may cost, in what no machine changes: functions entered, objects made."""

import json
import subprocess
import sys

from benchmarks.rows import ROWS
from tests.support.paths import ROOT

BUDGET = json.loads((ROOT / "benchmarks" / "budget.json").read_text())


def test_requests_stay_within_their_budget() -> None:
    # A process of its own: structs are counted from their definition on. It fails where any row of
    # the benchmarks isn't answered as it should be.
    command = [sys.executable, "-m", "benchmarks.trace", "--json", *ROWS]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    over = [
        f"row {row}: {figures[row][what]:g} {what} a request, {most} in benchmarks/budget.json; "
        f'`make trace ARGS="{row} --functions"` lists them'
        for row, budget in BUDGET.items()
        for what, most in budget.items()
        if figures[row][what] > most
    ]
    assert over == []
