"""Small APIs for tests, compiled from a few lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.http.messages import Json
from emulator.mock.exchange import Endpoint, Service
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.model import Api
from tests.support.assembled import assembled


def api_of(paths: Mapping[str, Json], name: str = "test", **more: Json) -> Api:
    """An API with these paths; keyword arguments are further fields of the document."""
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}
    return compile_api(name, f"{name}.yaml", document)


def operation(responses: Mapping[str, Json] | None = None, **more: Any) -> Mapping[str, Json]:
    """An operation with these responses, by default a 200 without content."""
    return {"responses": responses or {"200": {"description": "OK"}}, **more}


def built_in(name: str, operation_id: str) -> Endpoint:
    """The compiled endpoint of a built-in service's operation."""
    assembly = assembled(name)
    service: Service = assembly.services[0]
    found = service.api.operation(operation_id)
    assert found is not None
    match = assembly.site.router.find(found.method, service.api.prefixes[0] + found.path)
    target: Endpoint = match.target  # type: ignore[union-attr, assignment]
    return target


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files below a folder, by relative path."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
