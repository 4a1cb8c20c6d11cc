"""A folder of stubs: read in order, bodies below `__files` only, mistakes with file and pointer."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import FixtureError, SettingsError
from emulator.stubs.load import load_stubs


def folder(root: Path, **files: Any) -> Path:
    (root / "mappings" / "deep").mkdir(parents=True)
    (root / "__files").mkdir()
    (root / "__files" / "body.txt").write_text("from a file")
    (root / "secret.txt").write_text("secret")
    for name, content in files.items():
        (root / "mappings" / f"{name}.json").write_text(json.dumps(content))
    return root


def body_of(name: str) -> Any:
    return {"response": {"bodyFileName": name}}


def test_stubs_are_read_from_all_files_below_mappings(tmp_path: Path) -> None:
    several = {"mappings": [{"name": "one"}, {"name": "two"}]}
    path = folder(tmp_path, a={"name": "a", **body_of("body.txt")}, b=several)
    (path / "mappings" / "deep" / "c.json").write_text('{"name": "c", "id": "mine"}')
    loaded = load_stubs(path)
    assert [stub.name for stub in loaded.book.stubs] == ["c", "two", "one", "a"]
    assert loaded.book.stubs[-1].response.fixture.binary == b"from a file"
    place = loaded.places[loaded.book.stubs[1].id]
    assert (place.file.name, place.pointer) == ("b.json", "/mappings/1")
    assert loaded.places["mine"].pointer == ""


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "/etc/passwd", "none.txt", "", "link.txt", "a\0b", "../mappings/a.json"],
)
def test_body_file_is_below_its_folder(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path, a=body_of(name))
    (path / "__files" / "link.txt").symlink_to(path / "secret.txt")
    with pytest.raises(FixtureError) as caught:
        load_stubs(path)
    assert caught.value.file.endswith("a.json")
    assert caught.value.pointer == "/response/bodyFileName"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"request": {"urlPattern": "("}}, "/request/urlPattern"),
        ({"mappings": [{}, {"priority": "high"}]}, "/mappings/1/priority"),
        ({"mappings": [{"id": "x"}, {"id": "x"}]}, "/mappings/1/id"),
        ([], ""),
    ],
)
def test_mistake_is_told_with_file_and_pointer(tmp_path: Path, content: Any, pointer: str) -> None:
    with pytest.raises(FixtureError) as caught:
        load_stubs(folder(tmp_path, wrong=content))
    assert caught.value.file.endswith("wrong.json")
    assert caught.value.pointer == pointer


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--mappings"):
        load_stubs(tmp_path / "none")


def test_no_folder_has_no_stubs(tmp_path: Path) -> None:
    assert not load_stubs(None).book
    assert not load_stubs(tmp_path).book
