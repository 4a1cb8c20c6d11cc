"""Does one schema accept every value of another? Yes, no with a value that shows it, or unknown."""

from collections.abc import Iterable, Iterator

from emulator.http.messages import Json
from emulator.schema.containment.counterexamples import Counterexamples
from emulator.schema.containment.model import Gap, Schema, ShownGap, Verdict
from emulator.schema.containment.proof import Proof
from emulator.schema.containment.unchanged import unchanged
from emulator.schema.flatten.effort import Effort, ExhaustedError, Ungeneratable

#: Steps of one proof; beyond them it is given up.
STEPS = 200_000


def contains(wider: Schema, narrower: Schema) -> Verdict:
    """Whether `wider` accepts every value of `narrower`; `found` lists where it may not."""
    gaps = gaps_between(wider, narrower)
    if not gaps:
        return Verdict("yes")
    counterexamples = Counterexamples(wider, narrower)
    found = tuple(ShownGap(gap, counterexamples.of(gap)) for gap in gaps)
    return Verdict("no" if any(each.counterexample for each in found) else "unknown", found)


def gaps_between(
    wider: Schema, narrower: Schema, same: frozenset[str] | None = None
) -> tuple[Gap, ...]:
    """Every place where `wider` is not proved to accept what `narrower` does.

    `same` saves the work where the caller has it already: see `unchanged`.
    """
    if same is None:
        same = unchanged(wider.definitions, narrower.definitions)
    proof = Proof(wider.definitions, narrower.definitions, same, Effort(STEPS))
    try:
        gaps = proof.gaps(wider.root, narrower.root)
    except (ExhaustedError, Ungeneratable, RecursionError):
        gaps = [Gap("")]
    return tuple(_distinct(gaps))


def _distinct(gaps: Iterable[Gap]) -> Iterator[Gap]:
    seen: set[Json] = set()
    for gap in gaps:
        mark = (gap.keyword, gap.at)
        if mark not in seen:
            seen.add(mark)
            yield gap
