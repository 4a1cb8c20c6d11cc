"""Mappings that are values: what is changed, and what stays as it was."""

from hypothesis import given
from hypothesis import strategies as st

from emulator.stubs.shards import Shards, regrouped

KEYS = st.integers(0, 300)
CHANGES = st.dictionaries(KEYS, st.none() | st.integers(1, 9), max_size=40)


def as_dict(shards: Shards[int, int]) -> dict[int, int]:
    return {key: shards.get(key) or 0 for key in shards}


@given(st.lists(CHANGES, max_size=8))
def test_mapping_changes_like_a_dict_and_the_one_before_stays(steps: list[dict[int, int]]) -> None:
    shards: Shards[int, int] = Shards()
    expected: dict[int, int] = {}
    for step in steps:
        before, known = shards, dict(expected)
        shards = shards.changed(step)
        expected = {k: v for k, v in (expected | step).items() if v is not None}
        assert as_dict(shards) == expected
        assert (len(shards), sorted(shards.values())) == (len(expected), sorted(expected.values()))
        assert as_dict(before) == known
        assert shards.found(range(300)) == [expected[k] for k in range(300) if k in expected]


def test_change_copies_one_part_of_many() -> None:
    many = Shards[int, int]().changed(dict.fromkeys(range(10_000), 1))
    other = many.changed({5: 2})
    kept = [old is new for old, new in zip(many._parts, other._parts, strict=True)]
    assert (kept.count(False), len(kept)) == (1, 128)
    assert many.changed({}) is many


def test_members_of_groups_are_in_order_and_no_group_is_empty() -> None:
    one, two, three = (1, "one"), (2, "two"), (3, "three")
    groups = regrouped(Shards[str, tuple[tuple[int, str], ...]](), [], [("a", two), ("b", three)])
    groups = regrouped(groups, [("b", three)], [("a", three), ("a", one)])
    assert groups.get("a") == (one, two, three)
    assert set(groups) == {"a"}
