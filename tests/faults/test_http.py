"""Faults of the HTTP message, as a client on a real socket sees them."""

import gzip
import json
import zlib
from collections.abc import Callable

import httpx
import pytest

from emulator.faults.table import FAULTS
from tests.support.documents import SERVICES, Operation, operations
from tests.support.fault_calls import (
    COMPOSIO,
    PARAGON,
    SEND,
    STREAM,
    Call,
    passed_s,
    rule,
    virtual_time,
)

OPERATIONS = {(o.api, o.id): o for api in SERVICES for o in operations(api)}
EXECUTE: Operation = OPERATIONS["composio", "executeTool"]


@pytest.mark.parametrize(
    ("call", "status", "body"),
    [
        (PARAGON, 503, {"message": "Service unavailable.", "code": "service_unavailable"}),
        (PARAGON, 429, {"message": "Too many requests.", "code": "rate_limited"}),
        (PARAGON, 404, {"message": "Tool SLACK_SEND_MESSAGE not found.", "code": "tool_not_found"}),
        (PARAGON, 599, {"message": "Error 599.", "code": "error_599", "status": 599}),
        (COMPOSIO, 503, {"message": "The API of github is currently unavailable"}),
        (COMPOSIO, 504, {"slug": "HTTP_GatewayTimeout", "code": 10504, "status": 504}),
        (STREAM, 503, {"detail": "Service Unavailable"}),
        (STREAM, 500, {"detail": "Internal server error"}),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_error_is_in_the_services_own_shape(
    client: httpx.Client, call: Call, status: int, body: dict[str, object]
) -> None:
    answer = call.send(client, "error", f"error; status={status}; retry_after_s=7")
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert body.items() <= said.get("error", said).items()


@pytest.mark.parametrize(
    ("scope", "wish", "waits_s"),
    [
        ("time-1", "delay; ms=800", lambda _: 0.8),
        ("time-2", "delay; ms=800; at=body", lambda _: 0.8),
        ("time-3", "dribble; chunks=5; over_ms=700", lambda _: 0.7),
        ("time-4", "dribble; chunks=10000; over_ms=60000", lambda _: 60),
        ("time-5", "bandwidth; rate_bytes_per_s=10", lambda length: length / 10),
        ("time-6", "bandwidth; rate_bytes_per_s=1", lambda length: length),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_body_takes_its_time_and_is_whole(
    client: httpx.Client, scope: str, wish: str, waits_s: Callable[[int], float]
) -> None:
    virtual_time(client, scope)
    answer = PARAGON.send(client, scope, wish)
    assert answer.json()["ok"] is True
    expected = waits_s(int(answer.headers["content-length"]))
    assert passed_s(client, scope) == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize(
    ("wish", "content_type"),
    [
        ("wrong-content-type", "text/html"),
        ('wrong-content-type; media_type="text/plain; charset=utf-8"', "text/plain; charset=utf-8"),
    ],
)
def test_content_type_is_another(client: httpx.Client, wish: str, content_type: str) -> None:
    answer = PARAGON.send(client, "type", wish)
    assert answer.headers.get_list("content-type") == [content_type]
    assert answer.json()["ok"] is True


@pytest.mark.parametrize("kind", FAULTS["malformed-json"].parameters[0].choices)
@pytest.mark.parametrize("call", [PARAGON, COMPOSIO], ids=["paragon", "composio"])
def test_json_is_malformed(client: httpx.Client, call: Call, kind: str) -> None:
    answer = call.send(client, "malformed", f"malformed-json; kind={kind}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize("kind", ["any", "missing-property", "wrong-type", "null"])
def test_body_breaks_its_documented_schema(client: httpx.Client, kind: str) -> None:
    """By another validator than the one that the emulator has."""
    plain = COMPOSIO.send(client, "violation")
    broken = COMPOSIO.send(client, "violation", f"schema-violation; kind={kind}")
    assert EXECUTE.complaints(plain) == []
    assert EXECUTE.complaints(broken) != []
    assert broken.status_code == 200
    assert broken.headers["emulator-fault"] == "schema-violation"


@pytest.mark.parametrize(
    ("call", "wish", "reason"),
    [
        (PARAGON, "schema-violation", "the schema accepts all of"),
        (COMPOSIO, "schema-violation; kind=extra-property", "the schema accepts all of"),
        (PARAGON, "wrong-content-type; media_type=application/json", "is application/json anyway"),
        (PARAGON, "oversize-body; bytes=10", "bytes anyway"),
        (PARAGON, "stale", "has not answered before in this scope"),
        (PARAGON, "stream-cut", "is for event streams, and this response is none"),
        (STREAM, "malformed-json", "is for whole bodies"),
        (STREAM, "oversize-body", "is for whole bodies"),
        (STREAM, "bad-gzip", "is for whole bodies"),
        (STREAM, "schema-violation", "is for whole bodies"),
        (STREAM, "stream-cut; after=9", "a stream of 10 events or more; this one has 4"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fault_that_cannot_strike_says_why(
    client: httpx.Client, call: Call, wish: str, reason: str
) -> None:
    name, *given = wish.split("; ")
    scope = f"miss-{call.path.split('/')[1]}-{name}"
    refused = call.send(client, scope, wish)
    assert (refused.status_code, refused.headers["emulator-problem"]) == (400, "preference-invalid")
    assert reason in refused.text
    assert "emulator-fault" not in refused.headers
    client.post(f"/~{scope}/__admin/reset")
    rule(client, scope, name, parameters=dict(each.split("=") for each in given))
    answer = call.send(client, scope)
    assert answer.status_code == 200
    assert answer.headers["emulator-fault-missed"].startswith(f"{name}: ")
    assert reason in answer.headers["emulator-fault-missed"]
    assert "emulator-forced" not in answer.headers


@pytest.mark.parametrize("call", [PARAGON, STREAM], ids=["whole", "stream"])
def test_body_is_empty(client: httpx.Client, call: Call) -> None:
    answer = call.send(client, "empty", "empty-body")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "0"


def test_body_is_large_and_still_json(client: httpx.Client) -> None:
    answer = PARAGON.send(client, "large", "oversize-body; bytes=3000000")
    assert len(answer.content) == 3_000_000
    assert answer.headers["content-length"] == "3000000"
    assert answer.json()["ok"] is True
    (entry,) = client.get("/~large/__admin/requests").json()["requests"]
    assert entry["response"]["body"] == answer.text.rstrip(" ")


@pytest.mark.parametrize("wish", ["refuse", "refuse; ms=0"])
def test_what_meets_everybody_is_injected_by_rules_only(client: httpx.Client, wish: str) -> None:
    answers = [
        PARAGON.send(client, "for-all", wish),
        client.get(f"/~for-all/projects/p/tools?__fault={wish.partition(';')[0]}"),
        client.get("/~for-all/nothing", headers={"prefer": f"fault={wish}"}),
    ]
    for answer in answers:
        assert (answer.status_code, "POST /__admin/faults" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("status", "phrase"), [(502, "Bad Gateway"), (503, "Service"), (504, "Gateway Timeout")]
)
def test_gateway_stands_in_with_its_page(client: httpx.Client, status: int, phrase: str) -> None:
    answer = PARAGON.send(client, "gateway", f"gateway-html; status={status}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{status} {phrase}" in answer.text


def test_stale_answer_is_the_one_before(client: httpx.Client) -> None:
    other = Call(COMPOSIO.path, {**COMPOSIO.body, "arguments": {}}, COMPOSIO.credential)
    first = COMPOSIO.send(client, "stale-one")
    second = other.send(client, "stale-one", "stale")
    third = COMPOSIO.send(client, "stale-one", "stale")
    assert second.content == first.content
    assert third.json()["error"].startswith("Invalid request data")
    assert COMPOSIO.send(client, "stale-two", "stale").status_code == 400


def _plain(raw: bytes) -> bytes:
    return raw


@pytest.mark.parametrize(
    ("kind", "read", "error"),
    [
        ("plain", _plain, None),
        ("plain", gzip.decompress, gzip.BadGzipFile),
        ("cut", gzip.decompress, EOFError),
        ("wrong-sum", gzip.decompress, gzip.BadGzipFile),
        ("wrong-sum", lambda raw: zlib.decompress(raw[10:-8], -15), None),
    ],
    ids=["plain-body", "no-gzip", "cut", "wrong-sum", "but-whole"],
)
def test_gzip_is_bad(
    client: httpx.Client,
    kind: str,
    read: Callable[[bytes], bytes],
    error: type[Exception] | None,
) -> None:
    headers = {**PARAGON.credential, "prefer": f"fault=bad-gzip; kind={kind}"}
    url = f"/~gzip{PARAGON.path}"
    with client.stream("POST", url, json=PARAGON.body, headers=headers) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        raw = b"".join(answer.iter_raw())
    assert int(answer.headers["content-length"]) == len(raw)
    if error is None:
        assert json.loads(read(raw))["ok"] is True
    else:
        with pytest.raises(error):
            read(raw)


def test_limit_refuses_what_is_beyond_it_until_there_is_room(client: httpx.Client) -> None:
    rule(client, "limit", "rate-limit", parameters={"limit": 2, "window_s": 30, "by": "scope"})
    calls = [PARAGON, COMPOSIO, PARAGON, COMPOSIO]
    answers = [call.send(client, "limit") for call in calls]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert [answer.headers.get("retry-after") for answer in answers] == [None, None, "30", "30"]
    assert EXECUTE.complaints(answers[3]) == []
    client.post("/~limit/__admin/clock/advance", json={"seconds": 29})
    assert PARAGON.send(client, "limit").headers["retry-after"] == "1"
    client.post("/~limit/__admin/clock/advance", json={"seconds": 1})
    assert PARAGON.send(client, "limit").status_code == 200


def test_several_faults_strike_one_answer(client: httpx.Client) -> None:
    rule(client, "several", "error", parameters={"status": 500})
    rule(client, "several", "malformed-json")
    answer = STREAM.send(client, "several", "delay; ms=0")
    assert answer.headers["emulator-fault"] == "delay, error, malformed-json"
    assert (answer.status_code, answer.text) == (500, '{"detail":"Intern')


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_answer_without_a_body_is_left_without(client: httpx.Client, method: str) -> None:
    headers = {**PARAGON.credential, "prefer": "fault=dribble; over_ms=0"}
    answer = client.request(method, "/~bodiless/projects/p1/tools", headers=headers)
    assert answer.content == b""
    assert answer.status_code in (200, 204)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**SEND, "tool": "NO_SUCH_TOOL"}, 404),
        ({"tool": 1}, 400),
        (SEND, 200),
        ({**SEND, "parameters": {"channel": "C_NOT_FOUND", "message": "hi"}}, 200),
    ],
    ids=["no-such-tool", "invalid", "sent", "refused-by-the-tool"],
)
def test_fault_strikes_the_answer_there_would_be(
    client: httpx.Client, body: object, status: int
) -> None:
    call = Call(PARAGON.path, body, PARAGON.credential)
    for scope in ("would-be-plain", "would-be-late"):
        client.post(f"/~{scope}/__admin/reset")
    plain = call.send(client, "would-be-plain")
    late = call.send(client, "would-be-late", "delay; ms=0")
    assert (late.status_code, late.content) == (status, plain.content)
    assert late.headers["emulator-fault"] == "delay"
