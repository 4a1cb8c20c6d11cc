"""Rules by where they apply: all that match are found in order, and others are not looked at."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Request
from emulator.mock.fault_rules.book import NO_SELECTION, FaultBook, select_faults
from emulator.mock.fault_rules.index import candidates, index_rules
from emulator.mock.fault_rules.rules import FaultRule, RequestFacts, read_rule

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
NAMES = st.sampled_from(["", "x", "y"])
PATTERNS = st.sampled_from(
    [{"method": "GET"}, {"urlPath": "/a/1"}, {"urlPathTemplate": "/a/{n}"}, {"urlPattern": "/a.*"}]
)
WHERES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("api", "operation", "tool", "caller"), NAMES),
        "request": PATTERNS,
    },
)
FACTS = st.builds(
    RequestFacts,
    st.builds(Request, st.sampled_from(["GET", "PUT"]), st.sampled_from(["/a/1", "/a/2", "/b"])),
    *(NAMES, NAMES, NAMES),
    st.lists(NAMES, max_size=2).map(tuple),
)


def rule(id_: str, where: Any) -> FaultRule:
    read = read_rule({"fault": "delay", "where": where}, id_, NOW)
    assert isinstance(read, FaultRule), read
    return read


@given(st.lists(WHERES, max_size=12), FACTS)
def test_index_finds_the_rules_that_a_search_through_all_finds(
    wheres: list[Any], facts: RequestFacts
) -> None:
    rules = [rule(str(number), where) for number, where in enumerate(wheres)]
    matching = [each for each in rules if each.where.matches(facts)]
    assert list(FaultBook(tuple(rules)).applying(facts)) == matching
    numbers = [number for number, _ in candidates(index_rules(rules), facts)]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    "where",
    [
        {"operation": "N"},
        {"api": "api", "caller": "N"},
        {"api": "N"},
        {"tool": "N", "request": {"headers": {"x": {"equalTo": "1"}}}},
        {"request": {"urlPath": "/N"}},
        {"operation": "operation", "request": {"method": "GET", "urlPathTemplate": "/N/{id}"}},
    ],
)
def test_rules_for_others_are_not_looked_at(where: dict[str, Any]) -> None:
    text = json.dumps(where)
    rules = [rule(f"r{n}", json.loads(text.replace("N", f"{n}"))) for n in range(1_000)]
    facts = RequestFacts(Request("GET", "/one/2"), "api", "operation", "tool", ("caller", "sub"))
    assert candidates(index_rules(rules), facts) == []
    book = FaultBook(tuple(rules))
    assert select_faults(book, None, facts, {}, "default/d/0", NOW, "s") is NO_SELECTION
