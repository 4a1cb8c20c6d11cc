"""Tool files: reading, refusing, judging arguments, choosing outcomes."""

from collections.abc import Mapping

import pytest

from emulator.catalogue.tools import Tool, compile_toolbox, parse_tool
from emulator.errors import FixtureError, RenderError
from emulator.messages import Json

TOOL: Mapping[str, Json] = {"slug": "T", "input": {"type": "object"}, "outcomes": [{"result": 1}]}


def outcome(**fields: Json) -> dict[str, Json]:
    return {**TOOL, "outcomes": [{"result": 1}, fields]}


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ([], ""),
        ({**TOOL, "color": 1}, "/color"),
        ({**TOOL, "slug": ""}, "/slug"),
        ({**TOOL, "slug": 1}, "/slug"),
        ({**TOOL, "side_effect": "explode"}, "/side_effect"),
        ({**TOOL, "side_effect": ["read"]}, "/side_effect"),
        ({**TOOL, "input": True}, "/input"),
        ({**TOOL, "input": None}, "/input"),
        ({**TOOL, "outcomes": []}, "/outcomes"),
        ({**TOOL, "outcomes": {}}, "/outcomes"),
        ({**TOOL, "outcomes": ["x"]}, "/outcomes/0"),
        (outcome(when="true"), "/outcomes/1"),
        (outcome(fixture="200.x", result=1), "/outcomes/1"),
        (outcome(resultt=1, result=1), "/outcomes/1/resultt"),
        (outcome(when="1 +", result=1), "/outcomes/1/when"),
        (outcome(result={"a": "{{ ( }}"}), "/outcomes/1/result/a"),
        (outcome(error="{% if %}"), "/outcomes/1/error"),
        (outcome(fixture=200), "/outcomes/1/fixture"),
    ],
)
def test_bad_tool_is_refused_with_its_pointer(raw: Json, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        parse_tool(raw, "T.yaml")
    assert (refused.value.file, refused.value.pointer) == ("T.yaml", pointer)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"$ref": "#/components/x"},
        {"$ref": "http://x.example/"},
        {"pattern": "("},
    ],
)
def test_input_that_is_no_schema_is_refused(schema: Json) -> None:
    good = parse_tool(TOOL, "T.yaml")
    bad = parse_tool({**TOOL, "slug": "B", "input": schema}, "B.yaml")
    with pytest.raises(FixtureError) as refused:
        compile_toolbox({"T": good, "B": bad})
    assert (refused.value.file, refused.value.pointer) == ("B.yaml", "/input")


def test_each_tool_has_its_own_schema() -> None:
    one = parse_tool({**TOOL, "slug": "one", "input": {"required": ["a"]}}, "one.yaml")
    two = parse_tool({**TOOL, "slug": "two", "input": {"required": ["b"]}}, "two.yaml")
    toolbox = compile_toolbox({"one": one, "two": two})
    assert [v.pointer for v in toolbox.violations(one, {"b": 1})] == ["/a"]
    assert toolbox.violations(two, {"b": 1}) == ()
    assert [v.location for v in toolbox.violations(two, {})] == ["arguments"]


def outcomes_of(*outcomes: Mapping[str, Json]) -> Tool:
    return parse_tool({**TOOL, "outcomes": list(outcomes)}, "T.yaml")


@pytest.mark.parametrize(
    ("arguments", "name"), [({"x": 1}, "one"), ({"x": 2}, "two"), ({}, "rest"), ({"x": []}, "rest")]
)
def test_first_outcome_whose_condition_holds(arguments: Json, name: str) -> None:
    tool = outcomes_of(
        {"name": "one", "when": "arguments.x == 1", "result": 1},
        {"name": "two", "when": "arguments.x == 2", "error": "e", "result": {}},
        {"name": "rest", "fixture": "200.x"},
    )
    chosen = tool.outcome({"arguments": arguments})
    assert chosen is not None
    assert chosen.name == name


def test_no_outcome_may_fit() -> None:
    assert outcomes_of({"when": "false", "result": 1}).outcome({}) is None


def test_condition_that_fails_says_where_it_stands() -> None:
    with pytest.raises(RenderError) as failed:
        outcomes_of({"when": "arguments.x > 1", "result": 1}).outcome({"arguments": {"x": "a"}})
    assert (failed.value.file, failed.value.pointer) == ("T.yaml", "/outcomes/0/when")
