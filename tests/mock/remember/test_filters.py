"""What a list is sorted by."""

from collections import Counter
from typing import Any, ClassVar

import pytest

from emulator.mock.remember.filters import ordered

THINGS = [{"name": "b", "age": 1}, {"name": "a", "age": 2}, {"name": "a", "age": 1}]


class Read(dict[str, Any]):
    """A record that counts how often its members are read."""

    reads: ClassVar[Counter[str]] = Counter()

    def get(self, key: str, default: Any = None) -> Any:
        self.reads[key] += 1
        return super().get(key, default)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "name,age"}, [2, 1, 0]),
        ({"sort": "-name,age"}, [0, 2, 1]),
        ({"sort": "name,-age"}, [1, 2, 0]),
        ({"sort": "name:desc"}, [0, 1, 2]),
        ({"sort": "name", "direction": "desc"}, [0, 1, 2]),
        ({"sort": "age,name,-age,-name"}, [2, 0, 1]),
        ({"sort": "name" * 1000}, [0, 1, 2]),
    ],
)
def test_members_sort_in_the_order_they_are_named(
    query: dict[str, str], expected: list[int]
) -> None:
    assert ordered(THINGS, query, ("name", "age")) == [THINGS[each] for each in expected]


def test_a_member_named_often_sorts_once() -> None:
    Read.reads.clear()
    ordered(map(Read, THINGS), {"sort": "name,age," * 1000}, ("name", "age"))
    assert Read.reads == {"name": len(THINGS), "age": len(THINGS)}
