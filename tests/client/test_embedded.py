"""The emulator from Python: in a thread, in a process, elsewhere; and its scopes."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import Emulator
from emulator.client.control import ControlError
from emulator.client.embedded import StartError
from emulator.client.scope import Scope
from emulator.client.values import CallCount
from emulator.errors import DocumentError, SettingsError
from tests.support.paths import ROOT
from tests.support.receiver import receiving

MESSAGE = "composio.trigger.message"
TOKEN = {"authorization": "Bearer t"}
SEND = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}


@pytest.fixture
def scope(live_server: str, request: pytest.FixtureRequest) -> Iterator[Scope]:
    """A scope of the live server that no other test has."""
    with Emulator.at(live_server) as emulator:
        yield emulator.scope(f"embedded-{request.node.name}")


def ask(scope: Scope, **headers: str) -> int:
    url = f"{scope.url}/projects/p/tools"
    return httpx.get(url, headers=TOKEN | headers, trust_env=False).status_code


def send(scope: Scope, **headers: str) -> int:
    url = f"{scope.url}/projects/p/tools"
    return httpx.post(url, json=SEND, headers=TOKEN | headers, trust_env=False).status_code


@pytest.mark.parametrize("process", [False, True], ids=["thread", "process"])
def test_it_serves_for_the_length_of_a_block(process: bool) -> None:
    with Emulator("paragon", process=process, auth="off", verbose=True) as emulator:
        url = emulator.url
        assert httpx.get(f"{url}/projects/p/tools", trust_env=False).status_code == 200
        assert emulator.scope().name == "default"
    assert emulator.url == ""
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    with pytest.raises(RuntimeError, match="with block"):
        emulator.scope()


def test_it_serves_for_the_length_of_an_asynchronous_block() -> None:
    async def play() -> int:
        async with Emulator("paragon") as emulator, httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{emulator.url}/projects/p/tools", headers=TOKEN)
            return answer.status_code

    assert asyncio.run(play()) == 200


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"prot": 1}, "did you mean 'port'"), ({"body_limit": "ten"}, "can't be read")],
)
def test_setting_that_cannot_be_is_refused(settings: dict[str, Any], error: str) -> None:
    with pytest.raises(SettingsError, match=error):
        Emulator("paragon", **settings).start()


def test_document_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(DocumentError):
        Emulator(str(tmp_path / "broken.json")).start()
    with pytest.raises(StartError, match=r"broken\.json"):
        Emulator(str(tmp_path / "broken.json"), process=True).start()


def test_base_url_is_where_an_apis_paths_begin(tmp_path: Path) -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "paths": {"/pets": {"get": {"responses": {"200": {"description": "OK"}}}}},
    }
    (tmp_path / "pets.json").write_text(json.dumps(document))
    with Emulator(str(tmp_path / "pets.json"), admin_token="secret") as emulator:
        base_url = emulator.scope("a").base_url("pets")
        assert base_url == f"{emulator.url}/~a/v1"
        assert httpx.get(f"{base_url}/pets", trust_env=False).status_code == 200


def test_fault_strikes_for_the_length_of_a_block(scope: Scope) -> None:
    with scope.faulty("error", where={"api": "paragon"}, status=502):
        assert ask(scope) == 502
    assert ask(scope) == 200


def test_fault_is_taken_away_by_its_id(scope: Scope) -> None:
    id_ = scope.fault("error", when={"first": 10})
    assert ask(scope) == 503
    scope.delete_fault(id_)
    assert ask(scope) == 200


def test_what_is_refused_says_where_and_why(scope: Scope) -> None:
    with pytest.raises(ControlError) as refused:
        scope.fault("error", status=200)
    assert refused.value.status == 422
    assert refused.value.violations[0][0] == "/parameters/status"
    assert "status is 200; it takes an integer from 400 to 599" in str(refused.value)


def test_clock(scope: Scope) -> None:
    start = scope.clock.now()
    assert scope.clock.advance(timedelta(hours=1)) == start + timedelta(hours=1)
    assert scope.clock.freeze(start) == start
    assert scope.clock.run(start + timedelta(days=1)) >= start + timedelta(days=1)
    scope.clock.skip_delays()
    before = scope.clock.now()
    assert ask(scope, prefer="delay=500000") == 200
    assert scope.clock.now() - before >= timedelta(seconds=500)


def test_what_is_no_time_is_told(scope: Scope) -> None:
    for call in (scope.clock.freeze, scope.clock.run, scope.clock.advance):
        with pytest.raises(TypeError, match="'yesterday'"):
            call("yesterday")  # type: ignore[arg-type]


def test_ledger_tells_what_happened_once(scope: Scope) -> None:
    scope.fault("connection-reset", when={"per_call": 2}, after_execution=False)
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            send(scope, **{"x-request-id": "call-1"})
    assert send(scope, **{"x-request-id": "call-1"}) == 200
    scope.assert_executed("SLACK_SEND_MESSAGE", times=1, arguments=SEND["parameters"])
    assert [each.call for each in scope.executions("SLACK_SEND_MESSAGE")] == ["call-1"]
    assert len(scope.requests()) == 3
    with pytest.raises(AssertionError, match="found 1"):
        scope.assert_executed("SLACK_SEND_MESSAGE", times=2)


def test_calls_are_counted_by_their_attempts(scope: Scope) -> None:
    for preference in ("code=500", ""):
        send(scope, **{"x-request-id": "call-1", "prefer": preference})
    assert scope.calls() == [CallCount("paragon", "runTool", "call-1", attempts=2, executions=1)]


def test_log_of_faults_can_be_replayed(scope: Scope, tmp_path: Path) -> None:
    with scope.faulty("error", status=502):
        assert ask(scope) == 502
    log = tmp_path / "faults.ndjson"
    log.write_text(scope.faults_log())
    with Emulator("paragon", replay_faults=log) as again:
        other = again.scope(scope.name)
        assert [ask(other), ask(other)] == [502, 200]


def test_archive_holds_what_was_asked(scope: Scope) -> None:
    ask(scope)
    (entry,) = scope.har()["log"]["entries"]
    assert entry["request"]["url"] == f"{scope.url}/projects/p/tools"


def test_event_happens_and_is_delivered(scope: Scope) -> None:
    with receiving() as receiver:
        body = {"webhook_url": receiver.url, "enabled_events": [MESSAGE]}
        url = f"{scope.base_url('composio')}/webhook_subscriptions"
        httpx.post(url, json=body, headers={"x-api-key": "k"}, trust_env=False).raise_for_status()
        ids = scope.emit("composio", MESSAGE, {"text": "hi"})
        (delivery,) = scope.deliveries()
    assert ([delivery.id], delivery.state, delivery.next_try) == (ids, "delivered", None)
    assert [(each.status, each.error) for each in delivery.attempts] == [(204, None)]
    assert json.loads(receiver.received[0].body)["data"] == {"text": "hi"}


def test_delivery_that_waits_says_until_when(scope: Scope) -> None:
    scope.clock.freeze()
    body = {"webhook_url": "http://127.0.0.1:9/a", "enabled_events": [MESSAGE]}
    url = f"{scope.base_url('composio')}/webhook_subscriptions"
    httpx.post(url, json=body, headers={"x-api-key": "k"}, trust_env=False).raise_for_status()
    scope.emit("composio", MESSAGE)
    (delivery,) = scope.deliveries()
    assert (delivery.state, len(delivery.attempts)) == ("waiting", 1)
    assert delivery.next_try is not None
    assert delivery.next_try > scope.clock.now()


def test_what_was_nearly_asked_is_shown(scope: Scope) -> None:
    send(scope)
    other = {**SEND, "parameters": {"channel": "C2", "message": "hi"}}
    with pytest.raises(AssertionError) as failed:
        scope.assert_called("POST", "/projects/p/tools", json=other)
    told = str(failed.value)
    assert "The nearest, POST /projects/p/tools, differs (- expected, + actual):" in told
    assert '-     "channel": "C2",\n    +     "channel": "C1",' in told


def test_path_stands_for_that_below_the_base_path(scope: Scope) -> None:
    httpx.get(f"{scope.url}/api/v3.1/toolkits", headers={"x-api-key": "k"}, trust_env=False)
    (found,) = scope.assert_called("GET", "/toolkits", times=1)
    assert found.url.endswith("/api/v3.1/toolkits")
    with pytest.raises(AssertionError, match="expected no requests, found 1 request"):
        scope.assert_not_called("GET", "/toolkits")
    scope.assert_not_called("GET", "/v3.1/toolkits")
    scope.assert_not_called("POST", "/toolkits")


def test_unknown_and_reading_tools_are_told(scope: Scope) -> None:
    scope.assert_executed("SLACK_SEND_MESSAGE", times=0)
    assert scope.executions("SLACK_SEND_MESSAGE") == []
    for call in (scope.executions, partial(scope.assert_executed, times=0)):
        with pytest.raises(ValueError, match="did you mean 'SLACK_SEND_MESSAGE'"):
            call("SLAK_SEND_MESSAGE")
    with pytest.raises(AssertionError, match="executions that only read are not counted"):
        scope.assert_executed("GITHUB_GET_A_REPOSITORY")


def test_unknown_names_are_told(scope: Scope) -> None:
    for call in (
        partial(scope.base_url, "paragn"),
        partial(scope.emit, "composo", MESSAGE),
        partial(scope.emit, "composio", "composio.triger.message"),
        partial(scope.fault, "error", where={"tool": "SLAK_SEND_MESSAGE"}),
        partial(scope.fault, "eror"),
        partial(scope.stub, "GET", "/a", fault="conection-reset"),
        partial(scope.add_mapping, {"reqest": {}}),
    ):
        with pytest.raises(ControlError, match="did you mean"):
            call()
    with pytest.raises(ControlError, match="no scenario of a stub is called 'checkout'"):
        scope.scenario("checkout").state  # noqa: B018


def test_what_came_to_nothing_is_told(scope: Scope) -> None:
    scope.assert_all_used()
    scope.stub("GET", "/never")
    with pytest.raises(AssertionError, match="- stub GET /never: no request matched"):
        scope.assert_all_used()
    assert [each.kind for each in scope.unused()] == ["stub"]


def test_reset_and_forget(scope: Scope) -> None:
    for end in (scope.reset, scope.forget):
        scope.fault("error")
        assert ask(scope) == 503
        end()
        assert scope.requests() == []
        assert ask(scope) == 200


def test_collections_are_looked_at_and_set() -> None:
    with Emulator(str(ROOT / "examples" / "petstore.yaml"), remember="strict") as emulator:
        pets = emulator.scope("one").collection("petstore", "pets")
        assert [each["name"] for each in pets.records()] == ["Rex", "Minka"]
        kept = pets.set([{"name": "Ann", "kind": "cat", "price": 1}])
        assert pets.records() == kept
        assert kept[0]["name"] == "Ann"
        with pytest.raises(ControlError, match="/records/0/kind"):
            pets.set([{"name": "Ann", "kind": "fish", "price": 1}])
        assert len(emulator.scope("two").collection("petstore", "pets").records()) == 2
        below = emulator.scope().collection("petstore", "pets", "a/b")
        with pytest.raises(ControlError, match="pets is below nothing"):
            below.records()
