"""JSONPath: what is found as WireMock finds it, as RFC 9535 says, and what is refused."""

from contextlib import suppress
from typing import Any

import pytest

from emulator.http.encode import dump
from emulator.stubs.matching.json_paths.path import STEP_LIMIT, compile_path
from emulator.stubs.matching.matchers import Matcher, compile_matcher
from emulator.stubs.matching.subject import UndecidedError, Value
from tests.support.paths import TESTS
from tests.support.yaml_files import read_yaml


def accepts(expression: Any, body: Any) -> bool:
    matcher = compile_matcher({"matchesJsonPath": expression}, "")
    assert isinstance(matcher, Matcher), matcher
    return matcher.accepts([Value(dump(body))])


def test_bodies_match_as_in_wiremock() -> None:
    wrong = [
        (expression, body, wanted)
        for expression, *bodies in read_yaml(TESTS / "data" / "jsonpath.yaml")
        for wanted, listed in zip((True, False), bodies, strict=True)
        for body in listed
        if accepts(expression, body) is not wanted
    ]
    assert wrong == []


STORE = {"books": [{"n": "Sagas", "p": 8}, {"n": "Moby", "p": 22}], "a b": {"'": 1}, "m": [3, 1, 2]}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("$.books[?@.p > 10].n", ["Moby"]),
        ("$.books[?match(@.n, 'M.*')].p", [22]),
        ("$.books[?search(@.n, 'ag')].p", [8]),
        ("$.books[?search(@.n, '(')].p", []),
        ("$.books[?length(@.n) == 4 && count(@.*) == 2].p", [22]),
        ("$.books[?value(@..n) == 'Moby'].p", [22]),
        ("$.books[0, -1].p", [8, 22]),
        ("$.m[::-1]", [2, 1, 3]),
        ("$.m[0:3:2]", [3, 2]),
        ("$.m[::0]", []),
        ("$['a b']['\\'']", [1]),
        ('$["a\\u0020b"].*', [1]),
        ("$.m.min()", [1.0]),
        ("$.books[*].keys()", [["n", "p"], ["n", "p"]]),
        ("$..p.sum()", [30.0]),
        ("$.m.index(9)", []),
        ("$..[0]", [{"n": "Sagas", "p": 8}, 3]),
        ("$['m','n'].length()", [1]),
        ("$['books','m'][0].n", ["Sagas"]),
    ],
)
def test_query_finds(expression: str, found: Any) -> None:
    assert compile_path(expression).find(STORE) == found


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("$.a.", "at its end, a name is expected"),
        ("$..", "a name is expected"),
        ("$a", "at 'a', a segment"),
        ("$.a b", "at ' b', a segment"),
        ("", "a name is expected"),
        ("$[", "at its end, a name in quotes"),
        ("$[]", "nothing between the brackets"),
        ("$[?(@.a = 1)]", "')' is expected"),
        ("$[?(@.a eq 1)]", "there is no operator 'eq'; there is: =~, =="),
        ("$[?(@.a == one)]", "at 'one)]', @, $, a text in quotes"),
        ("$[?(@.a == 1]", "')' is expected"),
        ("$[?(@.a =~ 'x')]", "a regular expression is expected: /…/"),
        ("$[?(@.a =~ /x/g)]", "the flags of a regular expression are"),
        ("$[?(@.a =~ /(/)]", "regular expression"),
        ("$[?size(@.a) == 1]", "there is no function size() here; there is: length"),
        ("$[?match(@.a)]", "match() has 2 arguments"),
        ("$.a.nope()", "there is no function nope(); there is: length"),
        ("$[?(@.a == [@.b])]", "a value is expected"),
        ("$" + "[?@" * 3000, "nested too deep"),
    ],
)
def test_what_is_no_query_is_said_with_its_place(expression: str, said: str) -> None:
    with pytest.raises(ValueError, match="is not a JSONPath") as caught:
        compile_path(expression)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "$..*..*..*..*",
        "$..[?(@.a == $.texts)]..*",
        "$..[?($.texts subsetof $.texts)]",
        "$..[?($.texts == $.others)]..*",
    ],
)
def test_costly_query_ends_and_says_what_it_took(expression: str) -> None:
    texts = [f"{number}" * 50 for number in range(2_000)]
    spent: list[int] = []
    body = {"texts": texts, "others": [*texts], "deep": [[[{"a": texts}] * 50] * 50]}
    with suppress(UndecidedError):
        compile_path(expression).find(body, spent.append)
    assert 10_000 < spent[0] <= STEP_LIMIT
