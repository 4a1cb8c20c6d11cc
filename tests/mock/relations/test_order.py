"""Relations come one after the other: what one takes away is nothing to the next."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from emulator.mock.relations.background import Background
from emulator.mock.relations.relate import relate

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
#: Of an issue that is open nobody says by whom, or when, it was blocked, or deleted.
GONE = ("blocked_by", "blocked_at", "deleted_at", "deleted_by")


@pytest.mark.parametrize("names", [*permutations(("state", "blocked_by", "total_blocked_by"))])
def test_what_was_taken_away_counts_nothing(names: tuple[str, ...]) -> None:
    values: dict[str, Any] = {"state": "open", "blocked_by": 3, "total_blocked_by": 3}
    record = {name: values[name] for name in names}
    related = relate(record, Background(NOW), lambda _: True)
    assert related["state"] == "open"
    assert related["total_blocked_by"] == 3


@pytest.mark.parametrize("gone", GONE)
def test_members_that_go_leave_the_others_in_order(gone: str) -> None:
    record: dict[str, Any] = {
        "status": "open",
        gone: "2020-01-01T00:00:00Z",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2019-01-01T00:00:00Z",
        f"num_{gone}": 1,
        f"{gone}_count": 2,
        "min_size": 5,
        "max_size": 1,
    }
    related = relate(record, Background(NOW), lambda _: True)
    assert related["created_at"] <= related["updated_at"]
    assert related["min_size"] <= related["max_size"]
