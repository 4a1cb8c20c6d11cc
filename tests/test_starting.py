"""What starting costs: imports, which most starts have no use for, and what is worked out."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from emulator.openapi.validate.request import FORMS
from emulator.server.app import create_app
from emulator.settings import Settings

ROOT = Path(__file__).parents[1]

#: Imported when a webhook is sent, a JWT comes, the control plane is called.
WHEN_USED = (
    *("httpx", "rich", "jwt", "cryptography"),
    *("emulator.openapi.write.xml", "emulator.server.admin.plane", "emulator.contract"),
)
#: Imported when there is a template.
TEMPLATES = ("jinja2", "emulator.fixtures.templates.function")
#: What serves; the help needs none of it.
SERVING = ("uvicorn", "starlette", "asyncio", "yaml", "jinja2", "jsonschema_rs", "orjson")

SERVE = """
import asyncio, sys
import emulator.cli.serve
from emulator.server.app import create_app
from emulator.settings import Settings

statuses = []

async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}

async def send(event):
    statuses.append(event.get("status"))

app = create_app(Settings(specs=tuple(sys.argv[2:])))
scope = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
    "scheme": "http", "path": sys.argv[1], "raw_path": sys.argv[1].encode(), "query_string": b"",
    "root_path": "", "headers": [(b"host", b"emulator"), (b"authorization", b"Bearer opaque")],
    "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 4010), "state": {}, "extensions": {},
}
asyncio.run(app(scope, receive, send))
assert statuses[0] is not None
print(*sys.modules)
"""


def imported(program: str, *arguments: str) -> set[str]:
    """The modules that a new process has imported once the program has run."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_help_imports_neither_the_server_nor_what_it_needs() -> None:
    modules = imported("import sys, emulator.cli.main; print(*sys.modules)")
    assert not modules & {*WHEN_USED, *SERVING}
    assert not {name for name in modules if name.startswith("emulator.server")}


@pytest.mark.parametrize(
    ("path", "specs", "unneeded"),
    [
        ("/pets", ("examples/petstore.yaml",), (*WHEN_USED, *TEMPLATES)),
        ("/api/v3/toolkits", (), WHEN_USED),
    ],
    ids=["document", "services"],
)
def test_serving_imports_what_few_requests_need_when_they_come(
    path: str, specs: tuple[str, ...], unneeded: tuple[str, ...]
) -> None:
    modules = imported(SERVE, path, *specs)
    assert modules >= {"uvicorn", "jsonschema_rs"}
    assert not modules & set(unneeded)


def test_start_does_not_work_out_a_schema_again_for_each_that_refers_to_it() -> None:
    """Wide schemas and many operations add up; they don't multiply."""
    _calls(operations=1, members=1)  # what only the first start does
    one, many = (
        _calls(operations, members=120) - _calls(operations, members=20) for operations in (1, 30)
    )
    assert many < 1.5 * one


def _calls(operations: int, members: int) -> int:
    """How many functions of Python run until a document is served."""
    properties = {f"m{n}": {"$ref": "#/components/schemas/Part"} for n in range(members)}
    part = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    types = (*("application/yaml", "application/vnd.x.protobuf", "application/xml", "*/*"), *FORMS)
    whole = {name: {"schema": {"$ref": "#/components/schemas/Whole"}} for name in types}
    parameter = {
        "name": "deep",
        "in": "query",
        "style": "deepObject",
        "schema": {"$ref": "#/components/schemas/Whole"},
    }
    operation = {
        "parameters": [parameter],
        "requestBody": {"content": whole},
        "responses": {"200": {"description": "", "content": whole}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Wide", "version": "1"},
        "paths": {f"/p{n}": {"post": operation} for n in range(operations)},
        "components": {"schemas": {"Part": part, "Whole": {"properties": properties}}},
    }
    with TemporaryDirectory() as folder:
        file = Path(folder, "wide.json")
        file.write_text(json.dumps(document))
        counted = 0

        def on_event(_: object, event: str, __: object) -> None:
            nonlocal counted
            counted += event == "call"

        sys.setprofile(on_event)
        try:
            create_app(Settings(specs=(str(file),)))
        finally:
            sys.setprofile(None)
    return counted
