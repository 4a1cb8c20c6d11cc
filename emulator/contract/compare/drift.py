"""What changed between two runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.contract.compare.values import Comparison


@dataclass(frozen=True, slots=True)
class Drift:
    """Differences against an earlier report: ids of the new ones and of those that stayed.

    `gone` are rows of the earlier report whose operation was compared and showed them no more;
    `notes` are reasons why the two runs are hard to compare.
    """

    new: frozenset[str]
    stayed: frozenset[str]
    gone: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()


def drift(earlier: Mapping[str, Any], now: Comparison) -> Drift:
    """What changed since an earlier report."""
    before = {row["id"] for row in earlier["differences"]}
    found = {each.id for each in now.differences}
    gone = tuple(
        row
        for row in earlier["differences"]
        if row["id"] not in found and row["operation"] in now.compared
    )
    return Drift(frozenset(found - before), frozenset(found & before), gone, _notes(earlier, now))


def _notes(earlier: Mapping[str, Any], now: Comparison) -> tuple[str, ...]:
    values = (("api", now.api), ("url", now.url), ("seed", now.seed))
    return tuple(
        f"the earlier report has another {name}: {earlier.get(name)}"
        for name, value in values
        if earlier.get(name) != value
    )
