"""Request patterns: which requests match, how near the others are, and what can't be one."""

import base64
from typing import Any

import pytest

from emulator.http.messages import Request
from emulator.stubs.matching.pattern import RequestPattern, parse_pattern
from emulator.stubs.matching.subject import Subject

Json = Any

BASIC = "Basic " + base64.b64encode(b"ann:secret").decode()
FORM = ("content-type", "application/x-www-form-urlencoded; charset=utf-8")
REQUEST = Request(
    method="POST",
    path="/notes/7%20a",
    query="tag=x&tag=y+z&empty=",
    headers=(
        ("host", "api.test:8080"),
        ("x-one", "1"),
        ("x-one", "2"),
        ("cookie", 'session=abc; theme="dark"'),
        ("authorization", BASIC),
    ),
    body=b'{"title": "Milk"}',
)
FORM_REQUEST = Request("POST", "/form", headers=(FORM,), body=b"name=Ann+Lee&name=Bob")


def pattern(raw: Json) -> RequestPattern:
    parsed = parse_pattern(raw)
    assert isinstance(parsed, RequestPattern), parsed
    return parsed


@pytest.mark.parametrize(
    ("raw", "matches"),
    [
        ({}, True),
        ({"method": "ANY"}, True),
        ({"method": "post"}, True),
        ({"method": "GET"}, False),
        ({"method": "GET_OR_HEAD"}, False),
        ({"url": "/notes/7%20a?tag=x&tag=y+z&empty="}, True),
        ({"url": "/notes/7%20a"}, False),
        ({"urlPath": "/notes/7%20a"}, True),
        ({"urlPath": "/notes"}, False),
        ({"urlPattern": "/notes/.*tag=x.*"}, True),
        ({"urlPattern": "/notes/"}, False),
        ({"urlPathPattern": "/notes/[^/]+"}, True),
        ({"urlPathPattern": "/notes"}, False),
        ({"urlPathTemplate": "/notes/{id}"}, True),
        ({"urlPathTemplate": "/notes/{id}/x"}, False),
        ({"urlPathTemplate": "/notes/{id}", "pathParameters": {"id": {"contains": "7"}}}, True),
        ({"urlPathTemplate": "/notes/{id}", "pathParameters": {"id": {"equalTo": "8"}}}, False),
        ({"urlPathTemplate": "/notes/{id}", "pathParameters": {"id": {"equalTo": "7 a"}}}, True),
        ({"urlPathTemplate": "/notes/{id}", "pathParameters": {"id": {"equalTo": "7%20a"}}}, True),
        ({"urlPathTemplate": "/notes/{id}", "pathParameters": {"no": {"absent": True}}}, True),
        ({"queryParameters": {"tag": {"equalTo": "y z"}}}, True),
        ({"queryParameters": {"tag": {"hasExactly": [{"equalTo": "x"}, {"contains": "z"}]}}}, True),
        ({"queryParameters": {"empty": {"equalTo": ""}}}, True),
        ({"queryParameters": {"none": {"absent": True}}}, True),
        ({"queryParameters": {"tag": {"absent": True}}}, False),
        ({"headers": {"X-One": {"equalTo": "2"}}}, True),
        ({"headers": {"X-One": {"equalTo": "1, 2"}}}, False),
        ({"headers": {"X-Two": {"doesNotMatch": ".*"}}}, True),
        ({"cookies": {"theme": {"equalTo": "dark"}}}, True),
        ({"cookies": {"session": {"equalTo": "x"}}}, False),
        ({"basicAuthCredentials": {"username": "ann", "password": "secret"}}, True),
        ({"basicAuthCredentials": {"username": "ann", "password": "x"}}, False),
        ({"bodyPatterns": [{"contains": "Milk"}, {"matchesJsonPath": "$.title"}]}, True),
        ({"bodyPatterns": [{"contains": "Milk"}, {"absent": True}]}, False),
        ({"host": {"equalTo": "api.test"}, "port": 8080, "scheme": "http"}, True),
        ({"port": 80}, False),
        ({"scheme": "https"}, False),
        ({"metadata": {"any": "thing"}}, True),
    ],
    ids=repr,
)
def test_pattern_matches(raw: Json, matches: bool) -> None:
    assert pattern(raw).matches(REQUEST) is matches
    assert (pattern(raw).distance(Subject(REQUEST)) == 0) is matches
    assert (pattern(raw).unmet(Subject(REQUEST)) == ()) is matches


@pytest.mark.parametrize(
    ("request_", "raw", "matches"),
    [
        (FORM_REQUEST, {"formParameters": {"name": {"equalTo": "Ann Lee"}}}, True),
        (FORM_REQUEST, {"formParameters": {"age": {"absent": True}}}, True),
        (REQUEST, {"formParameters": {"title": {"absent": True}}}, True),
        *(
            (Request("GET", "/", headers=(("cookie", "s=a%20b; t=c"),)), {"cookies": raw}, matches)
            for raw, matches in (
                ({"s": {"equalTo": "a b"}}, True),
                ({"s": {"equalTo": "a%20b"}, "t": {"equalTo": "c"}}, True),
                ({"s": {"equalTo": "a+b"}}, False),
            )
        ),
        (Request("GET", "/"), {"method": "GET_OR_HEAD"}, True),
        (Request("HEAD", "/"), {"method": "get_or_head", "url": "/"}, True),
        (Request("GET", "/"), {"bodyPatterns": [{"absent": True}]}, True),
        (Request("GET", "/"), {"bodyPatterns": [{"matches": ".*"}]}, False),
        (Request("GET", "/"), {"port": 80}, True),
        (Request("GET", "/", headers=(("host", "[::1]"),)), {"host": {"equalTo": "[::1]"}}, True),
        (
            Request("GET", "/", headers=(("authorization", "Basic ?"),)),
            {"basicAuthCredentials": {"username": "", "password": ""}},
            False,
        ),
        (Request("GET", "/", "a&b=%ff"), {"queryParameters": {"a": {"equalTo": ""}}}, True),
        (Request("GET", "/", "a=1&" * 20_000), {"queryParameters": {"a": {"equalTo": "1"}}}, False),
    ],
    ids=repr,
)
def test_pattern_matches_other_requests(request_: Request, raw: Json, matches: bool) -> None:
    assert pattern(raw).matches(request_) is matches


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ([], ""),
        ({"path": "/"}, "/path"),
        ({"method": 1}, "/method"),
        ({"url": "/a", "urlPath": "/a"}, "/urlPath"),
        ({"urlPattern": "("}, "/urlPattern"),
        ({"urlPathPattern": "["}, "/urlPathPattern"),
        ({"urlPathTemplate": "/{a}/{a}"}, "/urlPathTemplate"),
        ({"urlPathTemplate": "/{a}{b}"}, "/urlPathTemplate"),
        ({"urlPathTemplate": "/{"}, "/urlPathTemplate"),
        ({"pathParameters": {"id": {"equalTo": "1"}}}, "/pathParameters"),
        ({"headers": {"A/b": {"matches": "("}}}, "/headers/A~1b/matches"),
        ({"bodyPatterns": [{}, {"matches": "a"}]}, "/bodyPatterns/0"),
        ({"host": "api.test"}, "/host"),
        ({"port": 0}, "/port"),
        ({"basicAuthCredentials": {"username": "a"}}, "/basicAuthCredentials"),
        ({"multipartPatterns": []}, "/multipartPatterns"),
    ],
    ids=repr,
)
def test_what_is_no_pattern_is_pointed_at(raw: Json, pointer: str) -> None:
    errors = parse_pattern(raw)
    assert isinstance(errors, tuple)
    assert errors[0].pointer == pointer


def test_misses_say_what_was_wanted_and_what_came() -> None:
    wanted = {
        "method": "POST",
        "urlPath": "/notes",
        "headers": {"X-One": {"equalTo": "3"}, "X-Two": {"contains": "a"}},
    }
    assert list(map(str, pattern(wanted).unmet(Subject(REQUEST)))) == [
        "/urlPath: expected /notes, was '/notes/7%20a'",
        "/headers/X-One: expected {'equalTo': '3'}, was '1', '2'",
        "/headers/X-Two: expected {'contains': 'a'}, was nothing",
    ]


def test_request_that_misses_less_is_nearer() -> None:
    wanted = pattern({"method": "POST", "urlPath": "/notes/7", "headers": {"X": {"equalTo": "1"}}})
    requests = [
        Request("POST", "/notes/7", headers=(("x", "1"),)),
        Request("POST", "/notes/7"),
        Request("GET", "/notes/7"),
        Request("GET", "/notes/8"),
        Request("GET", "/zzzz"),
    ]
    distances = [wanted.distance(Subject(request)) for request in requests]
    assert distances == sorted(distances)
    assert len(set(distances)) == len(distances)
