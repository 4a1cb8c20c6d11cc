"""Fault rules that name what is not served: refused with the name that was meant."""

from pathlib import Path
from typing import Any

import pytest

from emulator.errors import FixtureError
from emulator.mock.fault_rules.rules import Where
from emulator.mock.rule_names import misnamed
from emulator.server.app import create_app
from emulator.settings import Settings
from emulator.stubs.matching.pattern import RequestPattern, compile_pattern
from tests.support.assembled import assembled


@pytest.mark.parametrize(
    ("where", "errors"),
    [
        ({}, {}),
        ({"api": "composio", "operation": "executeTool"}, {}),
        ({"operation": "executeTool", "tool": "GITHUB_GET_A_REPOSITORY"}, {}),
        ({"tool": "SLACK_SEND_MESSAGE"}, {}),
        ({"api": "agentflow", "tool": "a_tool_still_to_come"}, {}),
        (
            {"api": "composo"},
            {"/where/api": "no API is called 'composo'; did you mean 'composio'?"},
        ),
        ({"api": "nope"}, {"/where/api": "there is: paragon, composio, agentflow"}),
        ({"operation": "executeTol"}, {"/where/operation": "did you mean 'executeTool'?"}),
        ({"operation": "listInvoicez"}, {"/where/operation": "no operation is called"}),
        (
            {"operation": "POST /tools/execute/{tool_slug}"},
            {"/where/operation": "POST /tools/execute/{tool_slug} is 'executeTool'"},
        ),
        ({"api": "paragon", "operation": "executeTool"}, {"/where/operation": "'executeTool'"}),
        ({"tool": "SLAK_SEND_MESSAGE"}, {"/where/tool": "did you mean 'SLACK_SEND_MESSAGE'?"}),
        ({"tool": "NO_SUCH"}, {"/where/tool": "that a client makes, add the API: agentflow"}),
        ({"api": "paragon", "tool": "NO_SUCH"}, {"/where/tool": "no tool is called 'NO_SUCH'"}),
        (
            {"operation": "nope", "tool": "NO_SUCH"},
            {"/where/operation": "no operation", "/where/tool": "no tool"},
        ),
    ],
    ids=str,
)
def test_name_that_nothing_has_is_an_error(where: dict[str, Any], errors: dict[str, str]) -> None:
    found = {each.pointer: each.message for each in misnamed(Where(**where), assembled().services)}
    assert found.keys() == errors.keys()
    assert [said for pointer, said in errors.items() if said not in found[pointer]] == []


def test_profile_names_the_rule(tmp_path: Path) -> None:
    profile = tmp_path / "faults.yaml"
    profile.write_text("[{fault: hang}, {fault: error, where: {operation: executeTol}}]")
    with pytest.raises(FixtureError, match=r"#/1/where/operation: .* did you mean 'executeTool'"):
        create_app(Settings(faults=profile), assembled())


@pytest.mark.parametrize(
    ("request_", "pointers"),
    [
        ({"method": "GETT"}, ["/where/request/method"]),
        ({"urlPath": "tools"}, ["/where/request/urlPath"]),
        ({"headers": {"X A": {"equalTo": "a"}}}, ["/where/request/headers/X A"]),
        ({"method": "POST", "urlPath": "/tools"}, []),
    ],
)
def test_request_that_nothing_is_like_is_an_error(request_: Any, pointers: list[str]) -> None:
    pattern = compile_pattern(request_)
    assert isinstance(pattern, RequestPattern)
    found = misnamed(Where(request=pattern), assembled().services)
    assert [each.pointer for each in found] == pointers
