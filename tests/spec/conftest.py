import json
from pathlib import Path
from typing import Protocol

import pytest

from emulator.messages import Json
from emulator.spec.load import Loaded, load


class LoadDocument(Protocol):
    def __call__(self, document: Json, **files: Json) -> Loaded: ...


@pytest.fixture
def load_document(tmp_path: Path) -> LoadDocument:
    """Load a document given as a value; other files are given by their names without `.json`."""

    def load_it(document: Json, **files: Json) -> Loaded:
        for name, content in {"api": document, **files}.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(content))
        return load(tmp_path / "api.json")

    return load_it
