"""The dynamic scope of schemas: what a `$dynamicRef` means depends on the way that led to it.

JSON Schema 2020-12, 7.1 and 8.2.3.2: of the resources that were entered on the way, the outermost
with a `$dynamicAnchor` of that name counts. So a schema behind a reference is another one for each
set of anchors that it is entered with; all of them are known before anything is judged.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TypeAlias

from emulator.openapi.document.meanings import Meanings, UnresolvableError
from emulator.schema.locations import Place, Sources, Tokens, tokens_of
from emulator.schema.pointers import lookup

#: The file and pointer of a schema.
Target: TypeAlias = tuple[str, Tokens]
#: The dynamic anchors that were met on the way, by name.
Scope: TypeAlias = Mapping[str, Target]


class Scopes:
    """Finds what references between schemas mean in the dynamic scope that they are in."""

    def __init__(self, sources: Sources, meanings: Meanings) -> None:
        self._sources = sources
        self._meanings = meanings
        self._dynamic: dict[Target, bool] = {}

    def target(
        self, written: str, place: Place, scope: Scope
    ) -> tuple[Target, Scope | None] | None:
        """The schema that a reference means, and the scope that makes it another one, if any.

        `scope` is that of what the reference is in, before its resource was entered. None where no
        scope matters; raises UnresolvableError.
        """
        if self._meanings.names is None:
            return None
        base, tokens = tokens_of(place)
        scope = self._entered(scope, base, tokens)
        if not scope:
            return None
        target = self._meanings.meant(written, base, tokens)
        if tokens[-1] == "$dynamicRef":
            target = self._dynamic_target(written, target, scope)
        inner = self._entered(scope, *target)
        differs = self._entered({}, *target) != inner and self._reaches_dynamic(target)
        return target, inner if differs else None

    def _entered(self, scope: Scope, file: str, tokens: Tokens) -> Scope:
        """The scope after entering the resource that a place is in."""
        found = self._anchors(file, tokens)
        return {**{name: (file, at) for name, at in found.items()}, **scope} if found else scope

    def _anchors(self, file: str, tokens: Tokens) -> Mapping[str, Tokens]:
        names = self._meanings.names
        anchors = names.dynamic_anchors(file) if names else {}
        return anchors.get(names.around(file, tokens), {}) if names and anchors else {}

    def _dynamic_target(self, reference: str, target: Target, scope: Scope) -> Target:
        """What a `$dynamicRef` means in a scope, if it means `target` without one."""
        name = reference.partition("#")[2]
        return scope.get(name, target) if self._anchors(*target).get(name) == target[1] else target

    def _reaches_dynamic(self, target: Target) -> bool:
        """Whether there is a `$dynamicRef` in a schema, or behind its references."""
        if target not in self._dynamic:
            self._dynamic[target] = self._search(target)
        return self._dynamic[target]

    def _search(self, target: Target) -> bool:
        seen, pending = {target}, [target]
        while pending:
            file, tokens = pending.pop()
            try:
                stack = [(lookup(self._sources.trees[file], tokens), tokens)]
            except LookupError:
                continue
            while stack:
                value, at = stack.pop()
                if isinstance(value, list):
                    stack += [(item, (*at, str(index))) for index, item in enumerate(value)]
                if not isinstance(value, dict):
                    continue
                if isinstance(value.get("$dynamicRef"), str):
                    return True
                reference = value.get("$ref")
                if isinstance(reference, str):
                    with suppress(UnresolvableError):
                        found = self._meanings.meant(reference, file, at)
                        pending += [found] if found not in seen else []
                        seen.add(found)
                stack += [(item, (*at, name)) for name, item in value.items()]
        return False
