"""The official TypeScript SDK of Composio, unmodified, against a live emulator.

`node/scenarios.mjs` does what is tested here, all at once; this file says what must come of it.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

FOLDER = Path(__file__).parent / "node"
SLACK = "SLACK_SEND_MESSAGE"

VALUES = {
    "tools.get": [SLACK],
    "tools.get by toolkit": ["CALCULATOR_ADD"],
    "tools.get with a limit": 1,
    "tools.execute": {"channel": "C0123456789", "error": None, "successful": True},
    "tools.execute unsuccessful": {
        "error": "Slack API error: channel_not_found",
        "successful": False,
    },
    "connectedAccounts.list": ["slack", "github"],
    "connectedAccounts.link": ["127.0.0.1", "ACTIVE"],
    "toolkits.get": ["Slack", True],
    "authConfigs": ["DISABLED", False],
    "session.tools": [
        "COMPOSIO_GET_TOOL_SCHEMAS",
        "COMPOSIO_MANAGE_CONNECTIONS",
        "COMPOSIO_MULTI_EXECUTE_TOOL",
        "COMPOSIO_REMOTE_WORKBENCH",
        "COMPOSIO_SEARCH_TOOLS",
    ],
    "session.toolkits": ["slack", "composio"],
    "session.search": SLACK,
    "session.execute": "C0123456789",
    "session.authorize": "ACTIVE",
}

#: The SDK's class, HTTP status and Composio's code; those it hides from its caller are None.
ERRORS = {
    "unknown tool": ("ComposioToolNotFoundError", 404, 2401),
    "unknown version": ("ComposioToolNotFoundError", 404, 2401),
    "no version": ("ComposioToolVersionRequiredError", None, None),
    "user without account": ("ComposioToolExecutionError", 404, 1810),
    "unknown account": ("ComposioToolExecutionError", 404, 1810),
    "account of another user": ("ComposioToolExecutionError", 400, 1812),
    "account in another project": ("ComposioConnectedAccountNotFoundError", None, None),
    "expired account": ("ComposioToolExecutionError", 410, 1820),
    "inactive account": ("ComposioToolExecutionError", 422, 10422),
    "deprecated tool": ("ComposioToolExecutionError", 410, 10410),
    "text and arguments": ("ComposioToolExecutionError", 400, 10400),
    "timeout": ("ComposioToolExecutionError", 408, 10408),
    "response too large": ("ComposioToolExecutionError", 413, 10413),
    "rate limited": ("ComposioToolExecutionError", 429, 10429),
    "provider down": ("ComposioToolExecutionError", 503, 10503),
    "second link": ("ComposioMultipleConnectedAccountsError", None, None),
    "managed OAuth without link": (
        "ComposioLegacyConnectedAccountsEndpointRetiredError",
        400,
        600,
    ),
    "refused connection": ("ConnectionRequestFailedError", None, None),
    "account that is gone": ("NotFoundError", 404, 606),
    "unknown toolkit": ("ComposioToolkitNotFoundError", 404, 401),
    "bad request": ("ComposioToolkitFetchError", 400, 10400),
    "invalid key": ("ComposioToolkitFetchError", 401, 10401),
    "two keys": ("ComposioToolkitFetchError", 401, 10401),
    "failing service": ("ComposioToolkitFetchError", 500, 10500),
    "unknown tool in a session": ("BadRequestError", 400, 4301),
    "no account in a session": ("BadRequestError", 400, 4302),
    "toolkit outside the session": ("BadRequestError", 400, 4324),
    "toolkit without credentials": ("BadRequestError", 400, 4326),
    "failing session": ("InternalServerError", 500, 10500),
}

#: How often the SDK asks for an operation that fails; executions outside sessions only once.
ATTEMPTS = {
    "failing service": ("listToolkits", 3),
    "failing session": ("executeSessionTool", 3),
    "provider down": ("executeTool", 1),
    "rate limited": ("executeTool", 1),
}


@pytest.fixture(scope="module")
def outcomes(server: str) -> Any:
    assert (FOLDER / "node_modules").is_dir(), "the SDK is not installed; `make test` installs it"
    command = ["node", "scenarios.mjs", server]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_scenario_is_judged(outcomes: Any) -> None:
    assert outcomes.keys() == VALUES.keys() | ERRORS.keys()


@pytest.mark.parametrize("name", VALUES)
def test_sdk_gets_what_it_asked_for(outcomes: Any, name: str) -> None:
    assert outcomes[name] == {"value": VALUES[name]}


@pytest.mark.parametrize("name", ERRORS)
def test_failure_is_the_sdks_own_exception(outcomes: Any, name: str) -> None:
    error = outcomes[name]["error"]
    assert (error["class"], error["status"], error["composio"]) == ERRORS[name]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_attempts_are_counted(server: str, outcomes: Any, name: str) -> None:
    assert "error" in outcomes[name]
    operation, attempts = ATTEMPTS[name]
    scope = {"Emulator-Scope": name.replace(" ", "-")}
    calls = httpx.get(f"{server}/__admin/executions", headers=scope).json()["calls"]
    assert [call["attempts"] for call in calls if call["operation"] == operation] == [attempts]
