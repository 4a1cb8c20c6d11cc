"""Composio's sessions: their tools, limits, search and links."""

from typing import Any

import pytest

from tests.support.composio import Service

SLACK = "SLACK_SEND_MESSAGE"
ARGUMENTS = {"channel": "C0123456789"}


def opened(composio: Service, **options: Any) -> str:
    answer = composio("POST", "/tool_router/session", {"user_id": "user_123"} | options)
    assert answer.status_code == 201
    return f"/tool_router/session/{answer.json()['session_id']}"


def test_session_lives(composio: Service) -> None:
    path = opened(composio, toolkits=["slack"])
    changed = composio("PATCH", path, {"toolkits": {"disable": ["gmail"]}}).json()
    assert changed["config_version"] == 2
    assert composio("POST", f"{path}/attach", {}).json()["config_version"] == 2
    assert composio("DELETE", path).json()["deleted"] is True
    assert composio("GET", path).status_code == 404


CONFIGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"search": {"enable": True}, "instant": False, "preload": {"tools": []}}),
    ({"toolkits": ["slack"]}, {"toolkits": {"enabled": ["slack"]}}),
    ({"toolkits": {"disable": ["gmail"]}}, {"toolkits": {"disabled": ["gmail"]}}),
    (
        {"tools": {"slack": {"enable": ["X"]}, "gmail": {"tags": ["readOnlyHint"]}}},
        {"tools": {"slack": {"enabled": ["X"]}, "gmail": {"tags": {"enabled": ["readOnlyHint"]}}}},
    ),
    ({"tags": {"disable": ["createHint"]}}, {"tags": {"disabled": ["createHint"]}}),
    ({"proxy_execute": {"enable": True}}, {"proxy_execute": {"enable": True}}),
    ({"multi_account": {"enable": True}}, {"multi_account": {"enable": True}}),
    (
        {"manage_connections": {"enable": False, "callback_url": "http://c"}},
        {"manage_connections": {"enabled": False, "callback_url": "http://c"}},
    ),
    (
        {"workbench": {"enable_proxy_execution": False, "sandbox_size": "large"}},
        {"workbench": {"enable": True, "proxy_execution_enabled": False, "sandbox_size": "large"}},
    ),
    ({"connected_accounts": {"slack": "ca_1"}}, {"connected_accounts": {"slack": ["ca_1"]}}),
    ({"preload": {"tools": "all"}, "toolkits": ["slack"]}, {"preload": {"tools": "all"}}),
    (
        {"instant": {"tools": {"slack": {"enable": ["X"]}}}},
        {
            "instant": {
                "tools": {"slack": {"enabled": ["X"]}},
                "return_instant_charge": False,
                "return_prices_in_search": False,
            }
        },
    ),
    ({"workbench": None, "other": 5}, {"workbench": {"enable": True}, "other": 5}),
]


@pytest.mark.parametrize(("options", "config"), CONFIGS, ids=str)
def test_configuration_shows_what_was_asked_for(
    composio: Service, options: dict[str, Any], config: dict[str, Any]
) -> None:
    path = opened(composio, **options)
    assert composio.get(path)["config"].items() >= config.items()
    path = opened(composio)
    changed = composio("PATCH", path, options)
    assert changed.json()["config"].items() >= {"user_id": "user_123", **config}.items()


def test_null_removes_an_option(composio: Service) -> None:
    usual = composio.get(opened(composio))["config"]
    path = opened(composio, workbench={"enable": False}, proxy_execute={"enable": True})
    gone = composio("PATCH", path, {"workbench": None, "proxy_execute": None}).json()
    assert gone["config"] == usual


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"toolkits": {"enable": ["slack"], "disable": ["gmail"]}}, "mutually exclusive"),
        ({"tools": {"slack": {"enable": [], "disable": []}}}, "mutually exclusive"),
        (
            {"tags": {"enable": ["createHint"], "disable": ["createHint"]}},
            "be enabled and disabled",
        ),
        ({"preload": {"tools": "all"}}, "all needs toolkits"),
        ({"connected_accounts": {"slack": ["ca_1", "ca_2"]}}, "multi_account.enable"),
    ],
    ids=str,
)
def test_contradicting_options_are_refused(
    composio: Service, options: dict[str, Any], said: str
) -> None:
    path = opened(composio)
    for answer in (
        composio("POST", "/tool_router/session", {"user_id": "u"} | options),
        composio("PATCH", path, options),
    ):
        assert answer.status_code == 400
        assert said in answer.text
    assert composio.get(path)["config_version"] == 1


def test_change_of_another_version_is_a_conflict(composio: Service) -> None:
    path = opened(composio)
    for expected, status in ((1, 200), (1, 409), (3, 409), (2, 200)):
        body = {"toolkits": ["slack"], "expected_config_version": expected}
        assert composio("PATCH", path, body).status_code == status
    session = composio.get(path)
    assert (session["config_version"], "expected_config_version" in session["config"]) == (3, False)


def test_session_shows_fewer_tools_when_options_are_off(composio: Service) -> None:
    off = {
        "manage_connections": {"enable": False},
        "execute": {"enable_multi_execute": False},
        "workbench": {"enable": False},
    }
    assert len(composio.ids(f"{opened(composio)}/tools", "slug")) == 5
    found = composio.ids(f"{opened(composio, **off)}/tools", "slug")
    assert found == ["COMPOSIO_GET_TOOL_SCHEMAS", "COMPOSIO_SEARCH_TOOLS"]


def test_preloaded_tools_are_shown(composio: Service) -> None:
    path = opened(composio, preload={"tools": [SLACK, "NO_SUCH_TOOL", 7]})
    assert SLACK in composio.ids(f"{path}/tools", "slug")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"slack", "resend", "composio"}),
        ("is_connected=true", {"slack"}),
        ("toolkits=resend", {"resend"}),
        ("search=slack", {"slack"}),
    ],
)
def test_toolkits_are_those_of_the_session(
    composio: Service, query: str, expected: set[str]
) -> None:
    path = opened(composio, toolkits={"enable": ["slack", "resend"]})
    assert set(composio.ids(f"{path}/toolkits?{query}", "slug")) == expected


def test_search_always_finds_something(composio: Service) -> None:
    body = {"queries": [{"use_case": "send an email"}, {"use_case": "qqq"}]}
    found = composio("POST", f"{opened(composio)}/search", body).json()
    first, second = found["results"]
    assert first["primary_tool_slugs"][0] == "GMAIL_SEND_EMAIL"
    assert len(second["primary_tool_slugs"]) == 3
    assert found["tool_schemas"]["GMAIL_SEND_EMAIL"]["input_schema"]["required"]


@pytest.mark.parametrize(
    ("options", "slug", "code"),
    [
        ({}, "NO_SUCH_TOOL", 4301),
        ({"user_id": "stranger"}, SLACK, 4302),
        ({"connected_accounts": {"slack": ["ca_expired"]}}, SLACK, 4302),
        ({"toolkits": ["gmail"]}, SLACK, 4324),
        ({"toolkits": {"disable": ["slack"]}}, SLACK, 4324),
    ],
)
def test_session_refuses(composio: Service, options: dict[str, Any], slug: str, code: int) -> None:
    body = {"tool_slug": slug, "arguments": ARGUMENTS}
    answer = composio("POST", f"{opened(composio, **options)}/execute", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("arguments", "result"), [(ARGUMENTS, "completed"), ({"channel": "C_NOT_FOUND"}, "failed")]
)
def test_session_executes(composio: Service, arguments: dict[str, str], result: str) -> None:
    body = {"tool_slug": SLACK, "arguments": arguments}
    assert composio("POST", f"{opened(composio)}/execute", body).json()["result_type"] == result


def test_several_tools_are_executed_in_turn(composio: Service) -> None:
    tools = [{"tool_slug": SLACK, "arguments": ARGUMENTS}, {"tool_slug": "NO_SUCH_TOOL"}]
    body = {"slug": "COMPOSIO_MULTI_EXECUTE_TOOL", "arguments": {"tools": tools}}
    data = composio("POST", f"{opened(composio)}/execute_meta", body).json()["data"]
    assert (data["total_count"], data["error_count"]) == (2, 1)


@pytest.mark.parametrize(
    ("slug", "arguments", "field"),
    [
        ("COMPOSIO_SEARCH_TOOLS", {"queries": [{"use_case": "mail"}]}, "results"),
        ("COMPOSIO_GET_TOOL_SCHEMAS", {"tool_slugs": [SLACK]}, "tool_schemas"),
        ("COMPOSIO_MANAGE_CONNECTIONS", {"toolkits": ["slack"]}, "results"),
    ],
)
def test_own_tools_answer(
    composio: Service, slug: str, arguments: dict[str, Any], field: str
) -> None:
    body = {"slug": slug, "arguments": arguments}
    assert composio("POST", f"{opened(composio)}/execute_meta", body).json()["data"][field]


@pytest.mark.parametrize(
    ("toolkit", "status", "code"),
    [("calculator", 400, 4326), ("resend", 400, 4308), ("nothing", 404, 401)],
)
def test_toolkit_cannot_be_linked(composio: Service, toolkit: str, status: int, code: int) -> None:
    answer = composio("POST", f"{opened(composio)}/link", {"toolkit": toolkit})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
