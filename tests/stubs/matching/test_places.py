"""Where patterns can match: a request has the place of every pattern that it matches."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Request
from emulator.stubs.matching.index import PatternIndex
from emulator.stubs.matching.pattern import RequestPattern, parse_pattern
from emulator.stubs.matching.places import Place, place_of, places_of

SEGMENTS = st.sampled_from(["", "a", "b", "v1", "a.b", "1"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.sampled_from(["", "q=1", "q=/a/b"])
TEMPLATES = st.lists(SEGMENTS | st.sampled_from(["{x}", "v{x}", "{x}.b"]), min_size=1, max_size=4)
REGEXES = st.lists(
    st.sampled_from(["/", "/a", "/b", "a", r"\.", r"\/", "?", "*", "+", "{0}", ".*", "[^/]+", "|"])
    | st.sampled_from(["^", "$", "(a|b)", "(?:/a)", r"\d", r"\w+", "-", "%41"]),
    min_size=1,
    max_size=6,
).map("".join)


@st.composite
def patterns(draw: st.DrawFn) -> RequestPattern | None:
    kind = draw(st.sampled_from(["url", "urlPath", "urlPathTemplate", "urlPattern", "pattern", ""]))
    raw: dict[str, Any] = {}
    if kind == "url":
        path, query = draw(PATHS), draw(QUERIES)
        raw["url"] = f"{path}?{query}" if query else path
    elif kind == "urlPath":
        raw["urlPath"] = draw(PATHS)
    elif kind == "urlPathTemplate":
        raw["urlPathTemplate"] = "/" + "/".join(draw(TEMPLATES))
    elif kind:
        raw["urlPattern" if kind == "urlPattern" else "urlPathPattern"] = draw(REGEXES)
    if draw(st.booleans()):
        raw["method"] = draw(st.sampled_from(["GET", "get", "POST", "ANY", "any"]))
    found = parse_pattern(raw)
    return found if isinstance(found, RequestPattern) else None


@given(
    st.lists(patterns(), max_size=8),
    st.builds(Request, st.sampled_from(["GET", "POST"]), PATHS, QUERIES),
)
def test_candidates_are_in_order_and_none_that_matches_is_missing(
    made: list[RequestPattern | None], request: Request
) -> None:
    ranked = [(number, pattern) for number, pattern in enumerate(made) if pattern is not None]
    index: PatternIndex[tuple[int, RequestPattern]] = PatternIndex()
    for each in ranked:
        index = index.changed(come=[(each[1].place, each)])
    numbers = [number for number, _ in index.candidates(request)]
    assert numbers == sorted(set(numbers))
    assert set(numbers) >= {number for number, pattern in ranked if pattern.matches(request)}
    emptied = index.changed(gone=[(each[1].place, each) for each in ranked])
    assert (len(emptied.groups), emptied.shapes) == (0, {})


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ({}, (None, None, None)),
        ({"method": "get", "urlPath": "/a"}, ("GET", None, "/a")),
        ({"method": "ANY", "url": "/a?b=1"}, (None, None, "/a?b=1")),
        ({"urlPathTemplate": "/a/{b}/c/v{d}"}, (None, (5, (0, 1, 3)), ("", "a", "c"))),
        ({"urlPattern": r"/a\.b/c\?d"}, (None, (None, (0, 1)), ("", "a.b"))),
        ({"urlPathPattern": r"^/a/b$"}, (None, None, "/a/b")),
        ({"urlPathPattern": "/a/b?"}, (None, (None, (0, 1)), ("", "a"))),
        ({"urlPathPattern": "/a/?b"}, (None, None, None)),
        ({"urlPathPattern": "/a/b|/c/d"}, (None, None, None)),
        ({"urlPathPattern": "/.*"}, (None, None, None)),
        ({"urlPathPattern": "(?i)/a/b"}, (None, None, None)),
    ],
)
def test_place_is_what_a_pattern_fixes(pattern: Any, place: Place) -> None:
    assert place_of(pattern) == place


def test_request_asks_for_shapes_of_its_length_alone() -> None:
    shapes = [(3, (0, 1)), (4, (0, 1)), (None, (0, 1)), (None, (0, 1, 2))]
    found = [place for place in places_of(Request("GET", "/a/b"), shapes) if place[0]]
    assert found == [
        ("GET", None, "/a/b"),
        ("GET", None, None),
        ("GET", (3, (0, 1)), ("", "a")),
        ("GET", (None, (0, 1)), ("", "a")),
    ]
