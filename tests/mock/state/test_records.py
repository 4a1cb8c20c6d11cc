"""Records by the values of their fields: as a search through all of them finds them."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator.mock.state.records import RECORD_LIMIT, Records

IDS = st.sampled_from("abcd")
VALUES = st.sampled_from([None, 1, True, "x", "y", [1]])
RECORDS = st.dictionaries(st.sampled_from(["type", "owner"]), VALUES, max_size=2)
#: A record to put under an id; None removes it.
CHANGES = st.lists(st.tuples(IDS, st.none() | RECORDS), max_size=12)
FIELDS = st.sampled_from([("type",), ("owner",), ("type", "owner")])
WANTED = st.sampled_from([None, 1, "x", "y"])


def searched(records: Mapping[str, Any], fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(id_, each) for id_, each in records.items() if fields.items() <= each.items()]


@given(st.dictionaries(IDS, RECORDS), CHANGES, FIELDS, st.tuples(WANTED, WANTED))
def test_records_are_found_as_by_a_search(
    first: dict[str, Any], changes: list[tuple[str, Any]], fields: tuple[str, ...], wanted: Any
) -> None:
    records, naive = Records(first), dict(first)
    values = wanted[: len(fields)]
    for id_, record in [*changes, ("", None)]:
        found = records.having(fields, values)
        assert list(found.items()) == searched(naive, dict(zip(fields, values, strict=True)))
        if record is None:
            records.remove(id_)
            naive.pop(id_, None)
        else:
            records.put(id_, record)
            naive[id_] = record
    assert list(records.items()) == list(naive.items())


def test_oldest_record_goes_from_the_index_as_well() -> None:
    records = Records({"first": {"type": "x"}})
    assert records.having(("type",), ("x",))
    for number in range(RECORD_LIMIT):
        records.put(str(number), {"type": "y"})
    assert not records.having(("type",), ("x",))
    assert len(records) == len(records.having(("type",), ("y",))) == RECORD_LIMIT
