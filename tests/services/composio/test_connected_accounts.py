"""Composio's connected accounts: filters, links, the consent page, and changes of state."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.clock import Clocks
from emulator.server.dispatcher import Dispatcher
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.composio import Service

SLACK = "ca_Ux6vHc2Lq9Rb"
LINK = {"auth_config_id": "ac_github", "user_id": "u<1>"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("user_ids=user_123&toolkit_slugs=slack&statuses=ACTIVE", {SLACK}),
        (
            "user_ids=user_123,user_1&toolkit_slugs=slack&statuses=ACTIVE",
            {SLACK, "ca_user_1_slack"},
        ),
        ("user_ids=user_1&user_ids=user_123&auth_config_ids=ac_slack&statuses=active", None),
        ("connected_account_ids=ca_expired", {"ca_expired"}),
        ("statuses=REVOKED", {"ca_revoked"}),
        ("connected_account_ids=ca_other_project", set()),
        ("user_ids=nobody", set()),
    ],
)
def test_accounts_are_filtered(composio: Service, query: str, expected: set[str] | None) -> None:
    found = set(composio.ids(f"/connected_accounts?{query}"))
    assert found == ({SLACK, "ca_user_1_slack"} if expected is None else expected)


def test_secrets_are_masked(composio: Service) -> None:
    account = composio.get(f"/connected_accounts/{SLACK}")
    assert account["state"]["val"]["access_token"] == "xoxb..."


@pytest.mark.parametrize(("decision", "status"), [("grant", "ACTIVE"), ("deny", "FAILED")])
def test_user_answers_the_page(
    composio: Service, client: httpx.Client, decision: str, status: str
) -> None:
    link = composio("POST", "/connected_accounts/link", LINK).json()
    path = f"/connected_accounts/{link['connected_account_id']}"
    assert composio.get(path)["status"] == "INITIATED"
    scope = {"emulator-scope": composio.scope}
    page = client.get(link["redirect_url"], headers=scope)
    assert (page.status_code, "<form" in page.text, "<1>" in page.text) == (200, True, False)
    answer = client.post(link["redirect_url"], params={"decision": decision}, headers=scope)
    assert status in answer.text
    assert composio.get(path)["status"] == status


@pytest.mark.parametrize(
    ("callback", "shown"), [("http://app.test/done?a=1", True), ("javascript:alert(1)", False)]
)
def test_page_leads_back_to_the_application(
    composio: Service, client: httpx.Client, callback: str, shown: bool
) -> None:
    link = composio("POST", "/connected_accounts/link", LINK | {"callback_url": callback}).json()
    answer = client.post(link["redirect_url"], headers={"emulator-scope": composio.scope})
    assert ("<a href" in answer.text) is shown


@pytest.mark.parametrize(("seconds", "status"), [(0, "INITIATED"), (5, "ACTIVE")])
def test_link_becomes_active_with_time(seconds: int, status: str) -> None:
    moments: list[datetime] = [NOW]
    app = create_app(Settings(specs=("composio",)))
    app.dispatcher = _with_clock(app.dispatcher, moments)
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        composio = Service(client)
        link = composio("POST", "/connected_accounts/link", LINK).json()
        moments.append(NOW + timedelta(seconds=seconds))
        assert (
            composio.get(f"/connected_accounts/{link['connected_account_id']}")["status"] == status
        )
        moments.append(NOW + timedelta(hours=1))
        assert client.get(link["redirect_url"], headers={"emulator-scope": composio.scope}).is_error


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/status", {"enabled": False}, "INACTIVE"),
        ("POST", "/revoke", None, "REVOKED"),
        ("POST", "/refresh", {}, "ACTIVE"),
    ],
)
def test_state_is_changed(
    composio: Service, method: str, path: str, body: object, status: str
) -> None:
    assert composio(method, f"/connected_accounts/{SLACK}{path}", body).status_code == 200
    assert composio.get(f"/connected_accounts/{SLACK}")["status"] == status


def test_expired_account_is_refreshed(composio: Service) -> None:
    composio("POST", "/connected_accounts/ca_expired/refresh", {})
    account = composio.get("/connected_accounts/ca_expired")
    assert (account["status"], account["status_reason"]) == ("ACTIVE", None)


def test_oauth_of_ones_own_waits_for_the_user(composio: Service) -> None:
    body = {"auth_config": {"id": "ac_github_own"}, "connection": {"user_id": "u1"}}
    made = composio("POST", "/connected_accounts", body).json()
    assert (made["status"], "/link/" in made["redirect_url"]) == ("INITIATED", True)


def test_scopes_do_not_see_one_another(client: httpx.Client) -> None:
    one, other = Service(client), Service(client)
    one("DELETE", f"/connected_accounts/{SLACK}")
    assert one("GET", f"/connected_accounts/{SLACK}").json()["error"]["code"] == 606
    assert other.get(f"/connected_accounts/{SLACK}")["id"] == SLACK


def _with_clock(dispatcher: Dispatcher, moments: list[datetime]) -> Dispatcher:
    return replace(dispatcher, clocks=Clocks(real=lambda: moments[-1]))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-api-key": "ak"}, 404),
        ({"x-api-key": "ak", "x-project-id": "pr_other"}, 404),
        ({"x-org-api-key": "oak"}, 404),
        ({"x-org-api-key": "oak", "x-org-id": "o", "x-project-id": "pr_other"}, 200),
        ({"x-user-api-key": "uak", "x-project-id": "pr_other"}, 200),
    ],
)
def test_project_of_a_call_is_its_keys_or_the_one_named(
    composio: Service, headers: dict[str, str], status: int
) -> None:
    sent = {"x-api-key": ""} | headers
    assert composio("GET", "/connected_accounts/ca_other_project", **sent).status_code == status


def test_account_belongs_to_the_project_it_was_linked_in(composio: Service) -> None:
    there = {"x-api-key": "", "x-org-api-key": "oak", "x-project-id": "pr_other"}
    body = {"auth_config_id": "ac_slack", "user_id": "u"}
    link = composio("POST", "/connected_accounts/link", body, **there).json()
    path = f"/connected_accounts/{link['connected_account_id']}"
    assert composio("GET", path, **there).status_code == 200
    assert composio("GET", path).status_code == 404
    assert composio("POST", f"/link/{link['link_token']}?decision=approve").status_code == 200


@pytest.mark.parametrize(
    "pair", [("x-api-key", "x-org-api-key"), ("x-user-api-key", "x-org-api-key")]
)
def test_two_kinds_of_key_are_refused(composio: Service, pair: tuple[str, str]) -> None:
    answer = composio("GET", "/toolkits", **{"x-api-key": ""} | dict.fromkeys(pair, "k"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 10401)
    assert answer.json()["error"]["message"] == "Multiple authentication modes were provided"


@pytest.mark.parametrize(
    ("uri", "user", "status"),
    [
        ("lt_4f6d2a9be105", "user_789", 200),
        ("https://example.com/link/lt_4f6d2a9be105", "user_789", 200),
        ("lt_4f6d2a9be105", "user_123", 400),
        ("lt_none", "user_789", 404),
    ],
)
def test_user_who_comes_back_completes_the_connection(
    composio: Service, uri: str, user: str, status: int
) -> None:
    body = {"session_uri": uri, "user_id": user}
    assert composio("POST", "/connected_accounts/complete_auth", body).status_code == status
    account = composio.get("/connected_accounts/ca_pending")
    assert account["status"] == ("ACTIVE" if status == 200 else "INITIATED")


def test_account_is_revoked_once(composio: Service) -> None:
    path = "/connected_accounts/ca_Ux6vHc2Lq9Rb/revoke"
    tokens = [composio("POST", path).json()["revoked_tokens"] for _ in range(2)]
    assert tokens == [["access_token"], []]
