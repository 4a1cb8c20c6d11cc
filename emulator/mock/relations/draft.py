"""Changes to a value that are kept only as far as it stays valid."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeAlias

from emulator.http.messages import Json
from emulator.schema.generate.around import Taken


class _Gone:
    """Stands for a member that is not there."""


GONE: Final[Any] = _Gone()
#: Stands for all members that an object was given at once.
ALL: Final = object()

#: The object or array, the member, the value it had, and the one it has now; with ALL for the
#: member, what the object was before, and what it was given.
Edit: TypeAlias = tuple[Any, Any, Json, Json]
#: Edits that are kept together or not at all.
Change: TypeAlias = tuple[Edit, ...]

#: So often a value is judged again at most, where not all changes can be kept.
MOST_JUDGEMENTS = 200


_NONE: Set[str] = frozenset()


class Draft:
    """A value that is changed in place, and what was changed since it was known to be valid.

    Who changes it adds to `changes`; `pinned` are the names of the members that the request
    decided, by the id of their object, `given` the objects and lists that are its own as a whole.
    `now` is in seconds since 1970.
    """

    __slots__ = ("_is_valid", "_judgements", "changes", "given", "now", "pinned", "root")

    def __init__(
        self,
        value: Json,
        is_valid: Callable[[Json], bool],
        now: int = 0,
        taken: Taken | None = None,
    ) -> None:
        self.now = now
        #: The value is the only item, so that it can be replaced like any other.
        self.root = [value]
        self.changes: list[Change] = []
        self.pinned: dict[int, Set[str]] = {} if taken is None else taken.names
        self.given: set[int] = set() if taken is None else taken.whole
        self._is_valid = is_valid
        self._judgements = 0

    def pinned_in(self, record: dict[str, Json]) -> Set[str]:
        """The members of an object that the request decided."""
        return self.pinned.get(id(record), _NONE)

    def pin(self, record: dict[str, Json], names: Set[str]) -> None:
        """The request decided these members of an object, besides those known."""
        known = self.pinned.get(id(record))
        self.pinned[id(record)] = names if known is None else known | names

    def give(self, record: dict[str, Json], sent: Mapping[str, Json]) -> None:
        """Make one change of all members that an object is given, each of which it has."""
        self.changes.append(((record, ALL, record.copy(), sent),))
        record.update(sent)
        self.pin(record, sent.keys())
        if len(sent) == len(record):
            self.given.add(id(record))

    def put(self, on: Any, name: Any, value: Json) -> None:
        """Make a change of one edit: of an object or array, the member, and its value."""
        old = on.get(name, GONE) if on.__class__ is dict else on[name]
        self.changes.append(((on, name, old, value),))
        if value is GONE:
            on.pop(name, None)
        else:
            on[name] = value

    def put_all(self, *edits: tuple[Any, Any, Json]) -> None:
        """Make a change of several edits."""
        made: list[Edit] = []
        for on, name, value in edits:
            self.put(on, name, value)
            made += self.changes.pop()
        self.changes.append(tuple(made))

    @property
    def is_valid(self) -> bool:
        """Whether the value is, with all that was changed."""
        return self._is_valid(self.root[0])

    def undo(self, since: int = 0) -> list[Change]:
        """Take back all changes but the first so many; those taken back."""
        undone = self.changes[since:]
        for change in reversed(undone):
            for on, name, old, _ in reversed(change):
                _set(on, name, old)
        del self.changes[since:]
        return undone

    def keep(self, changes: Sequence[Change]) -> None:
        """Make of these changes all that leave the value valid, which it is now.

        All at once, then in halves, so that a few that can't be kept cost little.
        """
        stack: list[Sequence[Change]] = [list(_singly(changes))]
        while stack and self._judgements < MOST_JUDGEMENTS:
            some, before = stack.pop(), len(self.changes)
            for change in some:
                self.put_all(*((on, name, new) for on, name, _, new in change))
            self._judgements += 1
            if not self._is_valid(self.root[0]):
                self.undo(before)
                middle = len(some) // 2
                if middle:
                    stack += [some[middle:], some[:middle]]
                elif some[0][0][3] is GONE:  # what must be there may still be null
                    stack.append([tuple((on, name, old, None) for on, name, old, _ in some[0])])


def _singly(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, with those of all members of an object as one for each."""
    for change in changes:
        on, name, old, new = change[0]
        if name is ALL:
            yield from (((on, each, old[each], value),) for each, value in new.items())
        else:
            yield change


def _set(on: Any, name: Any, value: Json) -> None:
    if name is ALL:
        on.update(value)
    elif value is GONE:
        on.pop(name, None)
    else:
        on[name] = value
