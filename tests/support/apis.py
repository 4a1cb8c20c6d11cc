"""Small APIs for tests, compiled from a few lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.http.messages import Json
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.model import Api


def api_of(paths: Mapping[str, Json], name: str = "test", **more: Json) -> Api:
    """An API with these paths; keyword arguments are further fields of the document."""
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}
    return compile_api(name, f"{name}.yaml", document)


def operation(responses: Mapping[str, Json] | None = None, **more: Any) -> Mapping[str, Json]:
    """An operation with these responses, by default a 200 without content."""
    return {"responses": responses or {"200": {"description": "OK"}}, **more}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files below a folder, by relative path."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
