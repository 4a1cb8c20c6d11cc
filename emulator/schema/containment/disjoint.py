"""Whether a schema surely refuses every value of an alternative: what `oneOf` and `not` ask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from emulator.http.messages import Json
from emulator.schema.flatten.alternatives import Alternative, admits, alternatives
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.schema.flatten.merge import Flat
from emulator.schema.instances import key

if TYPE_CHECKING:
    from emulator.schema.containment.proof import Proof

#: Steps of a proof that would only help another.
FEW_STEPS = 500


def disjoint(proof: "Proof", wide: Json, narrow: Alternative) -> bool:
    """Whether a schema surely refuses every value of an alternative of the narrower side."""
    return (
        not admits(wide, narrow.type, proof.wider, proof.effort)
        or any(_differ(proof, one.flat, narrow.flat) for one in _certain(proof, wide))
        or any(_within(proof, wide, refused) for refused in narrow.refused)
    )


def _certain(proof: "Proof", wide: Json) -> list[Alternative]:
    """The one alternative of an object schema; several are not looked into."""
    found = [e for e in alternatives(wide, proof.wider, proof.effort) if e.type == "object"]
    return found if len(found) == 1 else []


def _differ(proof: "Proof", one: Flat, other: Flat) -> bool:
    """Whether a property that both require can't have a value that both accept."""
    for name in set(one.get("required", ())) & set(other.get("required", ())):
        ours = _constants(one, name, proof.wider, proof.effort)
        theirs = _constants(other, name, proof.narrower, proof.effort)
        if ours and theirs and ours.isdisjoint(theirs):
            return True
    return False


def _constants(flat: Flat, name: str, definitions: Mapping[str, Json], effort: Effort) -> set[Json]:
    """All values a property may have; empty where they can't be counted."""
    listed: list[Json] = []
    for each in alternatives(flat.get("properties", {}).get(name, True), definitions, effort):
        own = [each.flat["const"]] if "const" in each.flat else each.flat.get("enum")
        if own is None:
            return set()
        listed += own
    return set(map(key, listed))


def _within(proof: "Proof", wide: Json, refused: Json) -> bool:
    """Whether the schema is contained in one that the alternative refuses, shown in few steps."""
    effort = Effort(min(proof.effort.left, FEW_STEPS))
    granted = effort.left
    try:
        return not proof.turned(effort).gaps(refused, wide)
    except ExhaustedError:
        return False
    finally:
        proof.effort.left -= granted - max(effort.left, 0)
