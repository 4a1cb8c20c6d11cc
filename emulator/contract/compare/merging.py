"""The differences of all cases: each once, without those that other cases show to be chance."""

from collections.abc import Iterator
from dataclasses import replace

from emulator.contract.compare.cases import Case
from emulator.contract.compare.classify import Side
from emulator.contract.compare.facts import View
from emulator.contract.compare.values import Difference, Kind

_ORDER = tuple(Kind)
#: (side, operation, status and pointer): the domains seen there in any case.
_Place = tuple[str, str, str]


class Merged:
    """The differences found so far, in order."""

    def __init__(self) -> None:
        self._found: dict[str, Difference] = {}
        self._seen: dict[_Place, set[str]] = {}

    def add(
        self, case: Case, emulator: Side, endpoint: Side, differences: tuple[Difference, ...]
    ) -> None:
        """Add the differences of one case."""
        for side in (emulator, endpoint):
            for view in side.views:
                if view is not None:
                    self._see((side.name, case.operation.key), view)
        for difference in differences:
            known = self._found.get(difference.id)
            count = known.count + 1 if known else 1
            self._found[difference.id] = replace(known or difference, count=count)

    def _see(self, where: tuple[str, str], view: View) -> None:
        for pointer, domains in view.body.items():
            self._seen.setdefault((*where, f"{view.status} {pointer}"), set()).update(domains)

    def differences(self) -> tuple[Difference, ...]:
        """The differences that hold over all cases, by kind.

        A member that both have in some response, and values of one place that both have, are data.
        """
        holding = (each for each in self._found.values() if self._holds(each))
        return tuple(sorted(holding, key=lambda each: _ORDER.index(each.kind)))

    def _holds(self, difference: Difference) -> bool:
        if difference.kind is not Kind.DIFFERENT:
            return True
        ours, theirs = self._domains(difference)
        if difference.aspect == "presence":
            return not (ours and theirs)
        return difference.aspect != "domain" or ours != theirs

    def _domains(self, difference: Difference) -> Iterator[set[str]]:
        for side in ("emulator", "endpoint"):
            yield self._seen.get((side, difference.operation, difference.place), set())
