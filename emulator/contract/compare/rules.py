"""Rules as data: what two responses may differ in and still be alike."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from emulator.errors import FixtureError
from emulator.fixtures.files import file_schema, read_file
from emulator.http.messages import Json
from emulator.openapi.document.yaml12 import parse_yaml
from emulator.schema.regex.linear import compile_regex

#: What stands behind a document's name in that of its own rules.
SUFFIX = ".compare.yaml"

#: The domain that says: compare the values themselves.
AS_VALUE = "value"


@dataclass(frozen=True, slots=True)
class ValueRule:
    """One row of `values`; without `at` for all places, without `matches` for all values."""

    at: re.Pattern[str] | None
    matches: Callable[[str], bool] | None
    domain: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force, compiled; a pattern matches whole pointers."""

    values: tuple[ValueRule, ...]
    ignore: re.Pattern[str]
    maps: re.Pattern[str]
    ordered: re.Pattern[str]
    codes: tuple[str, ...]
    headers: tuple[str, ...]
    reads: tuple[str, ...]
    parameters: Mapping[str, Json]

    def domain(self, pointer: str, value: Json) -> str:
        """The domain of a plain value at a pointer."""
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "boolean"
        if not isinstance(value, str):
            return "number"
        for rule in self.values:
            if rule.at is not None and not rule.at.fullmatch(pointer):
                continue
            if rule.matches is None or rule.matches(value):
                return f"{value!r}" if rule.domain == AS_VALUE else rule.domain
        return "text"


def built_in_rules() -> Rules:
    """The rules that always apply."""
    return _compile([_built_in()], "rules.yaml")


def read_rules(file: Path) -> Rules:
    """The rules of a user's file, before the built-in ones; raises FixtureError."""
    own = read_file(file)
    file_schema("compare", "emulator.contract").check(own, str(file))
    return _compile([own, _built_in()], str(file))


def rules_file(document: Path) -> Path:
    """The rules file of a document: next to it."""
    return document.with_name(document.stem + SUFFIX)


def _built_in() -> Mapping[str, Json]:
    text = resources.files("emulator.contract.compare").joinpath("rules.yaml").read_text("utf-8")
    rules: Mapping[str, Json] = parse_yaml(text, "rules.yaml")
    return rules


def _compile(files: Sequence[Mapping[str, Any]], name: str) -> Rules:
    def joined(part: str) -> list[Any]:
        return [each for file in files for each in file.get(part, ())]

    return Rules(
        values=tuple(
            _value_rule(row, f"/values/{n}", name) for n, row in enumerate(joined("values"))
        ),
        ignore=_pattern(joined("ignore")),
        maps=_pattern(joined("maps")),
        ordered=_pattern(joined("ordered")),
        codes=tuple(joined("codes")),
        headers=tuple(header.lower() for header in joined("headers")),
        reads=tuple(joined("reads")),
        parameters={k: v for file in files for k, v in file.get("parameters", {}).items()},
    )


def _value_rule(row: Mapping[str, Any], pointer: str, file: str) -> ValueRule:
    at = row.get("at")
    pattern = None if at is None else _pattern([at] if isinstance(at, str) else at)
    try:
        value = compile_regex(row["matches"]) if "matches" in row else None
    except ValueError as error:
        raise FixtureError(file, str(error), f"{pointer}/matches") from error
    return ValueRule(pattern, value, row["as"])


def _pattern(pointers: Sequence[str]) -> re.Pattern[str]:
    """What matches any of these pointers, and nothing where there is none."""
    kinds = {"**": ".*", "*": "[^/]*"}
    texts = (
        "".join(kinds.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", pointer))
        for pointer in pointers
    )
    return re.compile("|".join(texts) or "(?!)", re.DOTALL)
