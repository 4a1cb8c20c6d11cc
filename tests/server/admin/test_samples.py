"""What to send an operation, how to get each response, and whether one is right."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest


def example(client: httpx.Client, api: str, operation: str) -> Any:
    path = f"/__admin/apis/{api}/operations/{quote(operation, safe='')}/example"
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(client: httpx.Client, request: Any, scope: str, **more: str) -> httpx.Response:
    headers = {**request["headers"], "emulator-scope": scope, **more}
    content = request["body"].encode()
    return client.request(request["method"], request["url"], headers=headers, content=content)


@pytest.mark.parametrize("api", ["paragon", "composio", "agentflow"])
def test_each_request_is_accepted(client: httpx.Client, api: str) -> None:
    for operation in client.get(f"/__admin/apis/{api}").json()["operations"]:
        found = example(client, api, operation["id"])
        assert (found["request"] is None) is (found["obstacle"] != "")
        if found["request"] is not None:
            with_code = {"prefer": f"code={found['responses'][0]['code']}"}
            answer = send(client, found["request"], f"sample-{api}", **with_code)
            assert answer.headers["emulator-rule"] != "refusal", operation["id"]
            assert answer.headers["emulator-operation"] == operation["id"]


def test_each_response_is_had_as_it_says(client: httpx.Client) -> None:
    found = example(client, "paragon", "runTool")
    kinds = {each["kind"] for each in found["responses"]}
    assert kinds == {"answer", "example", "trigger"}
    for each in found["responses"]:
        request, prefer = each.get("request", found["request"]), each["prefer"]
        more = {"prefer": prefer} if prefer else {}
        answer = send(client, request, "sample-responses", **more)
        assert answer.status_code == each["code"], each
        assert (each["kind"] == "trigger") is ("when" in each)


@pytest.mark.parametrize(
    ("api", "operation", "said"),
    [("none", "runTool", "no API is called 'none'"), ("paragon", "runTols", "'runTool'")],
)
def test_what_is_not_there_is_told(
    client: httpx.Client, api: str, operation: str, said: str
) -> None:
    answer = client.get(f"/__admin/apis/{api}/operations/{operation}/example")
    assert answer.status_code == 404
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("prefer", "judged", "right"),
    [("code=200", True, True), ("fault=schema-violation", True, False)],
)
def test_a_response_is_judged(client: httpx.Client, prefer: str, judged: bool, right: bool) -> None:
    request = example(client, "paragon", "listTools")["request"]
    send(client, request, "sample-judged", prefer=prefer)
    headers = {"emulator-scope": "sample-judged"}
    (row, *_) = client.get("/__admin/requests/rows", headers=headers).json()["rows"]
    found = client.get(f"/__admin/requests/{row['id']}/judgement", headers=headers).json()
    assert found["judged"] is judged
    assert (found["violations"] == []) is right


def test_what_no_document_describes_is_not_judged(client: httpx.Client) -> None:
    headers = {"emulator-scope": "sample-none"}
    client.get("/nothing", headers=headers)
    (row,) = client.get("/__admin/requests/rows", headers=headers).json()["rows"]
    found = client.get(f"/__admin/requests/{row['id']}/judgement", headers=headers).json()
    assert found == {"judged": False, "violations": []}
    assert client.get("/__admin/requests/none/judgement").status_code == 404
