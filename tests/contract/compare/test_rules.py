from pathlib import Path
from typing import Any

import pytest

from emulator.contract.compare.facts import facts_of
from emulator.contract.compare.rules import built_in_rules, read_rules, rules_file
from emulator.errors import FixtureError

BUILT_IN = built_in_rules()


@pytest.mark.parametrize(
    ("pointer", "value", "domain"),
    [
        ("/id", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "uuid"),
        ("/at", "2026-04-28T14:30:00Z", "date-time"),
        ("/on", "2026-04-28", "date"),
        ("/to", "ada@example.com", "email"),
        ("/at", "https://example.com/a", "uri"),
        ("/n", "12.5", "number in a text"),
        ("/n", "", "empty text"),
        ("/n", "two words", "text"),
        ("/items/*/status", "active", "'active'"),
        ("/status", "It is a long story.", "text"),
        ("/n", 1.5, "number"),
        ("/n", True, "boolean"),
        ("/n", None, "null"),
    ],
)
def test_domain_of_a_value(pointer: str, value: Any, domain: str) -> None:
    assert BUILT_IN.domain(pointer, value) == domain


def rules(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pets.compare.yaml"
    path.write_text(text)
    return path


def test_own_rules_go_first(tmp_path: Path) -> None:
    own = read_rules(rules(tmp_path, "values: [{at: /id, matches: 'p_.*', as: pet}]"))
    assert [own.domain(at, "p_1") for at in ("/id", "/name")] == ["pet", "text"]
    assert own.domain("/born", "2020-05-01") == "date"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ignore: [/meta, '/meta/**']",
            {"": {"object"}, "/rows": {"array"}, "/rows/*": {"number", "text"}},
        ),
        (
            "{ignore: [/rows], maps: [/meta]}",
            {"": {"object"}, "/meta": {"object"}, "/meta/*": {"null", "boolean"}},
        ),
        (
            "{ignore: [/meta], ordered: [/rows]}",
            {"": {"object"}, "/rows": {"array"}, "/rows/0": {"number"}, "/rows/1": {"text"}},
        ),
    ],
    ids=["ignored", "maps", "ordered"],
)
def test_facts_of_a_body(tmp_path: Path, text: str, expected: dict[str, set[str]]) -> None:
    value = {"meta": {"a": None, "b": True}, "rows": [1, "one"]}
    assert facts_of(value, read_rules(rules(tmp_path, text))) == expected


def test_a_step_of_a_pattern_is_one_step(tmp_path: Path) -> None:
    own = read_rules(rules(tmp_path, "ignore: ['/*/id']"))
    pointers = ("/a/id", "/a/b/id", "/id")
    assert [pointer for pointer in pointers if own.ignore.fullmatch(pointer)] == ["/a/id"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("valeus: []", "pets.compare.yaml#/valeus: unknown field 'valeus'\n  try: values"),
        ("values: [{at: /id}]", "#/values/0/as: as is missing: expected text"),
        ("ignore: [id]", "#/ignore/0:"),
        ("values: [{matches: '(', as: x}]", "#/values/0/matches: '(' is not a regular expression"),
        ("[]", "pets.compare.yaml: expected an object, found an empty list"),
    ],
)
def test_mistake_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FixtureError) as raised:
        read_rules(rules(tmp_path, text))
    assert message in str(raised.value)


def test_file_of_rules_stands_beside_the_document() -> None:
    assert rules_file(Path("api/pets.yaml")) == Path("api/pets.compare.yaml")
