"""Who may use the control plane."""

from collections.abc import Iterator

import httpx
import pytest

from emulator.http.targets import is_loopback
from emulator.server.admin.guard import admin_token
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("emulator.localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("example.com", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_token_is_made_only_where_others_can_reach_the_control_plane() -> None:
    assert admin_token("127.0.0.1", None) is None
    assert admin_token("127.0.0.1", "mine") == admin_token("0.0.0.0", "mine") == "mine"
    made = admin_token("0.0.0.0", None)
    assert made is not None
    assert len(made) == 32
    assert made != admin_token("0.0.0.0", None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:1"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example:4010"}, 403),
        ({"host": "[::1"}, 400),
        ({"host": "evil.example@localhost"}, 400),
        ({"host": "localhost, evil.example"}, 400),
        ({"host": "localhost/"}, 400),
        ({"host": "one-word"}, 403),
        ({"host": "[::1]:4010"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:3000"}, 403),
        ({"origin": "http://localhost:1", "host": "localhost:1"}, 200),
        ({"origin": "http://LOCALHOST:1", "host": "localhost:1"}, 200),
        ({"origin": "http://localhost:1", "host": "127.0.0.1:1"}, 403),
        ({"origin": "http://[::1"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"}, 200),
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, 200),
        ({"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, 200),
        ({"webhook-signature": "v1,AAAA"}, 403),
    ],
)
def test_pages_of_others_are_refused_on_loopback(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/__admin/apis", headers=headers)
    assert answer.status_code == status
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.fixture(scope="module")
def guarded() -> Iterator[httpx.Client]:
    app = create_app(Settings(specs=("paragon",), admin_token="right"))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        (None, 401),
        ("Bearer wrong", 401),
        ("Bearer", 401),
        ("Basic right", 401),
        ("right", 401),
        ("Bearer right", 200),
        ("bearer right", 200),
    ],
)
def test_token_is_asked_for(guarded: httpx.Client, credential: str | None, status: int) -> None:
    headers = {"authorization": credential} if credential else {}
    answer = guarded.get("/__admin/apis", headers=headers)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) is (status == 401)


def test_whoever_has_the_token_may_come_by_any_name(guarded: httpx.Client) -> None:
    headers = {"authorization": "Bearer right", "host": "emulator:4010"}
    assert guarded.get("/__admin/apis", headers=headers).status_code == 200


def test_page_of_another_site_changes_nothing(client: httpx.Client) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.post("/__admin/reset", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/__admin/ui", "*/*", 200),
        ("/__admin/ui/main.js", "*/*", 200),
        ("/~x/__admin/ui/main.js", "*/*", 200),
        ("/__admin/ui/none.js", "*/*", 404),
        ("/__admin/apis/paragon/docs", "*/*", 200),
        ("/__admin/", "text/html", 303),
        ("/__admin", "text/html,*/*", 303),
        ("/__admin/", "*/*", 401),
        ("/__admin/ui/../requests", "text/html", 401),
        ("/__admin/requests", "text/html", 401),
        ("/__admin/apis/a%2Fb/docs", "text/html", 200),
        ("/__admin/mappings/apis/x/docs", "text/html", 401),
    ],
)
def test_the_console_asks_for_the_token_itself(
    guarded: httpx.Client, path: str, accept: str, status: int
) -> None:
    # As it is written: a client that follows `..` would ask for something else.
    url = guarded.base_url.copy_with(raw_path=path.encode())
    assert guarded.get(url, headers={"accept": accept}).status_code == status
    assert guarded.delete(url, headers={"accept": accept}).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/__admin/mappings/x%2F__admin%2Fhealth",
        "/__admin/mappings/x/__admin/health",
        "/__admin/%68ealth",
        "/__admin%2Fhealth",
        "/__admin/health/",
        "/__admin//health",
        "/__admin/health;a",
    ],
)
def test_nothing_passes_for_health(guarded: httpx.Client, path: str) -> None:
    assert guarded.delete(path).status_code in (401, 404)
    assert guarded.get(path).headers.get("content-type") != "application/json"


def test_health_is_told_to_everyone(guarded: httpx.Client) -> None:
    assert guarded.get("/__admin/health").status_code == 200
    assert guarded.get("/~x/__admin/health").status_code == 200


def test_scope_in_the_path_is_guarded_too(guarded: httpx.Client) -> None:
    assert guarded.get("/~x/__admin/apis").status_code == 401
    assert guarded.get("/~x/projects/p/tools").headers["emulator-operation"] == "listTools"
