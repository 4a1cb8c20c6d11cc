"""What runs: where things are, which APIs there are, their documents as other tools load them."""

import httpx
import pytest

from emulator import __version__


def test_every_api_is_listed_with_its_document(client: httpx.Client) -> None:
    listed = client.get("/__admin/apis").json()["apis"]
    assert [api["name"] for api in listed] == ["paragon", "composio", "agentflow"]
    for api in listed:
        document = client.get(api["openapi"]).json()
        assert document["openapi"].startswith("3.")
        assert document["info"]["title"] == api["title"]


def test_operations_of_an_api_are_listed_with_what_they_document(client: httpx.Client) -> None:
    operations = client.get("/__admin/apis/composio").json()["operations"]
    execute = next(each for each in operations if each["id"] == "executeTool")
    assert (execute["method"], execute["path"]) == ("POST", "/tools/execute/{tool_slug}")
    assert "410" in execute["responses"]
    assert (execute["links"], execute["callbacks"]) == (["log"], [])


@pytest.mark.parametrize(
    "path", ["/apis/nope", "/apis/nope/openapi.json", "/problems/nope", "/nope"]
)
def test_what_is_not_there_is_a_404(client: httpx.Client, path: str) -> None:
    assert client.get(f"/__admin{path}").status_code == 404


def test_problem_type_explains_itself(client: httpx.Client) -> None:
    page = client.get("/__admin/problems/body-invalid").text
    assert page == "body-invalid: The body breaks the contract. Status: 422, 400.\n"


def test_server_is_healthy(client: httpx.Client) -> None:
    assert client.get("/__admin/health").json()["status"] == "healthy"


def test_version_is_told(client: httpx.Client) -> None:
    assert client.get("/__admin/version").json() == {"version": __version__}


@pytest.mark.parametrize(
    ("path", "root", "scope"),
    [
        ("/__admin", "/__admin", "default"),
        ("/__admin/", "/__admin", "default"),
        ("/~x/__admin", "/~x/__admin", "x"),
    ],
)
def test_index_says_where_things_are(
    client: httpx.Client, path: str, root: str, scope: str
) -> None:
    index = client.get(path).json()
    assert (index["openapi"], index["scope"]) == (f"{root}/openapi.json", scope)
    assert client.get(index["openapi"]).json()["openapi"] == "3.1.0"
    assert client.get(index["docs"]).headers["content-type"] == "text/html; charset=utf-8"


def test_no_request_ends_the_server(client: httpx.Client) -> None:
    answer = client.post("/__admin/shutdown")
    assert (answer.status_code, "end its process" in answer.json()["detail"]) == (409, True)
    assert client.get("/__admin/health").is_success
