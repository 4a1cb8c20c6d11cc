"""Mappings of our own, with what is asked of each: shared by a test and `make beside-wiremock`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.paths import TESTS
from tests.support.yaml_files import read_yaml

FILE = TESTS / "data" / "wiremock.yaml"


@dataclass(frozen=True)
class Asked:
    """One request, and our answer: status and body."""

    method: str
    target: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Sequence[Any] = ()


@dataclass(frozen=True)
class Row:
    """A mapping; `differs` says why WireMock answers otherwise, `refused` why we do not take it."""

    name: str
    mapping: Mapping[str, Any]
    asked: Sequence[Asked]
    differs: str
    refused: str


def rows() -> list[Row]:
    return [_row(raw) for raw in read_yaml(FILE)]


def _row(raw: Mapping[str, Any]) -> Row:
    response = dict(raw["response"])
    if response.pop("templated", False):
        response["transformers"] = ["response-template"]
    mapping = {"name": raw["name"], "request": raw["request"], "response": response}
    answers = raw.get("answers", [()] * len(raw["asked"]))
    asked = [
        Asked(*ask, **_named(ask, answer))
        for ask, answer in zip(raw["asked"], answers, strict=True)
    ]
    return Row(raw["name"], mapping, asked, raw.get("differs", ""), raw.get("refused", ""))


def _named(ask: Sequence[Any], answer: Any) -> Mapping[str, Any]:
    return {"answer": answer if isinstance(answer, list) else [answer]}
