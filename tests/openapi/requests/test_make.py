"""Valid requests: whatever is made is accepted, seeds repeat, and each part is written right."""

import base64
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.http.messages import Json, Request
from emulator.mock.specs import load_api
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.requests.make import Extent, RequestMaker, UnmakeableError
from emulator.openapi.requests.parts import NO_BODY, RequestParts
from emulator.openapi.routing.router import Match, compile_router
from emulator.openapi.security.check import ANYONE
from emulator.openapi.security.credentials import with_credentials, with_headers
from emulator.openapi.validate.parameter_style import STYLES
from emulator.openapi.validate.request import ValidRequest, compile_request, validate_request
from emulator.settings import Settings
from tests.support.apis import api_of
from tests.support.schemas import documents, schemas

MEDIA_TYPES = (
    *("application/json", "application/problem+json", "*/*", "application/*"),
    *("application/x-www-form-urlencoded", "multipart/form-data", "application/xml"),
    *("text/plain", "text/csv", "application/yaml", "application/jsonl"),
    *("application/octet-stream", "image/png", "application/zip"),
)
RESPONSES = {"200": {"description": "OK"}}
OBJECT = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1}, "age": {"type": "integer"}},
}
EXTENTS = st.builds(Extent, st.booleans(), st.booleans(), st.none() | st.integers(0, 2))


def maker(described: Json, path: str = "/things", seed: int = 0, **known: Json) -> RequestMaker:
    api = api_of({path: {"post": {"responses": RESPONSES, **described}}})
    return RequestMaker(api, api.operations[0], seed, known)


def parameter(location: str, name: str, schema: Json, **more: Json) -> Mapping[str, Json]:
    return {"in": location, "name": name, "schema": schema, "required": True, **more}


def body(schema: Json, *media_types: str, required: bool = True, **more: Json) -> Json:
    content = {each: {"schema": schema, **more} for each in media_types or ["application/json"]}
    return {"required": required, "content": content}


def judged(api: Api, operation: Operation, parts: RequestParts) -> ValidRequest:
    """What the emulator reads in a request, after routing it; fails where it refuses it."""
    request = parts.request("/base")
    routes = [(each.method, f"/base{each.path}", each) for each in api.operations]
    found = compile_router(routes)[0].find(request.method, request.path)
    assert isinstance(found, Match)
    assert found.target.key == operation.key
    read = validate_request(compile_request(api, operation), request, found.path, ANYONE)
    assert isinstance(read, ValidRequest), read
    return read


@cache
def shipped(name: str) -> Api:
    return load_api(name, Settings())


@given(st.integers(0, 2**32), EXTENTS, st.data())
@settings(max_examples=60, deadline=None)
def test_every_request_for_a_built_in_service_is_accepted(
    seed: int, extent: Extent, data: st.DataObject
) -> None:
    api = shipped(data.draw(st.sampled_from(("paragon", "composio", "agentflow")), "api"))
    operation = data.draw(st.sampled_from(api.operations), "operation")
    for parts in RequestMaker(api, operation, seed).alternatives("name", extent):
        read = judged(api, operation, parts)
        assert read.body == (None if parts.body is NO_BODY else parts.body)


@st.composite
def parameters(draw: st.DrawFn) -> Mapping[str, Json]:
    location = draw(st.sampled_from(("path", "query", "header", "cookie")))
    raw = {
        "in": location,
        "name": draw(st.sampled_from(("a", "b", "X-Mixed"))),
        "required": location == "path" or draw(st.booleans()),
        "schema": draw(schemas),
    }
    if draw(st.booleans()):
        raw |= {"style": draw(st.sampled_from(STYLES[location])), "explode": draw(st.booleans())}
    return raw


@given(
    st.lists(parameters(), max_size=3, unique_by=lambda each: (each["in"], each["name"])),
    st.lists(st.sampled_from(MEDIA_TYPES), max_size=3, unique=True),
    schemas,
    documents,
    st.booleans(),
    EXTENTS,
)
@settings(max_examples=100, deadline=None)
def test_every_request_for_any_document_is_accepted(
    declared: list[Json],
    media_types: list[str],
    schema: Json,
    defined: Json,
    required: bool,
    extent: Extent,
) -> None:
    path = "/things" + "".join(f"/{{{each['name']}}}" for each in declared if each["in"] == "path")
    described: dict[str, Json] = {"parameters": declared, "responses": RESPONSES}
    if media_types:
        described["requestBody"] = body(schema, *media_types, required=required)
    api = api_of({path: {"post": described}}, **{"$defs": defined})
    (operation,) = api.operations
    try:
        made = list(RequestMaker(api, operation).alternatives("name", extent))
    except UnmakeableError:
        return
    for parts in made:
        judged(api, operation, parts)
        assert {key for key, value in parts.parameters.items()} >= {
            (each["in"], each["name"]) for each in declared if each["required"]
        }


@given(st.integers(0, 2**32), st.text(max_size=4), EXTENTS)
@settings(max_examples=30, deadline=None)
def test_equal_seeds_and_names_make_equal_requests(seed: int, name: str, extent: Extent) -> None:
    described = {
        "parameters": [parameter("query", "q", {"type": "array", "items": {"type": "string"}})],
        "requestBody": body(OBJECT, *MEDIA_TYPES[:6]),
    }
    once, again = (maker(described, seed=seed).alternatives(name, extent) for _ in range(2))
    assert [each.request() for each in once] == [each.request() for each in again]


def test_requests_of_other_seeds_and_names_differ() -> None:
    described = {"requestBody": body(OBJECT)}
    made = [maker(described, seed=seed).make(name) for seed in (0, 1) for name in ("0", "1")]
    assert len({parts.content for parts in made}) == 4


def test_extent_says_what_is_optional() -> None:
    optional = {**parameter("query", "q", {"type": "integer"}), "required": False}
    make = maker({"parameters": [optional], "requestBody": body(OBJECT, required=False)}).make
    usual, everything = make("0"), make("0", Extent(parameters=True))
    assert (set(usual.parameters), set(usual.body)) == (set(), {"name", "age"})
    assert (set(everything.parameters), set(everything.body)) == ({("query", "q")}, {"name", "age"})
    assert make("0", Extent(body=False)).request() == Request("POST", "/things")
    required = maker({"requestBody": body(OBJECT)}).make("0", Extent(body=False))
    assert set(required.body) == {"name"}


def test_optional_parameter_without_a_value_is_left_out() -> None:
    optional = {**parameter("query", "q", False), "required": False}
    assert maker({"parameters": [optional]}).make("0", Extent(parameters=True)).parameters == {}


def test_valid_examples_come_first() -> None:
    examples = {name: {"value": value} for name, value in (("a", 3), ("b", {"name": "Rex"}))}
    described = {
        "parameters": [
            parameter("query", "plain", {"type": "integer"}, examples={"wrong": {"value": "x"}}),
            parameter("header", "X-Plain", {"type": "integer"}, example=7),
            {
                "in": "query",
                "name": "content",
                "required": True,
                "content": {"application/json": {"schema": OBJECT, "example": {"name": "Tom"}}},
            },
        ],
        "requestBody": body(OBJECT, examples=examples),
    }
    parts = maker(described).make("0")
    assert isinstance(parts.parameters["query", "plain"], int)
    assert parts.parameters["header", "X-Plain"] == 7
    assert parts.parameters["query", "content"] == {"name": "Tom"}
    assert parts.body == {"name": "Rex"}
    for other in (Extent(example=1), Extent(example=None)):
        assert maker(described).make("0", other).body != {"name": "Rex"}
    assert maker(described).make("0", Extent(example=None)).parameters["header", "X-Plain"] != 7


def test_alternatives_are_json_first_and_end_without_a_body() -> None:
    types = ("text/csv", "application/x-www-form-urlencoded", "application/vnd.x+json")
    described = {"requestBody": body(OBJECT, *types, required=False)}
    made = list(maker(described).alternatives("0", Extent()))
    assert [each.media_type for each in made] == [types[2], *types[:2], ""]
    assert made[-1].request().body == b""
    assert next(maker(described).alternatives("0", Extent(body=False))).media_type == ""


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("application/x-www-form-urlencoded", b"name=Rex&age=3"),
        ("application/xml", b"<root><name>Rex</name><age>3</age></root>"),
        ("application/json", b'{"name":"Rex","age":3}'),
        ("multipart/form-data", b'name="name"\r\n\r\nRex\r\n'),
    ],
)
def test_body_is_written_as_its_media_type(media_type: str, sent: bytes) -> None:
    parts = maker({"requestBody": body(OBJECT, media_type)}).make("0")
    changed = parts.with_body({"name": "Rex", "age": 3})
    assert sent in changed.content
    assert changed.is_valid
    assert (changed.request().header("content-type") or "").startswith(media_type)
    assert not parts.with_body({"age": 3}).is_valid
    assert parts.members == (parts.body if media_type == "application/json" else {})


def test_file_is_a_real_one() -> None:
    parts = maker({"requestBody": body({"type": "string"}, "image/png")}).make("0")
    assert parts.request().body.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("media_type", "query"),
    [
        ("application/x-www-form-urlencoded", "name=Rex"),
        ("application/json", "%7B%22name%22%3A%22Rex%22%7D"),
    ],
)
def test_query_may_be_one_value(media_type: str, query: str) -> None:
    whole = {
        "in": "querystring",
        "name": "q",
        "required": True,
        "content": {media_type: {"schema": OBJECT, "example": {"name": "Rex"}}},
    }
    parts = maker({"parameters": [whole]}).make("0")
    assert parts.request().query == query
    assert parts.is_valid


def test_parts_are_written_where_they_belong() -> None:
    parts = maker(
        {
            "parameters": [
                parameter("path", "id", {"type": "string"}),
                parameter("query", "tags", {"type": "array", "items": {"type": "string"}}),
                parameter("header", "X-Kind", {"type": "string"}),
                parameter("cookie", "sid", {"type": "string"}),
                parameter("cookie", "lang", {"type": "string"}),
            ]
        },
        "/a b/{id}:run/{undeclared}",
    ).make("0")
    for location, name, value in (
        ("path", "id", "ä/1"),
        ("query", "tags", ["a", "b&c"]),
        ("header", "x-kind", "fine"),  # names of header fields have no case
        ("cookie", "sid", "1"),
        ("cookie", "lang", "de"),
        ("query", "more", "x"),
    ):
        parts = parts.with_parameter(location, name, value)
    assert parts.is_valid
    assert parts.request("/v1") == Request(
        "POST",
        "/v1/a%20b/%C3%A4%2F1:run/text",
        "tags=a&tags=b%26c&more=x",
        (("x-kind", "fine"), ("cookie", "sid=1; lang=de")),
    )
    assert not parts.without_parameter("header", "X-KIND").is_valid
    assert parts.without_parameter("path", "id").request().path == "/a%20b/{id}:run/text"


def test_values_that_no_header_or_path_can_hold_are_drawn_anew() -> None:
    odd = {"enum": ["", "日本", "fine"]}
    described = {"parameters": [parameter("path", "id", odd), parameter("header", "x-id", odd)]}
    for seed in range(9):
        parts = maker(described, "/things/{id}", seed).make("0")
        assert parts.parameters["path", "id"] != ""
        assert parts.parameters["header", "x-id"] != "日本"


def test_known_values_stand_as_they_are() -> None:
    described = {
        "parameters": [
            parameter("path", "id", {"type": "integer"}),
            {**parameter("query", "q", False), "required": False},
        ]
    }
    make = maker(described, "/things/{id}", id="x", q="y").make
    assert make("0").request().target == "/things/x"
    assert make("0", Extent(parameters=True)).request().target == "/things/x?q=y"


@pytest.mark.parametrize(
    ("described", "reason"),
    [
        ({"parameters": [parameter("query", "q", False)]}, "no value for its query q was found"),
        ({"requestBody": body(False)}, "no value for its body was found"),
        (
            {"parameters": [parameter("query", "q", {"type": "object", "maxProperties": 0})]},
            "no value for its query q was found",
        ),
        (
            {"requestBody": body({"const": {"a": [{"b": 1}]}}, "application/xml")},
            "no valid request was found",
        ),
    ],
)
def test_operation_without_a_valid_request_says_why(described: Json, reason: str) -> None:
    with pytest.raises(UnmakeableError) as caught:
        maker(described).make("0")
    assert str(caught.value) == reason


SCHEMES = {
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "hoba": {"type": "http", "scheme": "hoba"},
    "oauth": {"type": "oauth2", "flows": {}},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    "certificate": {"type": "mutualTLS"},
}
COOKIES = (("cookie", "a=1"),)


@pytest.mark.parametrize(
    ("security", "query", "headers"),
    [
        ([{"basic": []}], "", (("authorization", f"Basic {base64.b64encode(b'v').decode()}"),)),
        ([{"bearer": []}], "", (("authorization", "Bearer v"),)),
        ([{"hoba": []}], "", (("authorization", "HOBA v"),)),
        ([{"oauth": []}], "", (("authorization", "Bearer v"),)),
        ([{"header": [], "certificate": []}], "", (("x-key", "v"),)),
        ([{"query": []}], "key=v", ()),
        ([{"cookie": []}], "", (("cookie", "a=1; key=v"),)),
        ([{"unknown": []}, {"certificate": []}, {"header": []}], "", (("x-key", "v"),)),
        ([{}, {"header": []}], "", ()),
    ],
)
def test_credentials_stand_where_the_operation_asks_for_them(
    security: Json, query: str, headers: tuple[tuple[str, str], ...]
) -> None:
    schemes = {**SCHEMES, "unknown": {"type": "apiKey", "in": "header", "name": "no"}}
    api = api_of(
        {"/things": {"get": {"responses": RESPONSES, "security": security}}},
        components={"securitySchemes": schemes},
    )
    (operation,) = api.operations
    known = tuple((name, "v") for name in SCHEMES)
    request = with_credentials(Request("GET", "/things", headers=COOKIES), operation, known)
    kept = () if any(name == "cookie" for name, _ in headers) else COOKIES
    assert (request.query, request.headers) == (query, (*kept, *headers))
    parts = RequestParts(operation, compile_request(api, operation), credentials=known)
    assert (parts.request().query, parts.request().headers) == (
        query,
        tuple((name, value.removeprefix("a=1; ")) for name, value in headers),
    )


def test_credential_takes_the_place_of_a_parameter_of_its_name() -> None:
    schemes = {"key": SCHEMES["header"]}
    described = {"responses": RESPONSES, "security": [{"key": []}]}
    api = api_of({"/things": {"get": described}}, components={"securitySchemes": schemes})
    request = Request("GET", "/things", headers=(("x-key", "drawn"), ("x-other", "1")))
    sent = with_credentials(request, api.operations[0], [("key", "v")])
    assert sent.headers == (("x-other", "1"), ("x-key", "v"))


def test_headers_are_added_that_a_request_has_not() -> None:
    request = Request("GET", "/things", headers=(("accept", "text/csv"),))
    more = (("Accept", "*/*"), ("X-Key", "v"), ("X-More", "1"))
    sent = with_headers(request, more, withheld={"x-key"})
    assert sent.headers == (("accept", "text/csv"), ("x-more", "1"))
