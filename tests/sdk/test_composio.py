"""The official Python SDK of Composio, unmodified, against a live emulator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.composio_sdk import MESSAGE, SLACK, VERSION, Sdk, client, raises


@pytest.fixture
def sdk(
    server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sdk]:
    """The SDK with a scope of its own for each test."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    made = client(server, monkeypatch, scope=name[:100])
    yield made
    made.client.close()


def names(tools: list[Any]) -> list[str]:
    return [tool["function"]["name"] for tool in tools]


def test_tools_are_got_by_slug(sdk: Sdk) -> None:
    found = sdk.tools.get(user_id="user_123", tools=[SLACK, "GMAIL_SEND_EMAIL"])
    assert sorted(names(found)) == ["GMAIL_SEND_EMAIL", SLACK]
    assert found[0]["function"]["parameters"]["properties"]


def test_tools_are_got_by_toolkit_whatever_its_case(sdk: Sdk) -> None:
    found = names(sdk.tools.get(user_id="user_123", toolkits=["GITHUB"], limit=5))
    assert found
    assert all(name.startswith("GITHUB_") for name in found)


def test_tools_are_searched(sdk: Sdk) -> None:
    assert "GMAIL_SEND_EMAIL" in names(sdk.tools.get(user_id="user_123", search="send email"))


def test_tool_is_executed(sdk: Sdk) -> None:
    done = sdk.tools.execute(SLACK, MESSAGE, user_id="user_123", version=VERSION)
    assert (done["successful"], done["error"]) == (True, None)
    assert done["data"]["channel"] == "C0123456789"


def test_failure_of_a_tool_is_no_exception(sdk: Sdk) -> None:
    arguments = {"channel": "C_NOT_FOUND"}
    done = sdk.tools.execute(SLACK, arguments, user_id="user_123", version=VERSION)
    assert (done["successful"], done["error"]) == (False, "Slack API error: channel_not_found")


def test_tool_without_account_is_executed_for_anybody(sdk: Sdk) -> None:
    done = sdk.tools.execute("CALCULATOR_ADD", {"a": 1, "b": 2}, user_id="x", version="20251027_00")
    assert done["data"] == {"sum": 3}


@pytest.mark.parametrize(
    ("slug", "account", "more", "error", "code"),
    [
        (SLACK, None, {"user_id": "nobody"}, "NotFoundError", 1810),
        (SLACK, None, {"version": "20240101_00"}, "NotFoundError", 2401),
        ("GMAIL_BATCH_DELETE_MESSAGES", None, {"version": "00000000_00"}, "NotFoundError", 2401),
        (SLACK, "ca_never_was", {}, "NotFoundError", 1810),
        (SLACK, "ca_other_user", {}, "BadRequestError", 1812),
        (SLACK, "ca_other_project", {}, "BadRequestError", 1803),
        (SLACK, "ca_expired", {}, "APIStatusError", 1820),
        (SLACK, "ca_initiated", {}, "UnprocessableEntityError", 10422),
        (SLACK, "ca_inactive", {}, "UnprocessableEntityError", 10422),
        ("GITHUB_ISSUES_CREATE", None, {"version": "20250901_00"}, "APIStatusError", 10410),
        (SLACK, None, {"user_id": "user_timeout"}, "APIStatusError", 10408),
        (SLACK, None, {"user_id": "user_response_too_large"}, "APIStatusError", 10413),
        (SLACK, None, {"user_id": "user_rate_limited"}, "RateLimitError", 10429),
        (SLACK, None, {"user_id": "user_service_failure"}, "InternalServerError", 10500),
        (SLACK, None, {"user_id": "user_bad_gateway"}, "InternalServerError", 10502),
        (SLACK, None, {"user_id": "user_provider_down"}, "InternalServerError", 10503),
        (SLACK, "ca_no_permission", {}, "PermissionDeniedError", 1802),
        (SLACK, None, {"text": "say hi"}, "BadRequestError", 10400),
    ],
    ids=lambda value: str(value)[:30],
)
def test_refusal_is_the_sdks_own_exception(
    sdk: Sdk, slug: str, account: str | None, more: dict[str, str], error: str, code: int
) -> None:
    asked = {"user_id": "user_123", "version": VERSION, "connected_account_id": account, **more}
    with raises(error) as raised:
        sdk.tools.execute(slug, MESSAGE, **asked)
    assert raised.value.body["error"]["code"] == code


def test_tool_without_a_version_is_refused_by_the_sdk(sdk: Sdk) -> None:
    with raises("ToolVersionRequiredError"):
        sdk.tools.execute(SLACK, MESSAGE, user_id="user_123")


def test_deprecated_version_of_a_toolkit_is_the_sdks_own_warning(
    sdk: Sdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from composio import exceptions

    # It warns once in a process.
    monkeypatch.setattr("composio.utils.toolkit_deprecation._warned", set())
    with pytest.warns(exceptions.ComposioDeprecationWarning, match="GITHUB version 20250901_00"):
        sdk.client.tools.list(
            include_deprecated=True, toolkit_versions={"github": "20250901_00"}, limit=50
        )


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the SDK means to wait before each retry; it does not."""
    found: list[float] = []
    monkeypatch.setattr("composio_client._base_client._sleep", found.append)
    return found


def attempts(server: str, scope: str) -> dict[str, list[int]]:
    """How often each logical call of the scope was asked for, by operation."""
    answer = httpx.get(f"{server}/__admin/executions", headers={"Emulator-Scope": scope})
    found: dict[str, list[int]] = {}
    for call in answer.json()["calls"]:
        found.setdefault(call["operation"], []).append(call["attempts"])
    return found


def test_reading_is_tried_three_times(
    server: str, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    failing = client(server, monkeypatch, "retries", "ak_service_failure", retries=2)
    with raises("InternalServerError"):
        failing.toolkits.list()
    failing.client.close()
    assert (attempts(server, "retries"), len(waits)) == ({"listToolkits": [3]}, 2)


def test_execution_is_tried_once(
    server: str, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    retrying = client(server, monkeypatch, "executions", retries=2)
    session = retrying.create(user_id="user_123")
    with raises("InternalServerError"):
        retrying.tools.execute(SLACK, MESSAGE, user_id="user_provider_down", version=VERSION)
    with raises("InternalServerError"):
        session.execute("EMULATOR_SERVICE_FAILURE", arguments={})
    retrying.client.close()
    found = attempts(server, "executions")
    assert (found["executeTool"], found["executeSessionTool"], waits) == ([1], [1], [])


def test_limit_makes_the_sdk_wait_as_long_as_it_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    state = tmp_path / "state.yaml"
    state.write_text("limits: [{name: requests, limit: 1, window_s: 45}]")
    with running(create_app(Settings(specs=("composio",), state=state, now=NOW))) as limited:
        sdk = client(limited, monkeypatch, "limit", retries=2)
        sdk.toolkits.list()
        with raises("RateLimitError") as raised:
            sdk.toolkits.list()
        sdk.client.close()
    assert raised.value.body == {"message": "Rate limit exceeded. Limit: 1 requests per 1 minutes"}
    assert waits == [45, 45]


def test_unknown_tool_is_the_sdks_own_exception(sdk: Sdk) -> None:
    with raises("ToolNotFoundError"):
        sdk.tools.execute("NO_SUCH_TOOL", {}, user_id="user_123", version=VERSION)


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("ak_bad_request", "BadRequestError"),
        ("ak_invalid", "AuthenticationError"),
        ("ak_rate_limited", "RateLimitError"),
        ("ak_service_failure", "InternalServerError"),
    ],
)
def test_key_chooses_a_refusal_of_any_operation(
    server: str, monkeypatch: pytest.MonkeyPatch, key: str, error: str
) -> None:
    refused = client(server, monkeypatch, "keys", key)
    with raises(error):
        refused.toolkits.list()
    refused.client.close()


def test_accounts_are_listed(sdk: Sdk) -> None:
    found = sdk.connected_accounts.list(
        user_ids=["user_123"], statuses=["ACTIVE"], toolkit_slugs=["slack", "github"]
    )
    assert {account.toolkit.slug for account in found.items} == {"slack", "github"}
    assert found.items[0].state.val.access_token.endswith("...")


def test_link_becomes_active_by_itself(sdk: Sdk) -> None:
    asked = sdk.connected_accounts.link(user_id="new_user", auth_config_id="ac_github")
    assert asked.redirect_url.startswith("http://127.0.0.1:")
    assert asked.wait_for_connection(timeout=10).status == "ACTIVE"
    with raises("ComposioMultipleConnectedAccountsError"):
        sdk.connected_accounts.link(user_id="new_user", auth_config_id="ac_github")


def test_managed_oauth_needs_a_link(sdk: Sdk) -> None:
    with raises("ComposioLegacyConnectedAccountsEndpointRetiredError"):
        sdk.connected_accounts.initiate(user_id="new_user", auth_config_id="ac_github")


def test_account_is_connected_by_key(sdk: Sdk) -> None:
    config = {"auth_scheme": "API_KEY", "val": {"status": "ACTIVE", "generic_api_key": "k_01234"}}
    asked = sdk.connected_accounts.initiate(
        user_id="new_user", auth_config_id="ac_notion_key", config=config
    )
    account = sdk.connected_accounts.get(asked.id)
    assert (account.status, account.user_id) == ("ACTIVE", "new_user")


def test_account_is_disabled_and_deleted(sdk: Sdk) -> None:
    id_ = "ca_user_1_slack"
    assert sdk.connected_accounts.disable(id_).success
    assert sdk.connected_accounts.get(id_).status == "INACTIVE"
    assert sdk.connected_accounts.delete(id_).success
    with raises("NotFoundError") as raised:
        sdk.connected_accounts.get(id_)
    assert raised.value.body["error"]["code"] == 606


def test_toolkits_are_listed_and_got(sdk: Sdk) -> None:
    assert "slack" in [toolkit.slug for toolkit in sdk.toolkits.get()]
    assert sdk.toolkits.get("SLACK").name == "Slack"
    with raises("NotFoundError"):
        sdk.toolkits.get("no_such_toolkit")


def test_toolkit_with_managed_oauth_is_not_authorized_without_a_link(sdk: Sdk) -> None:
    with raises("ComposioLegacyConnectedAccountsEndpointRetiredError"):
        sdk.toolkits.authorize(user_id="new_user", toolkit="github")


def test_auth_config_lives(sdk: Sdk) -> None:
    made = sdk.auth_configs.create("notion", {"type": "use_composio_managed_auth"})
    assert sdk.auth_configs.get(made.id).toolkit.slug == "notion"
    sdk.auth_configs.disable(made.id)
    assert sdk.auth_configs.get(made.id).status == "DISABLED"
    sdk.auth_configs.delete(made.id)
    with raises("NotFoundError"):
        sdk.auth_configs.get(made.id)


def test_session_shows_its_tools(sdk: Sdk) -> None:
    session = sdk.create(user_id="user_123", toolkits=["slack", "github"])
    assert "COMPOSIO_SEARCH_TOOLS" in names(session.tools())
    assert {each.slug for each in session.toolkits().items} == {"slack", "github", "composio"}
    assert sdk.use(session.session_id).session_id == session.session_id


def test_session_searches_and_executes(sdk: Sdk) -> None:
    session = sdk.create(user_id="user_123")
    found = session.search(query="send a message to a slack channel")
    assert found.results[0].primary_tool_slugs[0] == SLACK
    done = session.execute(SLACK, arguments=MESSAGE)
    assert (done.error, done.data["channel"]) == (None, "C0123456789")


@pytest.mark.parametrize(
    ("user", "slug", "code"),
    [
        ("user_123", "NO_SUCH_TOOL", 4301),
        ("nobody", SLACK, 4302),
        ("user_123", "GMAIL_SEND_EMAIL", 4324),
    ],
)
def test_session_refuses(sdk: Sdk, user: str, slug: str, code: int) -> None:
    session = sdk.create(user_id=user, toolkits=["slack"])
    with raises("BadRequestError") as raised:
        session.execute(slug, arguments={})
    assert raised.value.body["error"]["code"] == code


def test_session_authorizes_a_toolkit(sdk: Sdk) -> None:
    session = sdk.create(user_id="new_user")
    asked = session.authorize("github")
    assert asked.wait_for_connection(timeout=10).status == "ACTIVE"
    with raises("BadRequestError"):
        session.authorize("calculator")


def test_trigger_is_made(sdk: Sdk) -> None:
    made = sdk.triggers.create(
        slug="SLACK_RECEIVE_MESSAGE",
        connected_account_id="ca_user_1_slack",
        trigger_config={"channel": "C1"},
    )
    found = sdk.triggers.list_active(connected_account_ids=["ca_user_1_slack"])
    assert [trigger.id for trigger in found.items] == [made.trigger_id]
