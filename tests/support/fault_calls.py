"""Calls that faults strike: one of each service, and a stream; sent in a scope of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Call:
    """One request of a client that has no header to spare for the scope."""

    path: str
    body: Any
    credential: Mapping[str, str]

    def send(
        self, client: httpx.Client, scope: str, fault: str = "", **more: str
    ) -> httpx.Response:
        wish = {"prefer": f"fault={fault}"} if fault else {}
        headers = {**self.credential, **wish, **more}
        return client.post(f"/~{scope}{self.path}", json=self.body, headers=headers)


BEARER = {"authorization": "Bearer t"}
SEND = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}
REPOSITORY = {"user_id": "user_1", "arguments": {"owner": "octocat", "repo": "hello-world"}}
SUMMARY = {
    "arguments": {"text": "one ü two"},
    "conversation_id": "c",
    "message_id": "m",
    "stream": True,
}

PARAGON = Call("/projects/p1/tools", SEND, BEARER)
COMPOSIO = Call("/api/v3.1/tools/execute/GITHUB_GET_A_REPOSITORY", REPOSITORY, {"x-api-key": "ak"})
STREAM = Call("/api/v1/agent/agent_calc/tools/write_summary/run", SUMMARY, BEARER)


def rule(client: httpx.Client, scope: str, fault: str, **raw: Any) -> None:
    """Set a rule in a scope."""
    added = client.post(f"/~{scope}/__admin/faults", json={"fault": fault, **raw})
    assert added.status_code == 201, added.text


def virtual_time(client: httpx.Client, scope: str) -> None:
    """Let delays take no time but move the scope's clock."""
    client.put(f"/~{scope}/__admin/clock", json={"skips_delays": True})


def passed_s(client: httpx.Client, scope: str) -> float:
    """How far the scope's clock has moved."""
    now: str = client.get(f"/~{scope}/__admin/clock").json()["now"]
    hours, minutes, seconds = now[11:-1].split(":")
    return (int(hours) - 14) * 3600 + (int(minutes) - 30) * 60 + float(seconds)
