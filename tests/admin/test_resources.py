"""What the control plane says where no route leads, or no method."""

import httpx
import pytest


@pytest.mark.parametrize("path", ["/__admin", "/__admin/", "/__admin/nothing", "/~x/__admin/no"])
def test_path_that_is_not_there(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert path in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "/faults", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("GET", "/reset", "OPTIONS, POST"),
        ("POST", "/faults/x", "DELETE, OPTIONS"),
        ("DELETE", "/events", "GET, HEAD, OPTIONS"),
    ],
)
def test_method_that_is_not_there(client: httpx.Client, method: str, path: str, allow: str) -> None:
    answer = client.request(method, f"/__admin{path}")
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.json()["status"] == 405


def test_options_and_head(client: httpx.Client) -> None:
    options = client.options("/__admin/faults")
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST"
    head = client.head("/__admin/faults")
    assert (head.status_code, head.content) == (200, b"")
