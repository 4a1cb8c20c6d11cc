"""What templates of stubs see of a request, and the functions they have."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.errors import RenderError
from emulator.fixtures.templates.context import base_variables
from emulator.http.messages import Request
from emulator.schema.chance import chance_of
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub, parse_stub
from emulator.stubs.values import stub_values

REQUEST = Request(
    "POST",
    "/notes/7/x",
    "q=a&q=b&r=c+d",
    (("host", "api.test:81"), ("x-kind", "k"), ("x-kind", "l"), ("cookie", "s=1")),
    b'{"title": "Milk", "tags": ["a", "b"], "n": {"m": null}}',
)


def rendered(text: str, request: Request = REQUEST) -> Any:
    raw = {
        "request": {"urlPathTemplate": "/notes/{id}/x"},
        "response": {
            "jsonBody": text,
            "transformers": ["response-template"],
            "transformerParameters": {"limit": 3},
        },
    }
    stub = parse_stub(raw, "s")
    assert isinstance(stub, Stub), stub
    chance, now = chance_of("seed"), datetime(2026, 4, 28, 12, tzinfo=UTC)
    subject = Subject(request)
    path = stub.path_parameters(subject)
    own = stub_values(subject, chance, now, path, stub.response.parameters)
    body = stub.response.fixture.body
    assert body is not None
    return body(base_variables(request, chance, now) | own)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{request.method}}", "POST"),
        ("{{request.path}}", "/notes/7/x"),
        ("{{request.url}}", "/notes/7/x?q=a&q=b&r=c+d"),
        ("{{request.pathSegments[1]}}", "7"),
        ("{{request.pathParameters.id}}", "7"),
        ("{{request.query.q}} {{request.query.r}}", "a c d"),
        ("{{request.queryParameters.q}}", ["a", "b"]),
        ("{{request.headers['X-Kind']}}", "k"),
        ("{{request.headers.host}}", "api.test:81"),
        ("{{request.headers.none}}", ""),
        ("{{nothing}}", ""),
        ("{{request.cookies.s}}", "1"),
        ("{{request.baseUrl}}", "http://api.test:81"),
        ("{{request.host}} {{request.port}} {{request.scheme}}", "api.test 81 http"),
        ("{{request.body | length}}", 55),
        ("{{request.bodyAsBase64[:4]}}", "eyJ0"),
        ("{{request.id | length}}", 36),
        ("{{parameters.limit}}", 3),
        ("{{jsonPath(request.body, '$.title')}}", "Milk"),
        ("{{jsonPath(request.body, '$.tags[*]')}}", ["a", "b"]),
        ("{{jsonPath(request.body, '$.no', 'none')}}", "none"),
        ("{{jsonPath(request.body, '$.n.m', 1)}}", None),
        ("{{parseJson(request.body).tags[1]}}", "b"),
        ("{{jsonPath({'a': 1}, '$.a')}}", 1),
        ("{{formData('a=1&b=x+y&a=2').a}}", "1"),
        ("{{base64('héllo')}}", "aMOpbGxv"),
        ("{{base64('aMOpbGxv', decode=true)}}", "héllo"),
        ("{{now}}", "2026-04-28T12:00:00Z"),
        ("{{date()}}", "2026-04-28T12:00:00Z"),
        ("{{date(offset='3 days')}}", "2026-05-01T12:00:00Z"),
        ("{{date(offset='-1 hour', format='unix')}}", 1777374000),
        ("{{date(format='epoch')}}", 1777377600000),
        ("{{range(3) | list}}", [0, 1, 2]),
        ("{{randomValue(length=5) | length}}", 5),
        ("{{randomValue(type='NUMERIC', length=4) | int | string | length <= 4}}", True),
        ("{{randomValue(type='HEXADECIMAL', uppercase=true) == randomValue()}}", False),
        ("{{1 <= randomInt(1, 3) <= 3}}", True),
        ("{{randomDecimal(1, 2) < 2}}", True),
    ],
)
def test_template_gives(text: str, value: Any) -> None:
    assert rendered(text) == value


@pytest.mark.parametrize(
    "expression",
    [
        "jsonPath(request.body, '$..*..[?@.q == 1]')",
        "date(offset='3 days', format='yyyy-MM-dd HH:mm:ss.SSS EEEE MMMM')",
    ],
)
def test_loop_pays_for_what_its_functions_do(expression: str) -> None:
    text = "{% for each in range(request.query.n | int) %}{{ " + expression + " }}{% endfor %}"
    body = b'{"a": [' + b", ".join([b'{"a": "aaaa", "q": [1, 2]}'] * 500) + b"]}"
    assert rendered(text, Request("POST", "/notes/7/x", "n=2", body=body))
    with pytest.raises(RenderError, match="does too much"):
        rendered(text, Request("POST", "/notes/7/x", "n=9000", body=body))


@pytest.mark.parametrize("text", ["{{randomValue(type='UUID')}}", "{{randomInt()}}"])
def test_what_is_random_follows_from_the_request(text: str) -> None:
    assert rendered(text) == rendered(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{jsonPath('{', '$.a')}}",
        "{{jsonPath({}, '$[')}}",
        "{{date(offset=request.method)}}",
        "{{date(format=request.method)}}",
        "{{randomValue(type=request.method)}}",
        "{{base64('?', decode=true)}}",
        "{{range(10000000)}}",
        "{{parseJson(request.body).__globals__.keys()}}",
    ],
)
def test_what_a_template_cannot_make_fails(text: str) -> None:
    with pytest.raises(RenderError):
        rendered(text)
