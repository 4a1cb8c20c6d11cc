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


def test_every_mistake_is_told(tmp_path: Path) -> None:
    wrong = {"request": {"urlPattern": "("}, "response": {"fault": "NOPE"}}
    path = folder(tmp_path, a={"prority": 1}, b={}, c={"mappings": [{}, wrong]})
    (path / "mappings" / "d.json").write_text('{"request": }')
    (path / "mappings" / "e.json").write_bytes(b'{\n"name": "caf\xe9"}')
    with pytest.raises(FixtureError) as caught:
        load_stubs(path)
    lines = [line for line in str(caught.value).splitlines() if "/mappings/" in line]
    assert [line.partition("/mappings/")[2].split(":")[0] for line in lines] == [
        *("a.json#/prority", "c.json#/mappings/1/request/urlPattern"),
        *("c.json#/mappings/1/response/fault", "d.json", "e.json"),
    ]
    assert "is not JSON: Expecting value: line 1 column 13" in lines[3]
    assert "is not UTF-8: line 2 has the byte 0xe9" in lines[4]


def test_mounted_folder_is_read_once(tmp_path: Path) -> None:
    path = folder(tmp_path, plain={"name": "plain"})
    real = path / "mappings" / "..2026_11_30"
    real.mkdir()
    (real / "a.json").write_text('{"id": "a"}')
    (path / "mappings" / "..data").symlink_to(real.name)
    (path / "mappings" / "a.json").symlink_to("..data/a.json")
    (path / "mappings" / ".hidden.json").write_text("no JSON at all")
    (path / "mappings" / "round").symlink_to("../mappings")
    (path / "linked").mkdir()
    (path / "linked" / "b.json").write_text('{"id": "b"}')
    (path / "mappings" / "there").symlink_to("../linked")
    stubs = load_stubs(path).book.stubs
    assert sorted(stub.id if len(stub.id) < 5 else stub.name for stub in stubs) == [
        *("a", "b", "plain")
    ]


def test_what_the_recorder_of_wiremock_writes_is_taken(tmp_path: Path) -> None:
    recorded = {"$schema": "./stub.json", "insertionIndex": 3, "persistent": True, "uuid": "u"}
    assert load_stubs(folder(tmp_path, a=recorded)).book.stub("u")


@pytest.mark.parametrize("name", ["mappings", "other"])
def test_folder_without_mappings_is_refused_where_it_has_stubs(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.json").write_text("{}")
    with pytest.raises(SettingsError, match="has no folder mappings/") as caught:
        load_stubs(tmp_path / name)
    assert caught.value.hint == (
        str(tmp_path) if name == "mappings" else "move them below mappings/"
    )


def test_template_in_a_file_is_utf_8(tmp_path: Path) -> None:
    response = {**body_of("body.txt")["response"], "transformers": ["response-template"]}
    path = folder(tmp_path, a={"response": response})
    (path / "__files" / "body.txt").write_bytes(b"caf\xe9 {{ now }}")
    with pytest.raises(FixtureError, match="not UTF-8") as caught:
        load_stubs(path)
    assert caught.value.pointer == "/response/bodyFileName"


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--mappings"):
        load_stubs(tmp_path / "none")


def test_no_folder_has_no_stubs(tmp_path: Path) -> None:
    assert not load_stubs(None).book
    assert not load_stubs(tmp_path).book
