"""What a tool of a provider made, its search finds: on every service, in the same scope alone."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import yaml

from tests.support.paths import DATA

#: A tool, and the arguments it is given.
Asked = Mapping[str, Any]

DATA = DATA / "found_tools.yaml"
CASES = [
    pytest.param(api, pair["make"], pair["find"], id=f"{api}-{pair['find']['tool']}")
    for api, pairs in yaml.safe_load(DATA.read_text()).items()
    for pair in pairs
]


def run(client: httpx.Client, api: str, scope: str, asked: Asked) -> httpx.Response:
    tool, arguments = asked["tool"], asked["arguments"]
    path, headers, body = {
        "paragon": ("/projects/p/tools", {}, {"tool": tool, "parameters": arguments}),
        "composio": (
            f"/api/v3.1/tools/execute/{tool}",
            {"x-api-key": "ak"},
            {"user_id": "user_1", "arguments": arguments},
        ),
        "agentflow": (
            f"/api/v1/agent/a/tools/{tool}/run",
            {},
            {"arguments": arguments, "conversation_id": "c", "message_id": "m"},
        ),
    }[api]
    sent = {"authorization": "Bearer t", "emulator-scope": scope, **headers}
    if api == "composio":
        del sent["authorization"]
    return client.post(path, json=body, headers=sent)


def found(client: httpx.Client, api: str, scope: str, asked: Asked) -> int:
    """How many records a search gave: the longest list in its answer, the run's events aside."""
    answer = run(client, api, scope, asked)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    if api == "agentflow":
        result = result["events"][-1]["content"]["result"]
    if api == "composio":
        assert result["successful"], result
        result = result["data"]
    return max(_lengths(result))


def _lengths(value: Any) -> list[int]:
    if isinstance(value, list):
        return [len(value)]
    return (
        [n for part in value.values() for n in _lengths(part)] if isinstance(value, dict) else [0]
    )


@pytest.mark.parametrize(("api", "made", "searched"), CASES)
def test_what_was_made_is_found(
    client: httpx.Client, api: str, made: Asked, searched: Asked
) -> None:
    scope = f"made-{api}-{searched['tool']}"
    assert found(client, api, scope, searched) == 0
    answer = run(client, api, scope, made)
    assert answer.status_code == 200, answer.text
    assert found(client, api, scope, searched) == 1
    assert found(client, api, f"{scope}-elsewhere", searched) == 0


@pytest.mark.parametrize(
    ("api", "tool"),
    [
        ("paragon", "SALESFORCE_WRITE_SOQL_QUERY"),
        ("composio", "SALESFORCE_RUN_SOQL_QUERY"),
        ("agentflow", "salesforce_run_soql"),
    ],
)
def test_query_that_salesforce_cannot_read_is_refused_in_its_words(
    client: httpx.Client, api: str, tool: str
) -> None:
    query = {"query": "SELECT Id FROM Contact ORDER BY Id"}
    answer = run(client, api, "malformed", {"tool": tool, "arguments": query})
    said = answer.json()
    refusal = {
        "paragon": lambda: said["message"],
        "composio": lambda: said["error"],
        "agentflow": lambda: said["events"][-1]["content"]["message"],
    }[api]()
    assert json.loads(refusal)[0]["errorCode"] == "MALFORMED_QUERY"


def test_deleted_emails_are_found_no_more(client: httpx.Client) -> None:
    everything: Asked = {"tool": "gmail_search_emails", "arguments": {}}
    before = found(client, "agentflow", "deleted", everything)
    ids = {"ids": ["19a2f4c6d8e0b1a3", "19a2f4c6d8e0b1a4", "nothing"]}
    run(client, "agentflow", "deleted", {"tool": "gmail_delete_emails", "arguments": ids})
    assert (before, found(client, "agentflow", "deleted", everything)) == (2, 0)
