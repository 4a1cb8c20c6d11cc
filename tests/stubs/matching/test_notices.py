"""Patterns that no request matches are told, with what was meant."""

from typing import Any

import pytest

from emulator.stubs.matching.notices import pattern_notices


@pytest.mark.parametrize(
    ("pattern", "pointer", "said"),
    [
        ({"urlPath": "hello"}, "/urlPath", "did you mean '/hello'?"),
        ({"url": "http://x/a"}, "/url", "did you mean '/a'?"),
        ({"urlPath": "https://x"}, "/urlPath", "did you mean '/'?"),
        ({"urlPathTemplate": "a/{b}"}, "/urlPathTemplate", "a path begins with '/'"),
        ({"urlPath": "/a?x=1"}, "/urlPath", "'?' begins the query; use url or queryParameters"),
        ({"urlPath": "/a#b"}, "/urlPath", "what follows '#' is not sent"),
        ({"urlPath": "/a b"}, "/urlPath", "as they are sent, ' ' as %20"),
        ({"url": "/é"}, "/url", "as they are sent"),
        ({"urlPathPattern": "hello/.*"}, "/urlPathPattern", "paths begin with '/'"),
        ({"urlPattern": "^hello"}, "/urlPattern", "paths begin with '/'"),
        ({"urlPath": "/a\nb"}, "/urlPath", "as they are sent"),
        ({"urlPathPattern": r"/a\?x=1"}, "/urlPathPattern", "use urlPattern"),
        ({"urlPathPattern": "/a?x=1"}, "/urlPathPattern", "use urlPattern"),
        ({"urlPathPattern": "/a b"}, "/urlPathPattern", "' ' as %20"),
        ({"urlPattern": "/a#b"}, "/urlPattern", "'#' is not sent"),
        (
            {"urlPathTemplate": "/a/{note}", "pathParameters": {"nite": {"equalTo": "1"}}},
            "/pathParameters/nite",
            "did you mean 'note'?",
        ),
        ({"headers": {"X A": {"equalTo": "1"}}}, "/headers/X A", "no field's name"),
        ({"headers": {"X-A": {"equalTo": "a\nb"}}}, "/headers/X-A/equalTo", "a line end"),
        (
            {"url": "/a?x=1", "queryParameters": {"x": {"equalTo": "2"}}},
            "/queryParameters/x",
            "the query of '/a?x=1' contradicts it",
        ),
        (
            {"url": "/a", "queryParameters": {"x": {"matches": ".*"}}},
            "/queryParameters/x",
            "use urlPath beside",
        ),
        ({"method": "GETT"}, "/method", "did you mean 'GET'?"),
        ({"scheme": "https"}, "/scheme", "this server speaks http"),
    ],
)
def test_pattern_that_can_never_match_is_told(pattern: Any, pointer: str, said: str) -> None:
    (notice,) = pattern_notices(pattern)
    assert notice.pointer == pointer
    assert said in notice.message


@pytest.mark.parametrize(
    "pattern",
    [
        *({}, {"method": "get", "url": "/a?x=1#"[:6]}, {"method": "GET_OR_HEAD"}),
        *({"urlPathPattern": ".*/a"}, {"urlPattern": "a|/b"}, {"urlPathPattern": "(/a)?/b"}),
        *({"urlPathTemplate": "/a/{b}"}, {"urlPath": "/"}),
        *({"urlPathPattern": "/a?/b"}, {"urlPathPattern": "/[^?# ]+"}, {"urlPattern": r"/a\?b=1"}),
        {"urlPathTemplate": "/a/{b}", "pathParameters": {"b": {"equalTo": "1"}}},
        {"url": "/a?x=1", "queryParameters": {"x": {"equalTo": "1"}, "y": {"absent": True}}},
        {"headers": {"X-A": {"equalTo": "a", "caseInsensitive": True}}},
    ],
    ids=str,
)
def test_pattern_that_can_match_is_not(pattern: Any) -> None:
    assert pattern_notices(pattern) == ()
