"""Tools that extend others: their arguments and answers made from each other's, and mistakes."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.catalogue.endings import Ending, ending_of
from emulator.catalogue.providers import Providers, resolve
from emulator.catalogue.tool_files import parse_tool
from emulator.catalogue.toolbox import compile_toolbox
from emulator.catalogue.tools import Tool
from emulator.errors import FixtureError
from emulator.messages import Json, Violation

SEND: Mapping[str, Json] = {
    "description": "Sends a letter.",
    "side_effect": "send",
    "input": {
        "type": "object",
        "required": ["to", "text"],
        "properties": {
            "to": {"type": "string", "minLength": 2},
            "text": {"type": "string"},
            "copies": {"type": "integer", "default": 1},
        },
    },
    "output": {"type": "object", "required": ["sent"]},
    "values": {"loud": "{{ arguments.text | upper }}", "louder": "{{ loud }}!"},
    "outcomes": [
        {
            "name": "unknown",
            "when": "arguments.to == 'nobody'",
            "error": {"code": 404, "who": "nobody"},
            "example": {"to": "nobody", "text": "x"},
        },
        {
            "name": "copied",
            "when": "arguments.copies > 1",
            "result": {"sent": "{{ arguments.copies }}"},
            "example": {"to": "ada", "text": "x", "copies": 2},
        },
        {
            "name": "sent",
            "result": {"sent": "{{ arguments.to }}: {{ louder }}"},
            "example": {"to": "ada", "text": "hello"},
        },
    ],
}
BASES = resolve({"post/send": (SEND, "send.yaml")})

OWN: Mapping[str, Json] = {
    "type": "object",
    "required": ["receiver", "letter"],
    "properties": {
        "receiver": {"type": "string"},
        "letter": {"type": "object", "properties": {"text": {"type": "string"}}},
    },
}
MAPPED: Mapping[str, Json] = {
    "slug": "SEND",
    "extends": "post/send",
    "input": OWN,
    "arguments": {"to": "{{ arguments.receiver }}", "text": "{{ arguments.letter.text }}"},
}


def tool(**fields: Json) -> Tool:
    return parse_tool({"slug": "SEND", "extends": "post/send", **fields}, "SEND.yaml", BASES)


def end(tool: Tool, arguments: Json) -> Ending | tuple[Violation, ...] | None:
    toolbox = compile_toolbox({tool.slug: tool})
    return ending_of(toolbox, tool, {"arguments": arguments})


def said(tool: Tool, arguments: Json) -> Mapping[str, Json]:
    ending = end(tool, arguments)
    assert isinstance(ending, Ending), ending
    return ending.says


def test_tool_takes_over_what_it_does_not_say() -> None:
    plain = tool()
    assert (plain.input, plain.output) == (SEND["input"], SEND["output"])
    assert (plain.toolkit, plain.side_effect) == ("post", "send")
    assert plain.raw["description"] == "Sends a letter."
    assert "values" not in plain.raw
    assert (tool(toolkit="mail").toolkit, tool(side_effect="write").side_effect) == (
        "mail",
        "write",
    )


def test_same_names_need_no_mapping() -> None:
    assert said(tool(), {"to": "ada", "text": "hi"}) == {"result": {"sent": "ada: HI!"}}


def test_arguments_are_made_as_the_file_says() -> None:
    mapped = parse_tool(MAPPED, "SEND.yaml", BASES)
    asked = {"receiver": "ada", "letter": {"text": "hi"}}
    assert said(mapped, asked) == {"result": {"sent": "ada: HI!"}}


def test_constant_takes_the_place_of_a_default() -> None:
    assert said(tool(arguments={"copies": 3}), {"to": "ada", "text": "hi"}) == {
        "result": {"sent": 3}
    }


def test_what_is_made_must_keep_the_others_schema() -> None:
    mapped = parse_tool(MAPPED, "SEND.yaml", BASES)
    violations = end(mapped, {"receiver": "a", "letter": {}})
    assert isinstance(violations, tuple)
    assert {violation.pointer for violation in violations} == {"/to", "/text"}


def test_own_outcomes_go_first_and_see_own_arguments() -> None:
    own = {"name": "full", "when": "arguments.receiver == 'full'", "error": "no more"}
    mapped = parse_tool({**MAPPED, "outcomes": [own]}, "SEND.yaml", BASES)
    assert said(mapped, {"receiver": "full", "letter": {"text": ""}}) == {"error": "no more"}


def test_own_outcome_takes_the_place_of_the_others() -> None:
    own = {"name": "sent", "when": "arguments.to == 'ada'", "result": {"sent": "mine"}}
    mine = tool(outcomes=[own])
    assert [outcome.name for outcome, _ in mine.cases()] == ["sent", "unknown", "copied"]
    assert said(mine, {"to": "ada", "text": ""}) == {"result": {"sent": "mine"}}
    assert end(mine, {"to": "bob", "text": ""}) is None


def test_answers_are_made_of_the_others() -> None:
    output = {"type": "object"}
    mine = tool(result={"data": "{{ result.sent }}"}, error="Refused: {{ error }}", output=output)
    assert said(mine, {"to": "ada", "text": "hi"}) == {"result": {"data": "ada: HI!"}}
    assert (
        said(mine, {"to": "nobody", "text": "hi"})["error"]
        == 'Refused: {"code":404,"who":"nobody"}'
    )


def test_events_happen_once_the_other_has_done_it() -> None:
    events = [{"type": "LETTER", "data": ["{{ result.sent }}", "{{ arguments.text }}"]}]
    done, refused = (end(tool(events=events), {"to": to, "text": "hi"}) for to in ("ada", "nobody"))
    assert isinstance(done, Ending)
    assert isinstance(refused, Ending)
    assert done.events == (("LETTER", ["ada: HI!", "hi"]),)
    assert refused.events == ()


def test_error_that_is_no_text_becomes_one() -> None:
    assert said(tool(), {"to": "nobody", "text": ""}) == {"error": '{"code":404,"who":"nobody"}'}


def test_tools_are_extended_in_turn() -> None:
    upper = {"extends": "post/send", "arguments": {"to": "{{ arguments.to | upper }}"}}
    twice = {"extends": "post/upper", "arguments": {"text": "{{ arguments.text }}?"}}
    bases = resolve(
        {"post/twice": (twice, "t"), "post/upper": (upper, "u"), "post/send": (SEND, "s")}
    )
    mine = parse_tool({"slug": "T", "extends": "post/twice"}, "T.yaml", bases)
    assert [each.slug for each in mine.chain()] == ["T", "post/twice", "post/upper", "post/send"]
    assert said(mine, {"to": "ada", "text": "hi"}) == {"result": {"sent": "ADA: HI?!"}}


def test_examples_are_turned_back_where_they_can_be() -> None:
    mapped = parse_tool(
        {**MAPPED, "examples": {"sent": {"receiver": "bob", "letter": {}}}}, "SEND.yaml", BASES
    )
    assert {outcome.name: example for outcome, example in mapped.cases()} == {
        "unknown": {"receiver": "nobody", "letter": {"text": "x"}},
        "sent": {"receiver": "bob", "letter": {}},
    }


def test_paths_that_cross_are_turned_back_as_far_as_they_go() -> None:
    crossing = {"to": "{{ arguments.a }}", "text": "{{ arguments.a.b.c }}"}
    mapped = parse_tool(
        {**MAPPED, "input": {"required": ["a"]}, "arguments": crossing}, "SEND.yaml", BASES
    )
    assert [example for _, example in mapped.cases()] == [{"a": "nobody"}, {"a": "ada"}]


def test_example_of_a_list_is_turned_back() -> None:
    listing = {
        "input": {"type": "object", "properties": {"ids": {"type": "array"}}},
        "outcomes": [{"name": "listed", "result": 1, "example": {"ids": ["a"]}}],
    }
    bases = resolve({"post/list": (listing, "list.yaml")})
    raw = {
        "slug": "ONE",
        "extends": "post/list",
        "input": {"type": "object", "properties": {"an-id": {"type": "string"}}},
        "arguments": {"ids": ["{{ arguments['an-id'] | default('b') }}"]},
    }
    one = parse_tool(raw, "ONE.yaml", bases)
    assert [example for _, example in one.cases()] == [{"an-id": "a"}]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"extends": "post/nothing"}, "/extends"),
        ({"extends": ["post/send"]}, "/extends"),
        ({"arguments": []}, "/arguments"),
        ({"arguments": {"a/b": 1}}, "/arguments/a~1b"),
        ({"arguments": {"to": "{{ ( }}"}}, "/arguments/to"),
        ({"input": {}}, "/arguments/to"),
        ({"input": OWN, "arguments": {"to": "{{ arguments.receiver }}"}}, "/arguments/text"),
        ({"input": {"properties": {"to": {}, "text": {}}}}, "/arguments/to"),
        (
            {"input": OWN, "arguments": {"to": "{{ arguments.sender }}", "text": "x"}},
            "/arguments/to",
        ),
        ({"result": {}}, "/output"),
        ({"result": "{{ ( }}", "output": {}}, "/result"),
        ({"error": "{{ ( }}"}, "/error"),
        ({"events": {}}, "/events"),
        ({"events": [{"type": 1, "data": 1}]}, "/events/0"),
        ({"examples": []}, "/examples"),
        ({"examples": {"sent": 1}}, "/examples"),
        ({"examples": {"flown": {}}}, "/examples/flown"),
        ({"outcomes": [1]}, "/outcomes/0"),
        ({"outcomes": 1}, "/outcomes"),
        ({"slug": "post/mine"}, "/slug"),
    ],
    ids=str,
)
def test_mistake_is_told_with_its_place(fields: Mapping[str, Json], pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        tool(**fields)
    assert (refused.value.file, refused.value.pointer) == ("SEND.yaml", pointer)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"examples": {"sent": {"to": "ada"}}}, "/examples/sent/text"),
        (
            {
                "outcomes": [
                    {"name": "own", "result": {"sent": 1}, "example": {"to": 1, "text": ""}}
                ]
            },
            "/outcomes/0/example/to",
        ),
    ],
)
def test_example_must_keep_the_input_schema(fields: Mapping[str, Json], pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        compile_toolbox({"SEND": tool(**fields)})
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"p/a": {"extends": "p/a"}}, ("p/a", "/extends")),
        ({"p/a": {"extends": "p/b"}, "p/b": {"extends": "p/a"}}, ("p/b", "/extends")),
        ({"p/a": {"extends": "p/b"}}, ("p/a", "/extends")),
        ({"p/a": []}, ("p/a", "")),
        ({"p/a": {**SEND, "slug": "a"}}, ("p/a", "/slug")),
        ({"p/a": {**SEND, "outcomes": [{"fixture": "200.x"}]}}, ("p/a", "/outcomes/0/fixture")),
        ({"p/a": {**SEND, "arguments": {}}}, ("p/a", "/arguments")),
        ({"p/a": {**SEND, "values": []}}, ("p/a", "/values")),
        ({"p/a": {**SEND, "values": {"a b": 1}}}, ("p/a", "/values/a b")),
        ({"p/a": {**SEND, "values": {"arguments": 1}}}, ("p/a", "/values/arguments")),
        ({"p/a": {**SEND, "values": {"x": "{{ ( }}"}}}, ("p/a", "/values/x")),
        ({"p/a": {**SEND, "input": {"type": "objekt"}}}, ("p/a", "/input")),
        (
            {"p/a": {**SEND, "input": {"required": 5}}, "p/b": {"extends": "p/a"}},
            ("p/a", "/input"),
        ),
    ],
    ids=str,
)
def test_providers_mistake_is_told_with_its_place(
    files: Mapping[str, Json], place: tuple[str, str]
) -> None:
    with pytest.raises(FixtureError) as refused:
        resolve({name: (raw, name) for name, raw in files.items()})
    assert (refused.value.file, refused.value.pointer) == place


def test_circle_is_shown() -> None:
    files: Any = {"p/a": ({"extends": "p/b"}, "a"), "p/b": ({"extends": "p/a"}, "b")}
    with pytest.raises(FixtureError, match="p/a → p/b → p/a"):
        resolve(files)


def test_records_are_those_of_the_providers_in_use() -> None:
    providers = Providers(BASES, {"post": {"letters": {"1": {}}}, "bank": {"coins": {"1": {}}}})
    assert providers.records_for([tool()]) == {"letters": {"1": {}}}
    assert providers.records_for([]) == {}
