"""A server in this process that remembers, whatever it serves, and lists read page by page.

Each response is judged by the document as `emulator coverage` judges it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from emulator.contract.coverage.second_validator import SecondValidator
from emulator.http.messages import Headers, Request
from emulator.mock.assemble import assemble
from emulator.mock.exchange import Service
from emulator.openapi.document.servers import base_paths
from emulator.schema.pointers import follow
from emulator.server.app import create_app
from emulator.settings import make_settings
from tests.support.clock import NOW
from tests.support.paths import DATA
from tests.support.yaml_files import read_yaml

FOLDER = DATA / "resources"
#: The documents by name.
DOCUMENTS = {
    path.stem: path for path in sorted(FOLDER.glob("*.yaml")) if not path.stem.endswith(".calls")
}
#: No list of the tests is as long as that.
_MOST_PAGES = 100


def described(name: str) -> Mapping[str, Any]:
    """What `<name>.calls.yaml` says of a document's first kind of things, and its calls."""
    found: Mapping[str, Any] = read_yaml(FOLDER / f"{name}.calls.yaml")
    return found


class RememberingServer:
    """One document, served in this process; it fails on responses that break the document.

    `mode` is the value of the setting `remember`.
    """

    def __init__(self, name: str, mode: str) -> None:
        self.mode = mode
        made = make_settings((str(DOCUMENTS[name]),), {"now": NOW, "remember": mode})
        assembly = assemble(made)
        (service,) = assembly.services
        self.app = create_app(made, assembly)
        self.base = base_paths(service.api.document)[0]
        self._validator = SecondValidator({"file:///d": service.api.document})
        self._pointers = dict(_pointers(service))

    def answer(self, method: str, target: str, headers: Headers, content: bytes) -> httpx.Response:
        """The response, as it comes."""
        path, _, query = target.partition("?")
        whole = self.app.dispatcher.answer_at_once(Request(method, path, query, headers, content))
        assert isinstance(whole, tuple), f"{method} {target} is not answered at once"
        status, head, sent = whole
        lines = [line.partition(": ") for line in head.decode("latin-1").splitlines() if line]
        asked = httpx.Request(method, f"http://h{path}")
        fields = [(name, value) for name, _, value in lines]
        return httpx.Response(status, headers=fields, content=sent, request=asked)

    def judge(self, response: httpx.Response) -> None:
        """Fail where the document does not allow it."""
        pointer = self._pointers[response.headers["emulator-operation"]]
        wrong = self._validator.complaints(pointer, response)
        assert not wrong, f"{response.request.method} {response.url}: {response.text}: {wrong}"


class ServerOnTheWire(RememberingServer):
    """The same on a real socket; `url` is its origin, `client` asks it."""

    client: httpx.Client
    url: str

    def answer(self, method: str, target: str, headers: Headers, content: bytes) -> httpx.Response:
        """The response, as it comes."""
        fields = [each for each in headers if each[0] not in ("host", "content-length")]
        return self.client.request(method, self.url + target, headers=fields, content=content)


@cache
def remembering(name: str, mode: str) -> RememberingServer:
    """A server of this document for all tests: each looks at a scope of its own."""
    return RememberingServer(name, mode)


@dataclass
class ScopeOfServer:
    """What a client sees of one scope of a server; targets are below the document's base path."""

    server: RememberingServer
    scope: str

    def call(
        self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The response to a request; fails where the document does not allow it."""
        fields = {"host": "h", "authorization": "Bearer t", "emulator-scope": self.scope}
        content = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            fields |= {"content-type": "application/json", "content-length": str(len(content))}
        fields |= {name.lower(): value for name, value in (headers or {}).items()}
        whole, sent = self._whole(target), tuple(fields.items())
        response = self.server.answer(method, whole, sent, content)
        self.server.judge(response)
        return response

    def _whole(self, target: str) -> str:
        """The whole target: what a response names may have the base path, or be a whole URL."""
        parts, base = urlsplit(target), self.server.base
        path = parts.path if parts.path.startswith(f"{base}/") else base + parts.path
        return f"{path}?{parts.query}" if parts.query else path

    def listed(self, target: str, pages: Mapping[str, Any], limit: int | None = None) -> list[Any]:
        """Every item of a list, of all its pages in their order."""
        answers = self.pages(target, pages, limit)
        return [item for answer in answers for item in at(answer.json(), pages["items"])]

    def pages(
        self, target: str, pages: Mapping[str, Any], limit: int | None = None
    ) -> Iterator[httpx.Response]:
        """The pages of a list; `limit` items each at most, if that is given."""
        if limit is not None and "limit" in pages:
            target = _with(target, pages["limit"], limit)
        number = seen = 0
        following: str | None = target
        while following is not None:
            number += 1
            assert number < _MOST_PAGES, f"{target} has no last page"
            response = self.call("GET", following)
            assert response.status_code == 200, response.text
            items = at(response.json(), pages["items"])
            assert limit is None or "limit" not in pages or len(items) <= limit
            seen += len(items)
            yield response
            following = _following(target, response, pages, number, seen)
            for pointer in pages.get("more", ()):
                assert at(response.json(), pointer) == bool(following), response.text


def _following(
    target: str, response: httpx.Response, pages: Mapping[str, Any], number: int, seen: int
) -> str | None:
    """The target of the next page; None after the last."""
    by, items = pages["by"], at(response.json(), pages["items"])
    if by == "link":
        link: str | None = response.links.get("next", {}).get("url")
        return link
    if by == "url":
        url: str | None = at(response.json(), pages["next"])
        return url
    if by == "cursor":
        cursor = at(response.json(), pages["next"])
        return _with(target, pages["parameter"], cursor) if cursor else None
    if by == "after":
        more = at(response.json(), pages["next"])
        return _with(target, pages["parameter"], at(items[-1], pages["id"])) if more else None
    if by == "none" or not items:
        return None
    return _with(target, pages["parameter"], seen if by == "offset" else number + 1)


def _with(target: str, name: str, value: Any) -> str:
    path, _, query = target.partition("?")
    members = {**dict(parse_qsl(query)), name: str(value)}
    query = urlencode(members, safe=",")  # a comma that is encoded separates nothing
    return f"{path}?{query}"


def at(value: Any, pointer: str) -> Any:
    """What stands at a pointer; None where nothing does."""
    for part in pointer.split("/")[1:]:
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _pointers(service: Service) -> Iterator[tuple[str, str]]:
    """By operationId, where a document describes the operation."""
    document = service.api.document
    for path, item in document["paths"].items():
        for method, operation in follow(document, item).items():
            if isinstance(operation, dict) and "operationId" in operation:
                place = path.replace("~", "~0").replace("/", "~1")
                place = place.replace("{", "%7B").replace("}", "%7D")
                yield operation["operationId"], f"file:///d#/paths/{place}/{method}"
