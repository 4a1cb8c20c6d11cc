"""Documents given as values, loaded as files are."""

import json
from pathlib import Path
from typing import Protocol

from emulator.http.messages import Json
from emulator.openapi.document.load import Loaded, load


class LoadDocument(Protocol):
    def __call__(self, document: Json, **files: Json) -> Loaded: ...


def loader_in(folder: Path) -> LoadDocument:
    """Loads a document given as a value; other files are given by their names without `.json`."""

    def load_it(document: Json, **files: Json) -> Loaded:
        for name, content in {"api": document, **files}.items():
            (folder / f"{name}.json").write_text(json.dumps(content))
        return load(folder / "api.json")

    return load_it
