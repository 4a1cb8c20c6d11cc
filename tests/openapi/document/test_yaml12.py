from decimal import Decimal

import pytest
import yaml

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document import yaml12
from emulator.openapi.document.yaml12 import parse_yaml

SCALARS: list[tuple[str, Json]] = [
    ("on", "on"),
    ("yes", "yes"),
    ("No", "No"),
    ("2024-01-01", "2024-01-01"),
    ("1:30", "1:30"),
    ("1_000", "1_000"),
    ("0o17", 15),
    ("0x1f", 31),
    ("017", 17),
    ("-5", -5),
    ("1e3", 1000.0),
    (".5", 0.5),
    ("3.10", 3.1),
    ("true", True),
    ("FALSE", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("'true'", "true"),
    ('"1"', "1"),
    ("!!str 1", "1"),
    ("!!float 1", 1.0),
    ("! 1", "1"),
    ("18446744073709551615", 2**64 - 1),
    ("18446744073709551616", 2**64),
    ("1e999", Decimal("1e999")),
    ("0.10000000000000000001", Decimal("0.10000000000000000001")),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=[text or "empty" for text, _ in SCALARS])
def test_scalar_is_read_by_the_core_schema(text: str, value: Json) -> None:
    parsed = parse_yaml(f"a: {text}", "f.yaml")["a"]
    assert (parsed, type(parsed)) == (value, type(value))


def test_keys_are_strings_as_written() -> None:
    text = '200: a\ntrue: b\n~: c\n1.0: d\n"": e\n'
    assert parse_yaml(text, "f.yaml") == {"200": "a", "true": "b", "~": "c", "1.0": "d", "": "e"}


def test_aliases_become_copies() -> None:
    parsed = parse_yaml("a: &x {b: [1]}\nc: *x\nd: &s text\n*s : *s\n", "f.yaml")
    assert parsed == {"a": {"b": [1]}, "c": {"b": [1]}, "d": "text", "text": "text"}
    assert parsed["a"]["b"] is not parsed["c"]["b"]


def test_merge_keys_fill_in_what_is_missing() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\nd: {'<<': 1}\n"
    parsed = parse_yaml(text, "f.yaml")
    assert parsed["c"] == {"z": 3, "x": 1, "y": 1}
    assert parsed["d"] == {"<<": 1}


def test_empty_text_is_null() -> None:
    assert parse_yaml("# nothing\n", "f.yaml") is None


REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' stands twice"),
    "not a number": ("a: .nan", "line 1, column 4: .nan is no JSON number"),
    "infinity": ("a: -.inf", "no JSON number"),
    "huge number": ("a: 1e1001", "too large a number"),
    "number of 500 digits": ("a: " + "1" * 500, "no JSON number"),
    "python object": ("a: !!python/object:os.system x", "line 1, column 4: the tag"),
    "binary": ("a: !!binary aGk=", "the tag"),
    "wrong tag": ("a: !!int x", "the tag"),
    "set": ("a: !!set {x}", "the tag"),
    "mapping as key": ("? {a: 1}\n: 2", "as a key"),
    "mapping alias as key": ("a: &x {b: 1}\n*x : 2", "as a key"),
    "unknown alias": ("a: *x", "names no value"),
    "value in itself": ("a: &x [*x]", "names no value"),
    "merge of a scalar": ("<<: 1", "only mappings can be merged"),
    "two documents": ("a: 1\n---\nb: 2", "line 2, column 1: holds several"),
    "syntax": ("a: b: c", "line 1, column 5: not valid YAML"),
    "control character": ("a: \x00", "not valid YAML"),
    "lone surrogate": ("a: \ud800", "not valid YAML"),
    "deep flow": ("[" * 100_000, "nested more than 100 levels"),
    "deep blocks": ("- " * 100_000, "nested more than 100 levels"),
    "deep mappings": ("{a: " * 100_000, "nested more than 100 levels"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_yaml(text, "f.yaml")
    assert caught.value.file == "f.yaml"
    assert message in caught.value.message


def test_alias_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml12, "MAX_NODES", 10_000)
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 10)]
    with pytest.raises(DocumentError, match="more than 10,000 values"):
        parse_yaml("\n".join(["l0: &l0 [x, x, x]", *levels]), "f.yaml")


def test_aliases_can_not_nest_deeper_than_text() -> None:
    half = "[" * 60 + "]" * 60
    with pytest.raises(DocumentError, match="nested more than 100 levels"):
        parse_yaml(f"a: &a {half}\nb: {'[' * 60}*a{']' * 60}", "f.yaml")


def test_parser_in_python_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x {b: [1, 'c']}\n<<: *x\nd: |\n  text\n"
    expected = parse_yaml(text, "f.yaml")
    monkeypatch.setattr(yaml12, "_PARSER", yaml.SafeLoader)
    assert parse_yaml(text, "f.yaml") == expected
