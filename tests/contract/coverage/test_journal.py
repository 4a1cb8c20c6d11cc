"""What tests have met: from every form of a journal, and never from what they had chosen."""

import json
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest

from emulator.contract.coverage.items import CoverageItem, items_of
from emulator.contract.coverage.journal import JournalCounts, JournalExchange, read_journal, tally
from emulator.errors import DocumentError
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.assembled import assembled

SETTINGS = Settings(specs=("paragon",))
RUN = "/projects/demo/tools"
KEY = {"authorization": "Bearer test"}
BODY = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}


@pytest.fixture(scope="module")
def journals() -> dict[str, str]:
    """The same run in every form that it can be had in."""
    with (
        running(create_app(SETTINGS, assembled("paragon"))) as url,
        httpx.Client(base_url=url, headers=KEY, trust_env=False) as client,
    ):
        client.post(RUN, json=BODY).raise_for_status()
        assert client.post(RUN, json={}).status_code == 400
        assert client.post(RUN, json=BODY, headers={"prefer": "code=500"}).status_code == 500
        stub = {"request": {"urlPath": RUN}, "response": {"status": 502}}
        client.post("/__admin/mappings", json=stub).raise_for_status()
        client.post(RUN, json=BODY)
        client.get("/nowhere")
        listed = client.get("/__admin/requests").json()
        archive = client.get("/__admin/requests.har").text
    lines = "".join(json.dumps(entry) + "\n" for entry in listed["requests"])
    return {"json": json.dumps(listed), "ndjson": lines, "har": archive}


def tallied(exchanges: Iterable[JournalExchange]) -> JournalCounts:
    """What these exchanges with Paragon have met."""
    assembly = assembled("paragon")
    (service,) = assembly.services
    items = [item for o in service.api.operations for item in items_of(service, o)]
    return tally(items, exchanges, assembly.site)


def told(met: JournalCounts) -> tuple[list[str], list[str]]:
    def shown(found: dict[CoverageItem, int]) -> list[str]:
        return sorted(f"{item.operation} {item}" for item in found if item.kind != "example")

    return shown(met.met), shown(met.forced)


@pytest.mark.parametrize("form", ["json", "ndjson", "har"])
def test_what_was_chosen_is_not_met(journals: dict[str, str], form: str) -> None:
    met = tallied(read_journal(journals[form], form))
    assert told(met) == (
        ["runTool 200 application/json", "runTool 400 application/json"],
        ["runTool 500 application/json", "runTool 502 application/json", "runTool 502 text/html"],
    )
    assert met.exchanges == 4


def test_an_archive_that_nobody_explained_counts_by_path(journals: dict[str, str]) -> None:
    archive = json.loads(journals["har"])
    for entry in archive["log"]["entries"]:
        del entry["_trace"]
    met = tallied(read_journal(json.dumps(archive), "run.har"))
    assert "runTool 200 application/json" in told(met)[0]


def test_examples_and_triggers_are_met_by_name() -> None:
    trigger = next(
        t for t in assembled("paragon").services[0].fixtures.triggers if t.operation == "runTool"
    )
    entry = {
        "request": {"method": "POST", "url": RUN, "headers": {}},
        "response": {"status": trigger.status, "headers": {"Content-Type": "application/json"}},
        "trace": {
            "api": "paragon", "operation": "runTool",
            "fixture": trigger.answer, "trigger": trigger.name,
        },
    }  # fmt: skip
    met = tallied(read_journal(json.dumps(entry), "one"))
    assert {item.kind for item in met.met} >= {"answer", "trigger"}
    assert {item.trigger for item in met.met} == {"", trigger.name}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"requests": 3}', "no json", '{"log": {}}'])
def test_what_is_no_journal_is_said(text: str) -> None:
    if not text:
        assert read_journal(text, "empty") == []
        return
    with pytest.raises(DocumentError, match=r"run.har: is no journal"):
        read_journal(text, str(Path("run.har")))
