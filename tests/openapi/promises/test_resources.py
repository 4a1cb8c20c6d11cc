"""What paths, links and header fields show of the things of an API, and what is wrong with them."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import pytest

from emulator.contract.check.findings import CheckOptions, Target
from emulator.contract.check.run import check
from emulator.contract.check.scenarios.repeated import differences
from emulator.http.messages import Json
from emulator.openapi.document.compile import compile_api
from emulator.openapi.promises.infer import with_inferred
from emulator.openapi.promises.model import Contract
from emulator.openapi.promises.resources import all_resources, inferred_resources

Message = MutableMapping[str, Any]


def _operation(id: str, status: str = "200", *names: str, **response: Any) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in names
    ]
    described = {status: {"description": "done", **response}, "404": {"description": "none"}}
    return {"operationId": id, "parameters": parameters, "responses": described}


BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["name", "tags", "size"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                        "size": {
                            "type": "object",
                            "required": ["x"],
                            "properties": {"x": {"type": "integer"}},
                        },
                    },
                }
            }
        },
    }
}


def _api(paths: Mapping[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {**paths}}


def _made(link: Mapping[str, Any]) -> dict[str, Any]:
    return _operation("make", "201", links={"it": dict(link)})


READ = _operation("read", "200", "id")
REF = {"operationRef": "#/paths/~1things~1{id}/get", "parameters": {"id": "$response.body#/ref"}}
BY_ID = {"operationId": "read", "parameters": {"path.id": "$response.body#/ref"}}
DOCUMENTS: Mapping[str, tuple[dict[str, Any], list[tuple[str, str, str, str | None]]]] = {
    "a slash at the collection's end": (
        _api({"/things/": {"post": _made({})}, "/things/{id}": {"get": READ}}),
        [("make", "read", "id", None)],
    ),
    "a slash at both ends": (
        _api({"/things/": {"post": _made({})}, "/things/{id}/": {"get": READ}}),
        [("make", "read", "id", None)],
    ),
    "PUT creates": (
        _api({"/things/{id}": {"get": READ, "put": _operation("put", "201", "id")}}),
        [("put", "read", "id", None)],
    ),
    "POST creates, PUT replaces": (
        _api(
            {
                "/things": {"post": _made({})},
                "/things/{id}": {"get": READ, "put": _operation("put", "200", "id")},
            }
        ),
        [("make", "read", "id", None)],
    ),
    "a link by id": (
        _api({"/orders": {"post": _made(BY_ID)}, "/things/{id}": {"get": READ}}),
        [("make", "read", "id", "/ref")],
    ),
    "a link by reference": (
        _api({"/orders": {"post": _made(REF)}, "/things/{id}": {"get": READ}}),
        [("make", "read", "id", "/ref")],
    ),
    "a link to nothing": (
        _api({"/orders": {"post": _made({"operationId": "x"})}, "/things/{id}": {"get": READ}}),
        [],
    ),
    "a word of the path creates": (
        _api({"/things/create": {"post": _made({})}, "/things/{id}": {"get": READ}}),
        [("make", "read", "id", None)],
    ),
    "a list below a parameter": (
        _api(
            {
                "/things/{place}": {"get": _operation("list", "200", "place"), "post": _made({})},
                "/things/{place}/{id}": {"get": _operation("read", "200", "place", "id")},
            }
        ),
        [("make", "read", "id", None)],
    ),
    "nothing to read it by": (_api({"/things": {"post": _made({})}}), []),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_resources_are_seen(name: str) -> None:
    document, expected = DOCUMENTS[name]
    found = inferred_resources(compile_api("t", "t.yaml", document))
    assert [(each.create, each.read, each.parameter, each.id) for each in found] == expected


def test_what_nothing_shows_is_no_item() -> None:
    put = _operation("put", "200", "id")
    shown = {"/things": {"get": _operation("list")}, "/things/{id}": {"put": put}}
    for paths, expected in (({"/edit/{id}": {"put": put}}, []), (shown, ["put"])):
        found = all_resources(compile_api("t", "t.yaml", _api(paths)))
        assert [each.replace for each in found] == expected


def test_what_answers_with_an_array_is_a_list() -> None:
    array: Any = {"content": {"application/json": {"schema": {"type": "array"}}}}
    listed = _operation("list", "200", "place", **array)
    paths = {
        "/notes": {"get": _operation("notes", **array), "put": _operation("mark")},
        "/events/{place}": {"get": listed},
        "/settings": {"get": _operation("settings"), "put": _operation("set")},
    }
    found = all_resources(compile_api("t", "t.yaml", _api(paths)))
    assert {(each.list, each.read, each.replace) for each in found} == {
        ("notes", "", ""),
        ("list", "", ""),
        ("", "settings", "set"),
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("_limit", "_token"), ("_limit", "_token")),
        (("$limit", "token"), ("$limit", None)),
        (("_page-size", "_cursor"), ("_page-size", "_cursor")),
    ],
)
def test_names_with_marks_page_as_well(names: tuple[str, ...], expected: Any) -> None:
    operation = _operation("list")
    operation["parameters"] = [{"name": n, "in": "query", "schema": {}} for n in names]
    api = compile_api("t", "t.yaml", _api({"/things": {"get": operation}}))
    [pages] = with_inferred(Contract(), api).pages
    assert (pages.limit, pages.cursor) == expected


@pytest.mark.parametrize(
    ("sent", "got", "places"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, ["/a/b"]),
        ({"a": {"b": 1}}, {"a": {"c": 3}}, []),
        ({"a": [1, 2, 2]}, {"a": [2, 1]}, []),
        ({"a": [1, 2]}, {"a": [1]}, ["/a"]),
        ({"a": []}, {"a": ["x"]}, ["/a"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["/a/0/b"]),
        ({"a": [{"b": 1}]}, {"a": []}, ["/a"]),
        ({"a": {"b": 1}}, {"a": None}, ["/a"]),
        ({"a": 1}, {"a": 1.0}, []),
    ],
)
def test_differences(sent: Json, got: Json, places: list[str]) -> None:
    assert [place for place, _, _ in differences(sent, got, "")] == places


class Things:
    """Keeps things under the ids of their paths, or under numbers, and pages them by headers."""

    def __init__(self, wrong: str = "") -> None:
        self.wrong = wrong
        self.things: dict[str, Any] = {}

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body = (await receive()).get("body", b"")
        path = scope["raw_path"].decode().partition("?")[0].rstrip("/")
        query = dict(p.split("=") for p in scope["query_string"].decode().split("&") if p)
        status, content, headers = self.answer(scope["method"], path.split("/"), query, body)
        fields = [(b"content-type", b"application/json"), *headers]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})

    def answer(
        self, method: str, path: list[str], query: dict[str, str], body: bytes
    ) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        id = path[2] if len(path) > 2 else ""
        if method == "POST" or (method == "PUT" and id):
            id = id or f"t{len(self.things)}"
            self.things[id] = self.kept(json.loads(body))
            return 201, self.things[id], [(b"location", f"/things/{id}".encode())]
        if method == "GET" and not id:
            return self.page(int(query.get("_limit", 100)), int(query.get("_token", 0)))
        if method != "GET" or id not in self.things:
            return (404 if method == "GET" else 405), {}, [(b"allow", b"GET, POST, PUT")]
        return 200, self.things[id], []

    def kept(self, sent: Any) -> Any:
        if self.wrong == "list":
            return {**sent, "tags": [*sent["tags"], "one more"]}
        if self.wrong == "object":
            return {**sent, "size": {"x": sent["size"]["x"] + 1}}
        return sent

    def page(self, limit: int, begin: int) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        items = [{"id": id} for id in self.things][begin : begin + limit]
        end = begin + limit + (self.wrong == "skips")
        more = [(b"next-page", f"http://x/things?_limit={limit}&_token={end}".encode())]
        return 200, {"data": items}, more if end < len(self.things) else []


LISTED = {
    **_operation("list"),
    "parameters": [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}}
        for name in ("_limit", "_token")
    ],
}
POSTED = _api(
    {
        "/things/": {"get": LISTED, "post": {**_operation("make", "201"), **BODY}},
        "/things/{id}": {"get": READ},
    }
)
PUT = _api({"/things/{id}": {"get": READ, "put": {**_operation("put", "201", "id"), **BODY}}})


@pytest.mark.parametrize(
    ("document", "wrong", "title"),
    [
        (POSTED, "", ""),
        (PUT, "", ""),
        (POSTED, "list", "The answer has other data than was sent"),
        (POSTED, "object", "The answer has other data than was sent"),
        (PUT, "object", "The answer has other data than was sent"),
        (POSTED, "skips", "Small pages leave out items that large ones have"),
    ],
    ids=["posted", "put", "posted list", "posted object", "put object", "pages"],
)
def test_life_of_things(document: dict[str, Any], wrong: str, title: str) -> None:
    target = Target("t", document, app=Things(wrong))
    options = CheckOptions(phases=("behaviour",), checks=("life_cycle", "pagination"))
    result = check(target, options, lambda _: None)
    assert result.errors == ()
    assert {each.title for each in result.findings if each.check != "error_envelope"} >= {title} - {
        ""
    }
    assert bool(result.findings) == bool(title)
