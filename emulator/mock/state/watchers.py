"""Who wants to know that something has changed in a scope."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Watchers:
    """What to call after each change, by scope."""

    _calls: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    def watch(self, scope: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change in the scope, until what this returns is called."""
        self._calls.setdefault(scope, []).append(changed)

        def leave() -> None:
            calls = self._calls[scope]
            calls.remove(changed)
            if not calls:
                del self._calls[scope]

        return leave

    def tell(self, scope: str) -> None:
        """Something has changed in the scope."""
        for changed in tuple(self._calls.get(scope, ())):
            changed()
