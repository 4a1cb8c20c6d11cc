"""Google Drive's `q`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.queries.drive import drive_search

PLAN: Any = {"name": "Road plan.docx", "mimeType": "a/doc", "parents": ["root"], "text": "Go east."}
BIN: Any = {"name": "Ada's notes", "mimeType": "text/plain", "parents": ["f1"], "trashed": True}
FILES = [PLAN, BIN]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", FILES),
        (None, FILES),
        ("  ", FILES),
        ("name contains 'road'", [PLAN]),
        ("name contains 'plan'", [PLAN]),
        ("name contains 'oad'", []),
        ("name = 'ada\\'s notes'", [BIN]),
        ("name != 'Road plan.docx'", [BIN]),
        ("fullText contains 'east'", [PLAN]),
        ("mimeType='text/plain'", [BIN]),
        ("'root' in parents", [PLAN]),
        ("trashed = false", [PLAN]),
        ("trashed=true", [BIN]),
        ("trashed != true and name contains 'road'", [PLAN]),
        ("'f1' in parents and name contains 'road'", []),
        ("road", None),
        ("name contains", None),
        ("name contains 'road", None),
        ("name contains 'a' or name contains 'b'", None),
        ("name contains 'a' name contains 'b'", None),
        ("name contains 'a' and", None),
        ("not name contains 'a'", None),
        ("size > 5", None),
    ],
)
def test_every_condition_must_hold(query: Any, found: Any) -> None:
    assert drive_search(FILES, query) == found


def test_folder_is_one_more_condition() -> None:
    assert drive_search(FILES, "", "f1") == [BIN]
    assert drive_search(FILES, "name contains 'road'", "f1") == []
    assert drive_search(FILES, "", "' or '") == []


@given(st.text(alphabet="name contains'\\ =and", max_size=40))
def test_any_text_is_answered_or_refused(query: str) -> None:
    found = drive_search(FILES, query)
    assert found is None or all(file in FILES for file in found)
