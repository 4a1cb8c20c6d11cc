"""A few seconds of `make soak`: everything but what depends on the machine's time."""

import asyncio

from benchmarks.soak import soak


def test_mixed_load_leaves_nothing_behind() -> None:
    report = asyncio.run(soak(seconds=2, connections=12))
    assert list(report.problems(timed=False)) == []
    assert {"200", "left"} <= set(report.ends)
    assert report.open_at_stop == 20
