import json
import os
from pathlib import Path

import pytest

from emulator.contract.reports.files import ReportError, ReportFiles, write_whole


def test_report_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    files = ReportFiles(tmp_path / "pets.json", tmp_path / "pets.html")
    (tmp_path / "pets.json").write_text("old")
    files.write({"api": "Zoë \udc80"}, lambda: "<p>Zoë</p>")
    assert json.loads((tmp_path / "pets.json").read_bytes()) == {"api": "Zoë \udc80"}
    assert (tmp_path / "pets.html").read_text("utf-8") == "<p>Zoë</p>"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pets.html", "pets.json"]


def test_files_are_due_now_and_then(tmp_path: Path) -> None:
    files = ReportFiles(tmp_path / "pets.json")
    assert files.due
    files.write({}, str)
    assert not files.due
    assert not ReportFiles().due


def test_what_is_no_file_is_written_to() -> None:
    read, write = os.pipe()
    write_whole(Path(f"/dev/fd/{write}"), "text")
    os.close(write)
    with os.fdopen(read) as pipe:
        assert pipe.read() == "text"


def test_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"pets\.json: can't be written: No such file"):
        write_whole(tmp_path / "no" / "pets.json", "text")
