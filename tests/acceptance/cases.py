"""Reads acceptance cases from the files beside this one.

A file holds `cases`, and may hold `serve` (documents, default the three built-in services),
`settings`, and `request`: what its cases' requests have in common. A request has method, path,
headers and one of `json`, `text`, `base64` and `repeat` as body; `{{token:paragon:-1h}}` stands for
a token. An answer is expected by `status`, `headers` (null: not there) and one of `json` (equal),
`contains` (a part of the JSON) and `text`. Where the document describes the status, the answer must
keep its schema too.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.mock.assemble import credentials_of
from emulator.openapi.security.credentials import token_for
from tests.support.assembled import service
from tests.support.clock import NOW
from tests.support.yaml_files import read_yaml

FOLDER = Path(__file__).parent

_TOKEN = re.compile(r"\{\{token:(\w+):(-?\d+)h\}\}")

Case = Mapping[str, Any]


def cases() -> list[Any]:
    """Every case of every file as a pytest parameter, with what it inherits from its file."""
    paths = sorted(FOLDER.rglob("*.yaml"))
    return [parameter for path in paths for parameter in _cases_of(path)]


def _cases_of(path: Path) -> Iterator[Any]:
    file = read_yaml(path)
    place = path.relative_to(FOLDER).with_suffix("")
    for case in file["cases"]:
        inherited = {"serve": file.get("serve", []), "settings": file.get("settings", {})}
        request = _merged(file.get("request", {}), case.get("request", {}))
        yield pytest.param(inherited | case | {"request": request}, id=f"{place}-{case['name']}")


def body_of(request: Case) -> bytes | None:
    if "json" in request:
        return httpx.Request("POST", "http://x", json=request["json"]).content
    if "repeat" in request:
        return b"".join(part["text"].encode() * part["times"] for part in request["repeat"])
    if "base64" in request:
        return base64.b64decode(request["base64"])
    return request["text"].encode() if "text" in request else None


def _merged(base: Case, own: Case) -> Case:
    bodies = {"json", "text", "base64", "repeat"}
    kept = {k: v for k, v in base.items() if not (k in bodies and bodies & own.keys())}
    headers = base.get("headers", {}) | own.get("headers", {})
    headers = {name: value for name, value in headers.items() if value is not None}
    return {**kept, **own, "headers": headers}


def with_tokens(text: str) -> str:
    return _TOKEN.sub(lambda match: _token(match[1], int(match[2])), text)


def _token(api: str, hours: int) -> str:
    """A token for an API that expires in so many hours, or did."""
    claims = next(c.claims for c in credentials_of(service(api)) if c.claims)
    return token_for(claims, NOW.timestamp(), hours * 3600)
