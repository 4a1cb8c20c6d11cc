"""What the function of an operation lets in is what the whole of the checks lets in."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json, Request
from emulator.http.problems import Problem
from emulator.openapi.security.check import Mode, Policy, check_auth, compile_guard
from emulator.openapi.validate.admit import Admission
from emulator.openapi.validate.request import ValidRequest, compile_request, validate_request
from tests.support.apis import api_of, operation

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "other": {"type": "apiKey", "in": "header", "name": "X-Other"},
    "asked": {"type": "apiKey", "in": "query", "name": "key"},
    "baked": {"type": "apiKey", "in": "cookie", "name": "key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "Digest"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
    "tls": {"type": "mutualTLS"},
}
SCHEMAS: tuple[Json, ...] = (
    *({"type": "string"}, {"type": "integer"}, {"type": "integer", "maximum": 10}, {}),
    *({"type": "boolean"}, {"type": ["number", "null"]}, {"enum": ["1", 1, "a"]}, False),
    *({"type": "string", "pattern": "^[0-9]+$"}, {"type": ["integer", "string"]}),
    *({"type": "string", "enum": ["a", "1", None]}, {"type": "string", "maxLength": 1}),
    {"type": "integer", "format": "int32", "minimum": 1, "maximum": 7, "title": "A"},
    *({"type": "integer", "minimum": 1.5}, {"type": "integer", "format": "date"}),
    *({"type": "integer", "enum": [7]}, {"type": "string", "x-a": 1}),
    {"type": "array", "items": {"type": "integer"}},
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}},
)
STYLES = (None, "simple", "label", "matrix", "form", "deepObject", "pipeDelimited")
MEDIA_TYPES = (
    *("application/json", "application/problem+json", "application/*", "*/*", "text/plain"),
    *("application/x-www-form-urlencoded", "application/xml", "multipart/form-data"),
)
BODY = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "integer"}, "b": {"type": "array"}},
}
NAMES = ("a", "b", "X-C", "key")
TEXTS = (
    *("", "0", "1", "7", "01", "-1", "1.5", "11", "a", "a,b", "true", "null", " 1", "1 "),
    *(
        "%31",
        "%",
        "+1",
        "%C2%B2",
        "%20",
        "a+b",
        "\u00b2",
        "\u00e9",
        "\udc80",
        "9" * 299,
        "9" * 300,
        "a=1",
        ";a=1",
        ".1",
    ),
)
TOKEN = "eyJhbGciOiJub25lIn0.eyJleHAiOjF9."  # a JWT that has expired
CREDENTIALS = ("", "good", "bad", TOKEN, "a.b.c")
AUTHORIZATIONS = (
    *(f"{scheme} {each}" for scheme in ("Bearer", "BEARER", "digest") for each in CREDENTIALS),
    *("Bearer", "good", " good", "Bearer  good ", "Basic Z29vZDpnb29k", "Basic !"),
)
CONTENT_TYPES = (
    *MEDIA_TYPES,
    *("application/json; charset=utf-8", "APPLICATION/JSON", "text/html", "application/yaml", ""),
)
BODIES = (
    *(b"", b" ", b"{}", b'{"a": 1}', b'{"a": "1"}', b'{"a": 1, "a": 2, "b": [NaN]}', b"[1]"),
    *(b"a=1", b"a=x", b"a", b"<x><a>1</a></x>", b"\xff", b"null", b'{"a": 1, "\xff": 1}'),
    *(b'{"a":1,"b":[%s]}' % b",".join([b"[]"] * 300), b"[" * 300 + b"]" * 300),
    *(b'{"a":1,"b":' + b"[" * depth + b"]" * depth + b"}" for depth in (150, 199, 200, 250)),
)
ANY_POLICY = Policy()


@st.composite
def parameters(draw: st.DrawFn) -> Json:
    location = draw(st.sampled_from(("path", "query", "header", "cookie", "query", "query")))
    made: dict[str, Json] = {"in": location, "name": draw(st.sampled_from(NAMES))}
    made["required"] = location == "path" or draw(st.booleans())
    schema = draw(st.sampled_from(SCHEMAS))
    if draw(st.integers(0, 9)) == 0:
        media_type = draw(st.sampled_from(("application/json", "text/plain")))
        return {**made, "content": {media_type: {"schema": schema}}}
    style = draw(st.sampled_from(STYLES) | st.none())
    for name, value in (("style", style), ("explode", draw(st.sampled_from((None, True, False))))):
        if value is not None:
            made[name] = value
    if draw(st.integers(0, 9)) == 0:
        made["allowEmptyValue"] = True
    return {**made, "schema": schema}


@st.composite
def operations(draw: st.DrawFn) -> Json:
    found = draw(st.lists(parameters(), max_size=5, unique_by=lambda p: (p["in"], p["name"])))
    alternatives: st.SearchStrategy[Json] = st.dictionaries(
        st.sampled_from(list(SCHEMES)), st.just([]), max_size=2
    )
    made: dict[str, Json] = {"security": draw(st.lists(alternatives, max_size=3))}
    if not any(each["in"] == "query" for each in found) and draw(st.integers(0, 4)) == 0:
        whole = {"application/x-www-form-urlencoded": {"schema": BODY}}
        found.append({"in": "querystring", "name": "q", "content": whole})
    made["parameters"] = found
    if draw(st.booleans()):
        names = draw(st.lists(st.sampled_from(MEDIA_TYPES), min_size=1, max_size=3, unique=True))
        content = {name: draw(st.sampled_from(({"schema": BODY}, {}))) for name in names}
        made["requestBody"] = {"required": draw(st.booleans()), "content": content}
    return operation(**made)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Request, Mapping[str, str]]:
    texts = st.sampled_from(TEXTS) | st.text(max_size=3)
    plain = st.sampled_from(("1", "7", "a")) | texts
    path = {name: draw(plain) for name in NAMES if draw(st.integers(0, 9))}
    names = st.sampled_from((*NAMES, "a[b]", "a%5Bb%5D", "c", "", "%61"))
    pairs = draw(st.lists(st.builds(lambda a, b: f"{a}={b}", names, plain) | texts, max_size=4))
    headers = []
    for name, values in (
        ("x-key", st.sampled_from(CREDENTIALS)),
        ("x-other", st.sampled_from(CREDENTIALS)),
        ("authorization", st.sampled_from(AUTHORIZATIONS)),
        ("cookie", st.sampled_from(("key=good", "a=1", "b=x; a=2", ""))),
        ("content-type", st.sampled_from(CONTENT_TYPES)),
        ("a", plain),
        ("x-c", plain),
    ):
        headers += [(name, value) for value in draw(st.lists(values, max_size=1))]
    made = Request(
        "POST",
        "/things",
        draw(st.sampled_from(("", "a=1", "&".join(pairs)))),
        tuple(headers),
        draw(st.sampled_from(BODIES)),
        draw(st.sampled_from((None,) * 9 + (1,))),
    )
    return made, path


def admission(
    described: Json, policy: Policy = ANY_POLICY, *, exclusive: bool = False
) -> Admission:
    components = {"securitySchemes": SCHEMES}
    api = api_of({"/things": {"post": described}}, components=components)
    guard = compile_guard(api.operations[0].security, exclusive=exclusive)
    return Admission(guard, policy, compile_request(api, api.operations[0]))


def whole(found: Admission, request: Request, path: Mapping[str, str]) -> ValidRequest | Problem:
    principal = check_auth(found.guard, request, found.policy, 1e9)
    if isinstance(principal, Problem):
        return principal
    return validate_request(found.plan, request, path, principal)


@given(
    operations(),
    st.sampled_from(("any", "any", "known", "off")),
    st.booleans(),
    st.lists(requests(), min_size=1, max_size=12),
)
def test_what_is_let_in_is_read_as_by_the_whole(
    described: Json, mode: Mode, exclusive: bool, sent: list[tuple[Request, Mapping[str, str]]]
) -> None:
    known = {name: frozenset(("good", "good:good")) for name in SCHEMES}
    found = admission(described, Policy(mode, known), exclusive=exclusive)
    admit = found.made()
    for request, path in sent * 2:  # Content-Types are remembered
        said, expected = admit(request, path), whole(found, request, path)
        if isinstance(said, tuple):
            assert said[0] == check_auth(found.guard, request, found.policy, 1e9)
            assert said[1] == expected
        elif said is not None:
            assert said == expected
            assert repr(said) == repr(expected)  # the same types, in the same order


PLAIN = operation(
    parameters=[
        {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}},
        {"in": "query", "name": "page", "schema": {"type": "integer"}},
        {"in": "query", "name": "sort", "schema": {"type": "string"}},
        {"in": "query", "name": "tags", "schema": {"type": "array"}},
        {"in": "query", "name": "where", "style": "deepObject", "schema": {"type": "object"}},
        {"in": "header", "name": "X-Version", "schema": {"type": "number"}},
        {"in": "cookie", "name": "theme", "schema": {"type": "string"}},
    ],
    security=[{"key": []}, {"bearer": []}],
    requestBody={
        "content": {"application/json": {"schema": BODY}, "application/x-www-form-urlencoded": {}}
    },
)
KEY, BEARER = ("x-key", "k"), ("authorization", "Bearer t")
JSON_TYPE = ("content-type", "application/json")


@pytest.mark.parametrize(
    ("request_", "read"),
    [
        (Request("POST", "/", "", (KEY,)), ("key", {}, {}, None, None)),
        (Request("POST", "/", "", (BEARER,)), ("bearer", {}, {}, None, None)),
        (
            Request("POST", "/", "sort=x&page=2&z=", (KEY, ("x-version", "1.5"))),
            None,
        ),
        (
            Request("POST", "/", "s%6Frt=x%20y+z&page=%32", (KEY,)),
            ("key", {"page": 2, "sort": "x y z"}, {}, None, None),
        ),
        (Request("POST", "/", "sort=%C3%A9", (KEY,)), None),
        (Request("POST", "/", "sort=%e", (KEY,)), None),
        (
            Request("POST", "/", "sort=x&page=2&z=1", (KEY, ("x-version", "1.5"))),
            ("key", {"page": 2, "sort": "x"}, {"X-Version": 1.5}, None, None),
        ),
        (
            Request("POST", "/", "", (KEY, JSON_TYPE), b'{"a": 1}'),
            ("key", {}, {}, {"a": 1}, "application/json"),
        ),
        (
            Request("POST", "/", "", (KEY, ("content-type", FORM := CONTENT_TYPES[5])), b"a=1"),
            ("key", {}, {}, {"a": "1"}, FORM),
        ),
        (Request("POST", "/", "", (KEY, JSON_TYPE)), ("key", {}, {}, None, None)),
        (Request("POST", "/", "", (KEY, JSON_TYPE), b"{"), None),
        (Request("POST", "/", "", (("authorization", "Bearer a.b.c"),)), None),
        (Request("POST", "/", "tags=x", (KEY,)), None),
        (Request("POST", "/", "where[x]=y", (KEY,)), None),
        (Request("POST", "/", "", (KEY, ("cookie", "theme=dark"))), None),
        (Request("POST", "/"), None),
    ],
)
def test_plain_requests_are_let_in_and_others_left(
    request_: Request, read: tuple[Json, ...] | None
) -> None:
    valid = admission(PLAIN).made()(request_, {"id": "7"})
    if read is None:
        assert valid is None
    else:
        assert isinstance(valid, ValidRequest)
        values = valid.parameters
        assert values["path"] == {"id": 7}
        found = (valid.principal.scheme, values["query"], values["header"])
        assert (*found, valid.body, valid.media_type) == read


def test_content_type_is_let_in_once_it_is_known() -> None:
    found = admission(PLAIN)
    headers = (KEY, ("content-type", "application/json; charset=utf-8"))
    request, path = Request("POST", "/", "", headers, b'{"a": 1}'), {"id": "7"}
    assert found.made()(request, path) is None
    expected = whole(found, request, path)
    assert found.made()(request, path) == expected


def test_source_is_kept() -> None:
    found = admission(PLAIN)
    assert found.admit is None
    assert found.made() is found.admit
    assert found.source.startswith("def admit(request, path):\n")


def test_name_that_an_object_may_claim_is_left_and_required() -> None:
    spread = {"in": "query", "name": "o", "schema": {"type": "object"}}
    needed = {"in": "query", "name": "n", "schema": {"type": "string"}}
    optional = admission(operation(parameters=[spread, needed])).made()
    required = admission(operation(parameters=[spread, {**needed, "required": True}])).made()
    nothing, both = Request("POST", "/"), Request("POST", "/", "n=1")
    assert optional(nothing, {}) is not None
    assert (optional(both, {}), required(nothing, {}), required(both, {})) == (None, None, None)


@pytest.mark.parametrize(
    ("path", "sent", "name", "place"),
    [
        ("7", b'{"a": "1"}', "body-invalid", "/a"),
        ("x", b'{"a": 1}', "parameters-invalid", "/id"),
        ("x", b'{"a": "1"}', "parameters-invalid", "/id"),
    ],
)
def test_refusal_says_who_asked(path: str, sent: bytes, name: str, place: str) -> None:
    found = admission(PLAIN)
    request = Request("POST", "/", "", (KEY, JSON_TYPE), sent)
    said = found.made()(request, {"id": path})
    assert isinstance(said, tuple)
    principal, problem = said
    assert (principal.scheme, principal.credential) == ("key", "k")
    assert problem == whole(found, request, {"id": path})
    assert (problem.type.name, problem.violations[0].pointer) == (name, place)
