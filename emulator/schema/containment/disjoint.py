"""Whether a schema surely refuses every value of an alternative, by type and constants."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.flatten.alternatives import Alternative, admits, alternatives
from emulator.schema.flatten.effort import Effort
from emulator.schema.flatten.merge import Flat
from emulator.schema.instances import key

_Definitions = Mapping[str, Json]


def disjoint(
    wide: Json, narrow: Alternative, wider: _Definitions, narrower: _Definitions, effort: Effort
) -> bool:
    """Whether a type, or a property that both require, rules out that a value fits both."""
    if not admits(wide, narrow.type, wider, effort):
        return True
    objects = [each for each in alternatives(wide, wider, effort) if each.type == "object"]
    if len(objects) != 1:  # several are not looked into
        return False
    one, other = objects[0].flat, narrow.flat
    for name in set(one.get("required", ())) & set(other.get("required", ())):
        ours = _constants(one, name, wider, effort)
        theirs = _constants(other, name, narrower, effort)
        if ours and theirs and ours.isdisjoint(theirs):
            return True
    return False


def _constants(flat: Flat, name: str, definitions: _Definitions, effort: Effort) -> set[Json]:
    """All values a property may have; empty where they can't be counted."""
    listed: list[Json] = []
    for each in alternatives(flat.get("properties", {}).get(name, True), definitions, effort):
        own = [each.flat["const"]] if "const" in each.flat else each.flat.get("enum")
        if own is None:
            return set()
        listed += own
    return set(map(key, listed))
