"""Example Objects: what they hold, and where a file of theirs can't be had."""

from base64 import b64encode
from pathlib import Path

import pytest

from emulator.http.messages import Json
from emulator.openapi.document import examples
from emulator.openapi.document.examples import compile_example
from emulator.openapi.document.load import load
from emulator.openapi.document.model import Example
from tests.support.load_document import LoadDocument
from tests.support.paths import DATA

TEXT = {"x-emulator-content": b64encode(b"[1]").decode()}


@pytest.mark.parametrize(
    ("raw", "media_type", "example"),
    [
        ({"value": [1]}, "application/json", Example("e", [1])),
        ({"value": None}, "text/plain", Example("e", None)),
        ({"dataValue": 1, "value": 2}, "application/json", Example("e", 1)),
        ({"serializedValue": "[1]"}, "application/json", Example("e", [1], b"[1]")),
        ({"serializedValue": "[1"}, "application/json", Example("e", "[1", b"[1")),
        ({"serializedValue": "[1]"}, "text/plain", Example("e", "[1]", b"[1]")),
        ({"serializedValue": "[2]", "dataValue": [1]}, "a/b", Example("e", [1], b"[2]")),
        (TEXT, "application/json", Example("e", [1], b"[1]")),
        ({"summary": "nothing"}, "application/json", None),
        ({"externalValue": "not-read.json"}, "application/json", None),
    ],
)
def test_example(raw: dict[str, Json], media_type: str, example: Example | None) -> None:
    assert compile_example("e", raw, media_type) == example


def test_files_that_can_not_be_had_are_notices() -> None:
    loaded = load(DATA / "acceptance" / "examples" / "openapi.yaml")
    told = {n.pointer.split("/")[-2]: n.message for n in loaded.notices}
    assert {n.code for n in loaded.notices} == {"external-example"}
    assert "there is no such file" in told["missing"]
    assert "nothing from the network" in told["outside"]
    assert DATA / "acceptance" / "examples" / "files" / "note.txt" in loaded.files


@pytest.mark.parametrize("url", ["../../../etc/passwd", "large.txt", "a\0b", "."])
def test_file_of_no_use_is_no_example(
    load_document: LoadDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(examples, "_MAX_BYTES", 3)
    (tmp_path / "large.txt").write_text("text")
    components = {"examples": {"e": {"externalValue": url}}}
    loaded = load_document({"openapi": "3.0.3", "info": {}, "components": components})
    assert [notice.code for notice in loaded.notices] == ["external-example"]
    assert loaded.document["components"]["examples"]["e"] == {"externalValue": url}


@pytest.mark.parametrize("name", ["dataValue", "serializedValue"])
def test_value_beside_its_successor_is_told(load_document: LoadDocument, name: str) -> None:
    components = {"examples": {"e": {"value": 1, name: "1"}}}
    loaded = load_document({"openapi": "3.2.0", "info": {}, "components": components})
    assert [(n.code, n.pointer) for n in loaded.notices] == [
        ("example-values", "/components/examples/e/value")
    ]


def test_value_wins_over_a_file(load_document: LoadDocument) -> None:
    both = {"externalValue": "b.json", "value": 1}
    loaded = load_document(
        {"openapi": "3.0.3", "info": {}, "components": {"examples": {"e": both}}}, b=2
    )
    assert loaded.document["components"]["examples"]["e"] == both
    assert loaded.notices == ()
