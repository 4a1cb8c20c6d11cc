"""Limits of requests over the wire, as a user's state file declares them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.documents import operations

STATE = "limits: [{name: requests, limit: 2, window_s: 120}]"
EXECUTE = next(each for each in operations("composio") if each.id == "executeTool")
CREDENTIAL = {"x-api-key": "ak", "authorization": "Bearer t"}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    state = tmp_path_factory.mktemp("state") / "state.yaml"
    state.write_text(STATE)
    app = create_app(Settings(state=state, now=NOW))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def get(client: httpx.Client, scope: str, path: str, **headers: str) -> httpx.Response:
    return client.get(path, headers={**CREDENTIAL, "emulator-scope": scope, **headers})


def test_limit_is_told_in_every_answer_and_refuses_in_the_services_words(
    limited: httpx.Client,
) -> None:
    answers = [get(limited, "told", "/api/v3.1/toolkits/categories") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    told = ("x-ratelimit", "x-ratelimit-remaining", "x-ratelimit-window-size", "retry-after")
    assert [[answer.headers.get(name) for name in told] for answer in answers] == [
        ["2", "1", "120s", None],
        ["2", "0", "120s", None],
        ["2", "0", "120s", "120"],
    ]
    message = "Rate limit exceeded. Limit: 2 requests per 2 minutes"
    assert answers[2].json() == {"message": message}
    assert answers[2].headers["emulator-problem"] == "rate-limited"


def test_refusal_keeps_the_document_where_other_errors_have_another_shape(
    limited: httpx.Client,
) -> None:
    answers = [EXECUTE.call.send(limited, **{"Emulator-Scope": "execute"}) for _ in range(3)]
    assert answers[2].status_code == 429
    assert EXECUTE.complaints(answers[2]) == []


def test_credentials_are_judged_before_the_limit_and_the_request_after(
    limited: httpx.Client,
) -> None:
    nobody = {"x-api-key": "", "authorization": ""}
    path = "/api/v3.1/toolkits?limit=none"
    asked: list[Any] = [nobody, {}, {}, {}, nobody]
    found = [get(limited, "order", path, **headers).status_code for headers in asked]
    assert found == [401, 400, 400, 429, 401]


def test_paths_that_are_none_are_not_counted(limited: httpx.Client) -> None:
    found = [get(limited, "paths", "/api/v3.1/nothing") for _ in range(3)]
    assert {answer.status_code for answer in found} == {404}
    assert {answer.headers["x-ratelimit-remaining"] for answer in found} == {"2"}


def test_service_without_words_of_its_own_refuses_in_the_documents_shape(
    limited: httpx.Client,
) -> None:
    answers = [get(limited, "paragon", "/projects/p/tools") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].headers["retry-after"], answers[2].json()["status"]) == ("120", 429)


def test_scopes_are_counted_apart_and_reset_forgets(limited: httpx.Client) -> None:
    for scope in ("one", "one", "two"):
        assert get(limited, scope, "/api/v3.1/toolkits").status_code == 200
    assert get(limited, "one", "/api/v3.1/toolkits").status_code == 429
    limited.post("/__admin/reset", headers={"emulator-scope": "one"})
    assert get(limited, "one", "/api/v3.1/toolkits").status_code == 200
