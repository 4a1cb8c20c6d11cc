"""Records by the values of their fields: as a search through all of them finds them."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator.http.encode import dump
from emulator.http.late import Written
from emulator.mock.state.records import RECORD_LIMIT, LateRecords, Records

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


def test_index_has_no_more_than_the_records_have() -> None:
    records = Records(limit=10)
    assert not records.having(("name",), (0,))
    for number in range(100):
        records.put(str(number), {"name": number})
        records.put(str(number), {"name": -number})
        records.put("0", {"name": f"changed {number}"})
    assert len(records) == 10
    assert len(records._indexes["name",]) == 10


#: How records are read, each in a way of its own.
READS: dict[str, Callable[[Records], Any]] = {
    "get": lambda records: [records.get(id_) for id_ in "abcd"],
    "by id": lambda records: [records[id_] for id_ in records],
    "values": lambda records: [*records.values()],
    "items": lambda records: [*records.items()],
    "as a dict": dict,
    "merged": lambda records: {**records},
    "copied": lambda records: [*Records(records).items()],
    "found": lambda records: {**records.having(("type",), ("x",))},
    "as JSON": dump,
    "compared": lambda records: records == {"a": {"type": "x"}},
}


@given(CHANGES.filter(bool), st.sampled_from(sorted(READS)), st.lists(st.booleans(), max_size=12))
def test_records_that_are_made_late_read_as_any_other(
    changes: list[tuple[str, Any]], read: str, late: list[bool]
) -> None:
    records, plain = LateRecords(), Records()
    for number, (id_, record) in enumerate(changes):
        if record is None:
            records.remove(id_)
            plain.remove(id_)
            continue
        if late[number : number + 1] == [False]:
            records.put(id_, record)
        else:
            records.put_late(id_, Written(dump(record)))
        plain.put(id_, record)
        assert records.get(id_) == record
        records.put_late(id_, Written(dump(record)))
    assert READS[read](records) == READS[read](plain)
    assert records == plain


def test_what_was_worked_out_is_forgotten_with_any_change() -> None:
    records = LateRecords({"first": {"type": "x"}})
    changes: list[Callable[[], None]] = [
        lambda: records.put("second", {}),
        lambda: records.put_late("third", Written(b"{}")),
        lambda: records.remove("third"),
        lambda: records.remove("second"),
    ]
    for change in changes:
        records.worked_out["known"] = True
        change()
        assert not records.worked_out
    records.worked_out["known"] = True
    records.remove("unknown")
    assert records.worked_out
