"""The three built-in services: every documented status of every operation can be had, and is valid.

Judged by another validator (`jsonschema`) on the documents as they are written.
"""

import ast
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from emulator.fixtures.triggers import Trigger
from emulator.http.sse import read_events
from emulator.mock.assemble import assemble
from emulator.openapi.security.credentials import token_for
from emulator.settings import Settings
from tests.support.assembled import service
from tests.support.clock import NOW
from tests.support.documents import SERVICES, Operation, operations
from tests.support.source import PACKAGE

OPERATIONS = {(o.api, o.id): o for api in SERVICES for o in operations(api)}

each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS.values(), ids=["-".join(each) for each in OPERATIONS]
)


def test_templates_that_no_start_checks_are_good() -> None:
    # Judging examples, as `lint` does, checks them.
    assemble(Settings(specs=SERVICES, now=NOW), sampled=True)


def test_matrix_is_complete() -> None:
    counted = {
        api: [len(each.statuses) for each in OPERATIONS.values() if each.api == api]
        for api in SERVICES
    }
    composio = counted.pop("composio")
    assert (composio[0], len(composio), sum(composio)) == (14, 115, 509)
    assert counted == {
        "paragon": [7, 9, 7, 9, 7, 9, 5, 5, 8],
        "agentflow": [
            *(8, 1, 1, 4, 5, 5, 5, 7, 6, 4, 7, 1, 3, 3),
            *(5, 6, 6, 6, 7, 5, 5, 6, 5, 3, 3, 5, 5, 6),
        ],
    }


@each_operation
def test_every_documented_status_can_be_preferred(
    client: httpx.Client, operation: Operation
) -> None:
    scope = {"Emulator-Scope": f"prefer-{operation.id}"}
    answers = {
        status: operation.call.send(client, Prefer=f"code={status}", **scope)
        for status in operation.statuses
    }
    assert [answer.status_code for answer in answers.values()] == [*answers]
    assert complaints(operation, answers) == []
    assert [status for status, answer in answers.items() if not answer.content] == []
    rules = {answer.headers["emulator-rule"] for answer in answers.values()}
    assert rules <= {"preference", "behaviour"}
    assert "generated" not in {answer.headers["emulator-source"] for answer in answers.values()}


@each_operation
def test_example_is_answered_with_success(client: httpx.Client, operation: Operation) -> None:
    scope = f"example-{operation.id}"
    answer = operation.call.send(client, **{"Emulator-Scope": scope})
    assert answer.status_code == operation.success
    assert operation.complaints(answer) == []
    assert "emulator-forced" not in answer.headers


@each_operation
def test_generated_answer_needs_no_state(client: httpx.Client, operation: Operation) -> None:
    """With ids that nobody knows, as a generated client's own tests send them."""
    call = operation.call
    for name in operation.ids:
        call = call.with_value("path", name, "182bd5e5")
    scope = f"dynamic-{operation.id}"
    answer = call.send(client, Prefer="dynamic=true", **{"Emulator-Scope": scope})
    assert answer.status_code == operation.success
    assert operation.complaints(answer) == []
    assert answer.headers["emulator-source"] == "generated"


def test_every_documented_status_has_a_trigger() -> None:
    missing = [
        (operation.api, operation.id, status)
        for operation in OPERATIONS.values()
        for status in set(operation.statuses) - {operation.success}
        if status not in [trigger.status for trigger in triggers(operation)]
    ]
    assert missing == []


@each_operation
def test_triggers_give_their_statuses(client: httpx.Client, operation: Operation) -> None:
    expected, answers = {}, {}
    for trigger in triggers(operation):
        call = operation.call
        for condition in trigger.when:
            call = call.with_value(condition.location, condition.name, condition.equals)
        expected[trigger.name] = (trigger.status, "trigger")
        answers[trigger.name] = call.send(client)
    found = {
        name: (answer.status_code, answer.headers.get("emulator-rule"))
        for name, answer in answers.items()
    }
    assert found == expected
    assert complaints(operation, answers) == []


def test_every_trigger_is_of_a_documented_operation() -> None:
    owners = {(api, each.operation) for api in SERVICES for each in service(api).fixtures.triggers}
    assert owners <= OPERATIONS.keys()


@pytest.mark.parametrize("api", SERVICES)
def test_handlers_name_responses_that_are_stored(api: str) -> None:
    """One that is not stored would be another response with the same status, without a word."""
    stored = {each.id for group in service(api).fixtures.responses.values() for each in group}
    named = {
        node.value
        for path in (PACKAGE / "services" / api).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"\d{3}\.[a-z-]*[a-z]", node.value)
    }
    assert named
    assert named <= stored


@pytest.mark.parametrize(
    ("api", "name", "prefer", "digest"),
    [
        ("paragon", "runTool", "", "38e4c557567c7173"),
        ("paragon", "runAction", "", "38e4c557567c7173"),
        ("paragon", "runTool", "code=401", "7484c11493de8eea"),
        ("agentflow", "runTool", "example=seed-events", "dbebb6783720a727"),
    ],
    ids=["slack-message", "slack-message-by-action", "expired-token", "calculator-events"],
)
def test_answer_is_the_vendors_example(
    client: httpx.Client, api: str, name: str, prefer: str, digest: str
) -> None:
    answer = OPERATIONS[api, name].call.send(client, Prefer=prefer)
    assert _digest(_canonical(answer.json())) == digest


def test_stream_is_the_vendors_example_byte_for_byte(client: httpx.Client) -> None:
    call = OPERATIONS["agentflow", "runTool"].call
    answer = call.send(client, Prefer="example=seed-stream")
    assert _digest(answer.text.strip()) == "a8895d6bc1884482"
    assert [event.id for event in read_events(answer.content)] == ["0", "1"]


def test_an_expired_token_is_refused_with_the_vendors_example(client: httpx.Client) -> None:
    call = OPERATIONS["paragon", "runTool"].call
    expired = token_for({"sub": "user_1"}, NOW.timestamp() - 7200, 3600)
    answer = call.with_value("credential", "", expired).send(client)
    assert answer.status_code == 401
    assert _digest(_canonical(answer.json())) == "7484c11493de8eea"


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _digest(text: str) -> str:
    """What an example published by a vendor is known by here, instead of its text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def complaints(operation: Operation, answers: Mapping[Any, httpx.Response]) -> list[str]:
    """What the document says against each of the answers."""
    return [
        f"{name}: {complaint}"
        for name, answer in answers.items()
        for complaint in operation.complaints(answer)
    ]


def triggers(operation: Operation) -> list[Trigger]:
    rows = service(operation.api).fixtures.triggers
    return [row for row in rows if row.operation == operation.id]
