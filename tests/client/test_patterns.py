"""What a test says in Python → WireMock's JSON."""

import re
from collections.abc import Callable

import pytest

from emulator.client.patterns import MatchFields, StubFields, request_pattern, stub_mapping
from emulator.client.scope import Scope
from emulator.http.messages import Json


@pytest.mark.parametrize(
    ("method", "path", "fields", "pattern"),
    [
        (None, None, {}, {"method": "ANY"}),
        ("post", "/a", {}, {"method": "POST", "urlPath": "/a"}),
        ("GET", None, {"path_pattern": "/a/.*"}, {"method": "GET", "urlPathPattern": "/a/.*"}),
        ("GET", None, {"url": "/a?b=1"}, {"method": "GET", "url": "/a?b=1"}),
        (
            "GET",
            "/a",
            {"query": {"n": 1}, "headers": {"x": {"contains": "y"}}, "cookies": {"c": "d"}},
            {
                "method": "GET",
                "urlPath": "/a",
                "queryParameters": {"n": {"equalTo": "1"}},
                "headers": {"x": {"contains": "y"}},
                "cookies": {"c": {"equalTo": "d"}},
            },
        ),
        (
            "POST",
            None,
            {"json": {"a": 1}, "json_contains": {"b": 2}, "json_path": "$.c"},
            {
                "method": "POST",
                "bodyPatterns": [
                    {"equalToJson": {"a": 1}},
                    {"equalToJson": {"b": 2}, "ignoreExtraElements": True},
                    {"matchesJsonPath": "$.c"},
                ],
            },
        ),
        (
            "POST",
            None,
            {"body": "x", "body_contains": "y", "pattern": {"bodyPatterns": [{"absent": True}]}},
            {
                "method": "POST",
                "bodyPatterns": [{"absent": True}, {"equalTo": "x"}, {"contains": "y"}],
            },
        ),
    ],
)
def test_request_pattern(
    method: str | None, path: str | None, fields: MatchFields, pattern: Json
) -> None:
    assert request_pattern(method, path, fields) == pattern


@pytest.mark.parametrize(
    ("fields", "mapping", "response"),
    [
        ({}, {}, {"status": 200}),
        (
            {"status": 503, "json": {"a": 1}, "headers": {"x": "y"}, "delay_ms": 5},
            {},
            {
                "status": 503,
                "jsonBody": {"a": 1},
                "headers": {"x": "y"},
                "fixedDelayMilliseconds": 5,
            },
        ),
        (
            {"body": "{{ request.path }}", "template": True, "fault": "EMPTY_RESPONSE"},
            {},
            {
                "status": 200,
                "body": "{{ request.path }}",
                "fault": "EMPTY_RESPONSE",
                "transformers": ["response-template"],
            },
        ),
        (
            {"priority": 1, "name": "n", "scenario": "s", "required_state": "Started",
             "new_state": "b"},
            {
                "priority": 1,
                "name": "n",
                "scenarioName": "s",
                "requiredScenarioState": "Started",
                "newScenarioState": "b",
            },
            {"status": 200},
        ),
    ],
    ids=["nothing", "answer", "template", "scenario"],
)  # fmt: skip
def test_stub_mapping(fields: StubFields, mapping: Json, response: Json) -> None:
    request = {"method": "GET", "urlPath": "/a"}
    made = stub_mapping("GET", "/a", fields)
    assert made == {**mapping, "request": request, "response": response}


def test_stub_matches_more_than_its_path() -> None:
    made = stub_mapping("GET", "/a", {"match": {"query": {"b": "c"}}})
    assert made["request"]["queryParameters"] == {"b": {"equalTo": "c"}}


@pytest.mark.parametrize(
    ("make", "fields", "said"),
    [
        (request_pattern, {"jsonbody": 1}, "no condition on a request is called 'jsonbody'"),
        (request_pattern, {"json_contain": 1}, "did you mean 'json_contains'"),
        (
            stub_mapping,
            {"stat": 503},
            "field of a stub is called 'stat'; did you mean 'status'?",
        ),
        (stub_mapping, {"match": {"header": {}}}, "did you mean 'headers'?"),
    ],
    ids=["condition", "similar condition", "field", "condition of a stub"],
)
def test_unknown_keyword_is_refused(make: Callable[..., object], fields: Json, said: str) -> None:
    with pytest.raises(TypeError, match=re.escape(said)):
        make("GET", "/a", fields)


def test_method_that_is_nearly_another_is_refused() -> None:
    for method in ("GETT", "PSOT", "delte"):
        with pytest.raises(ValueError, match="did you mean"):
            request_pattern(method, "/a", {})
    assert request_pattern("SYNC", "/a", {})["method"] == "SYNC"


@pytest.mark.parametrize(
    ("keyword", "meant"), [("wehre", "where"), ("wen", "when"), ("ttls", "ttl_s")]
)
def test_misspelt_keyword_of_a_fault_is_told(keyword: str, meant: str) -> None:
    inject: Callable[..., str] = object.__new__(Scope).fault
    with pytest.raises(TypeError, match=f"did you mean '{meant}'"):
        inject("error", **{keyword: 1})
