"""Tool files: reading, refusing, judging arguments, choosing outcomes."""

from collections.abc import Mapping

import pytest

from emulator.catalogue.tool_files import parse_tool
from emulator.catalogue.toolbox import compile_toolbox
from emulator.catalogue.tools import Tool
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


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ({**TOOL, "output": []}, "/output"),
        ({**TOOL, "latency_ms": "slow"}, "/latency_ms"),
        ({**TOOL, "latency_ms": True}, "/latency_ms"),
        (outcome(result=1, executes=1), "/outcomes/1/executes"),
        (outcome(result=1, deltas="x"), "/outcomes/1/deltas"),
        (outcome(result=1, example=[]), "/outcomes/1/example"),
        (outcome(result=1, changes={}), "/outcomes/1/changes"),
        (outcome(result=1, events={}), "/outcomes/1/events"),
        (outcome(result=1, events=[{"type": "E"}]), "/outcomes/1/events/0"),
        (outcome(result=1, events=[{"type": 1, "data": 1}]), "/outcomes/1/events/0"),
        (outcome(result=1, events=[{"type": "E", "data": "{{ ( }}"}]), "/outcomes/1/events/0/data"),
        (outcome(result=1, changes=[{}]), "/outcomes/1/changes/0"),
        (outcome(result=1, changes=[{"put": "a", "id": 1}]), "/outcomes/1/changes/0"),
        (outcome(result=1, changes=[{"remove": 1, "id": 1}]), "/outcomes/1/changes/0/remove"),
        (outcome(result=1, changes=[{"remove": "a", "id": "{{ ( }}"}]), "/outcomes/1/changes/0/id"),
    ],
)
def test_bad_field_is_refused_with_its_pointer(raw: Json, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        parse_tool(raw, "T.yaml")
    assert (refused.value.file, refused.value.pointer) == ("T.yaml", pointer)


def test_constant_result_must_keep_the_output_schema() -> None:
    output = {"properties": {"a": {"type": "integer"}}}
    raw = {**TOOL, "output": output, "outcomes": [{"result": {"a": "one"}}]}
    with pytest.raises(FixtureError) as refused:
        compile_toolbox({"T": parse_tool(raw, "T.yaml")})
    assert refused.value.pointer == "/outcomes/0/result/a"


def test_output_that_is_no_schema_is_refused() -> None:
    bad = parse_tool({**TOOL, "output": {"type": "objekt"}}, "T.yaml")
    with pytest.raises(FixtureError) as refused:
        compile_toolbox({"T": bad})
    assert refused.value.pointer == "/output"


@pytest.mark.parametrize(
    ("end", "executes"),
    [
        ({"result": 1}, True),
        ({"error": "e"}, False),
        ({"fixture": "200.x"}, True),
        ({"fixture": "500.x"}, False),
        ({"fixture": "200.x", "executes": False}, False),
    ],
    ids=str,
)
def test_what_fails_has_not_executed(end: Mapping[str, Json], executes: bool) -> None:
    assert outcomes_of(end).outcomes[0].executes is executes
