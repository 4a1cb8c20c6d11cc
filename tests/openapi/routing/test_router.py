"""The router, against cases and against a naive implementation of the same rules."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.openapi.routing.router import Clash, Match, NoMethod, Router, compile_router


def router_of(*templates: str) -> Router[str]:
    router, clashes = compile_router(("GET", template, template) for template in templates)
    assert clashes == ()
    return router


@pytest.mark.parametrize(
    ("templates", "path", "target", "values"),
    [
        (["/pets/{id}", "/pets/mine"], "/pets/mine", "/pets/mine", {}),
        (["/pets/{id}", "/pets/mine"], "/pets/yours", "/pets/{id}", {"id": "yours"}),
        (["/pets/{pet-id}"], "/pets/1", "/pets/{pet-id}", {"pet-id": "1"}),
        (["/pets/{id}"], "/pets/a%2Fb", "/pets/{id}", {"id": "a%2Fb"}),
        (["/pets/{id}"], "/pets/%0A", "/pets/{id}", {"id": "%0A"}),
        (["/my%20pets"], "/my%20pets", "/my%20pets", {}),
        (["/my pets"], "/my%20pets", "/my pets", {}),
        (["/", "/{id}"], "/", "/", {}),
        (["/pets", "/pets/"], "/pets/", "/pets/", {}),
        (["/{a}.json", "/{a}"], "/x.json", "/{a}.json", {"a": "x"}),
        (["/{a}.json", "/{a}"], "/x.yaml", "/{a}", {"a": "x.yaml"}),
        (["/v{major}.{minor}"], "/v1.2.3", "/v{major}.{minor}", {"major": "1", "minor": "2.3"}),
        (["/{a}.b", "/{a}.b.c"], "/x.b.c", "/{a}.b.c", {"a": "x"}),
        (["/{a}/x", "/b/{c}"], "/b/x", "/b/{c}", {"c": "x"}),
        (["/{a}/x", "/b/y"], "/b/x", "/{a}/x", {"a": "b"}),
        (["/{a}/{a}"], "/1/2", "/{a}/{a}", {"a": "2"}),
    ],
)
def test_path_leads_to_the_most_concrete_template(
    templates: list[str], path: str, target: str, values: dict[str, str]
) -> None:
    assert router_of(*templates).find("GET", path) == Match(target, values)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/pets/{id}", "/pets/"),
        ("/pets/{id}", "/pets"),
        ("/pets/{id}", "/pets/1/"),
        ("/pets/{id}", "/pets/a/b"),
        ("/pets", "/pets/"),
        ("/pets", "/Pets"),
        ("/pets", "//pets"),
        ("/{a}.json", "/.json"),
        ("/pets", ""),
        ("/pets", "*"),
    ],
)
def test_path_that_no_template_has(template: str, path: str) -> None:
    assert router_of(template).find("GET", path) is None


def test_method_that_the_path_does_not_have_names_those_it_has() -> None:
    router, _ = compile_router([("POST", "/a", 1), ("GET", "/{x}", 2), ("PUT", "/b", 3)])
    assert router.find("DELETE", "/a") == NoMethod(("POST",), 1)
    assert router.find("GET", "/a") == Match(2, {"x": "a"})


def test_earlier_of_two_like_templates_keeps_the_path() -> None:
    router, clashes = compile_router([("GET", "/{a}", 1), ("GET", "/{b}", 2), ("PUT", "/{b}", 3)])
    assert clashes == (Clash("GET", "/{b}", kept=1, lost=2),)
    assert router.find("GET", "/x") == Match(1, {"a": "x"})
    assert router.find("PUT", "/x") == Match(3, {"b": "x"})


SEGMENT = st.sampled_from(["a", "b", "a.b", "%41", "", "x%2Fy", "{p}", "{p}.b", "a{p}", "{p}-{q}"])
TEMPLATES = st.lists(
    st.lists(SEGMENT, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts)),
    min_size=1,
    max_size=8,
    unique_by=lambda template: re.sub(r"\{\w\}", "{}", unquote(template)),
)
PATHS = st.lists(
    st.sampled_from(["a", "b", "A", "a.b", "%41", "", "x%2Fy", "x/y", "-", "a-b"]), max_size=3
).map(lambda parts: "/" + "/".join(parts))


def fits(template: str, path: str) -> bool:
    """Whether a path has a template, segment by segment."""
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(map(segment_fits, wanted, given))


def segment_fits(wanted: str, given: str) -> bool:
    if "{" not in wanted:
        return unquote(wanted) == unquote(given)
    pattern = "".join(
        "(.+)" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w\})", wanted)
    )
    return re.fullmatch(pattern, given, re.DOTALL) is not None


def concreteness(template: str) -> list[tuple[int, int]]:
    """Sorts templates for one path: literal segments first, then those with most literal text."""
    return [
        (0, 0) if "{" not in part else (2, 0) if re.fullmatch(r"\{\w\}", part) else (1, -literal)
        for part in template.split("/")
        for literal in [len(re.sub(r"\{\w\}", "\0", part))]
    ]


@given(TEMPLATES, PATHS)
def test_router_agrees_with_a_naive_one(templates: list[str], path: str) -> None:
    router = router_of(*templates)
    expected = [template for template in templates if fits(template, path)]
    found = router.find("GET", path)
    if not expected:
        assert found is None
    else:
        best = min(concreteness(template) for template in expected)
        assert isinstance(found, Match)
        assert found.target in [t for t in expected if concreteness(t) == best]


@given(TEMPLATES, PATHS)
def test_method_not_allowed_agrees_with_a_naive_router(templates: list[str], path: str) -> None:
    found = router_of(*templates).find("PUT", path)
    assert isinstance(found, NoMethod) == any(fits(template, path) for template in templates)


@given(st.lists(st.sampled_from(["a", "b.c", "%2F", "ü", "x y"]), min_size=2, max_size=2))
def test_values_put_into_a_template_come_back(values: list[str]) -> None:
    path = "/things/{}/parts/{}".format(*values)
    found = router_of("/things/{thing}/parts/{part}").find("GET", path)
    assert found == Match(
        "/things/{thing}/parts/{part}", dict(zip(("thing", "part"), values, strict=True))
    )


@pytest.mark.parametrize(
    ("template", "path", "value"),
    [
        ("/c/{x}:cancel", "/c/1%3Acancel", "1"),
        ("/c/{x}:cancel", "/c/1%3acancel", "1"),
        ("/c/{x}:cancel", "/c/1:cancel", "1"),
        ("/e(id={x})", "/e%28id=5%29", "5"),
        ("/a/{x}.json", "/a/b%2Ejson", "b"),
        ("/a/{x}%2Ejson", "/a/b.json", "b"),
        ("/é{x}", "/%C3%A9b", "b"),
        ("/{x} b", "/a%20b", "a"),
    ],
)
def test_text_beside_a_parameter_may_be_percent_encoded(
    template: str, path: str, value: str
) -> None:
    assert router_of(template).find("GET", path) == Match(template, {"x": value})
