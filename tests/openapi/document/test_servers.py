"""Base paths: of documents, paths and operations, with every value of their variables."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.servers import (
    base_paths,
    paths_of,
    served_at,
    server_doubts,
)
from tests.support.apis import api_of, operation


@pytest.mark.parametrize(
    ("servers", "paths"),
    [
        (None, ("",)),
        ([], ("",)),
        ([{"url": "https://x.example"}], ("",)),
        ([{"url": "https://x.example/"}], ("",)),
        ([{"url": "https://x.example/v1/"}, {"url": "http://y.example/v1"}], ("/v1",)),
        ([{"url": "/v1"}, {"url": "/v2"}], ("/v1", "/v2")),
        ([{"url": "v1"}], ("/v1",)),
        ([{"url": "https://{h}/{v}", "variables": {"v": {"default": "v3"}}}], ("/v3",)),
        ([{"url": "https://x.example/{v}"}], ("",)),
        ([{"url": "http://[broken"}], ("",)),
        ([{"url": "/{base}", "variables": {"base": {"default": "api/v3"}}}], ("/api/v3",)),
        ("nonsense", ("",)),
        ([7], ("",)),
        ([{"url": 1}, "x", None], ("",)),
        ([{"url": "/{v}", "variables": {"v": "x"}}], ("",)),
        (
            [{"url": "/{v}", "variables": {"v": {"default": "v2", "enum": ["v1", "v2"]}}}],
            ("/v2", "/v1"),
        ),
        (
            [
                {
                    "url": "https://{h}/{a}/{b}",
                    "variables": {
                        "h": {"default": "x", "enum": ["x", "y"]},
                        "a": {"default": "a", "enum": ["a", "c"]},
                        "b": {"default": "b", "enum": ["b", "d"]},
                    },
                }
            ],
            ("/a/b", "/a/d", "/c/b", "/c/d"),
        ),
        (
            [{"url": "{all}", "variables": {"all": {"default": "/a", "enum": ["https://x/b"]}}}],
            ("/a", "/b"),
        ),
    ],
)
def test_base_paths(servers: Json, paths: tuple[str, ...]) -> None:
    assert base_paths({"servers": servers}) == paths


def test_servers_that_are_none_have_no_paths() -> None:
    assert paths_of(None) == paths_of([]) == paths_of("x") == ()


def variable(url: str, **more: Json) -> list[Json]:
    return [{"url": url, "variables": {"v": {"default": "a", **more}}}]


MANY = [str(number) for number in range(200)]


@pytest.mark.parametrize(
    ("servers", "places"),
    [
        (variable("/{v}"), [("0", "variables", "v")]),
        (variable("/{v}", enum=["a", "b"]), []),
        (variable("https://{v}.example/x"), []),
        (variable("https://h.example:{v}/x"), []),
        (variable("{v}"), [("0", "variables", "v")]),
        ([{"url": "https://x.example/{v}"}], [("0", "url")]),
        ([{"url": "/x"}, *variable("/{v}")], [("1", "variables", "v")]),
        (variable("/{v}", enum=MANY), [("0", "variables")]),
        (None, []),
        ([7], []),
    ],
)
def test_paths_that_are_not_served_are_doubts(servers: Json, places: list[tuple[str, ...]]) -> None:
    assert [place for place, _ in server_doubts(servers)] == places


def test_number_of_paths_is_limited() -> None:
    names = "abcdefgh"
    variables = {name: {"default": "0", "enum": MANY} for name in names}
    url = "".join(f"/{{{name}}}" for name in names)
    assert len(paths_of([{"url": url, "variables": variables}])) == 100


def test_servers_of_operations_and_paths() -> None:
    item = {
        "servers": [{"url": "https://x.example/of-path"}, {"url": "/{free}"}],
        "get": operation(),
        "put": operation(servers=[{"url": "/of-operation"}]),
    }
    api = api_of({"/a": item, "/b": {"get": operation()}}, servers=[{"url": "/of-document"}])
    assert [each.prefixes for each in api.operations] == [("/of-path",), ("/of-operation",), ()]
    assert api.prefixes == ("/of-document",)
    assert api.all_prefixes == ("/of-document", "/of-path", "/of-operation")
    assert [(n.code, n.pointer) for n in api.notices] == [
        ("server-paths", "/paths/~1a/servers/1/url")
    ]


def test_document_as_it_is_served_names_no_other_server() -> None:
    get = operation(
        servers=[{"url": "https://x.example/{v}", "variables": {"v": {"default": "9"}}}]
    )
    paths = {
        "/a": {"servers": [{"url": "https://y.example/own"}], "get": get, "put": operation()},
        "/b": {"$ref": "#/components/pathItems/B"},
        "/c": {"$ref": "#/components/x-bundled/C"},
        "x-own": "kept",
    }
    shared = {"servers": [{"url": "https://z.example"}], "get": operation()}
    document = {
        "paths": paths,
        "servers": [{"url": "https://x.example/v1"}],
        "components": {"pathItems": {"B": shared}, "x-bundled": {"C": shared, "D": True}},
    }
    served = served_at(document, "http://localhost:1/~s", ["/v1", ""])
    assert served["servers"] == [
        {"url": "http://localhost:1/~s/v1"},
        {"url": "http://localhost:1/~s"},
    ]
    item = served["paths"]["/a"]
    assert item["servers"] == [{"url": "http://localhost:1/~s/own"}]
    assert item["get"]["servers"] == [{"url": "http://localhost:1/~s/9"}]
    assert item["put"] == operation()
    assert ".example" not in str(served)
    assert ".example" in str(document)
    assert served_at({"paths": {}}, "", [""]) == {"servers": [{"url": "/"}], "paths": {}}
