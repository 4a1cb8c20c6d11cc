"""Stubs are written with help, refused with the line that is wrong, switched off and on."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Server

STUB: dict[str, Any] = {
    "name": "First visit",
    "request": {"method": "GET", "urlPath": "/v1/pets"},
    "response": {"status": 200, "jsonBody": []},
    "scenarioName": "visit",
    "requiredScenarioState": "Started",
    "newScenarioState": "Seen",
}


@pytest.fixture
def stubs(page: Page, server: Server) -> Page:
    page.goto(f"{server.console}#/stubs")
    expect(page.get_by_role("heading", name="Stubs")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Stub, as JSON").fill(text)


def test_a_stub_is_written_with_help(stubs: Page, server: Server) -> None:
    stubs.get_by_role("link", name="New stub").click()
    help = stubs.get_by_label("What may stand here")
    expect(help.get_by_role("button", name="priority")).to_be_visible()
    expect(help).to_contain_text("1 is asked first")
    write(stubs, '{"request": {"urlPath": "/v1/pets"},\n "response": {}}')
    editor = stubs.get_by_label("Stub, as JSON")
    editor.press("Control+End")
    for _ in range(2):
        editor.press("ArrowLeft")
    expect(help.get_by_role("button", name="jsonBody")).to_be_visible()
    help.get_by_role("button", name="status", exact=True).click()
    editor.press_sequentially("418")
    stubs.get_by_role("button", name="Save").click()
    expect(stubs.get_by_role("table", name="Stubs")).to_contain_text("418")
    assert server.client.get("/v1/pets").status_code == 418


def test_what_is_wrong_is_shown_where_it_stands(stubs: Page, server: Server) -> None:
    stubs.get_by_role("link", name="New stub").click()
    write(stubs, '{\n "request": {},\n "response": {"status": 200,}\n}')
    expect(stubs.get_by_role("alert")).to_contain_text("Line 3")
    wrong = {"request": {"method": "GET"}, "response": {"status": 99, "speed": 1}}
    write(stubs, json.dumps(wrong, indent=1))
    stubs.get_by_role("button", name="Save").click()
    expect(stubs.get_by_role("alert")).to_contain_text("/response/status")
    expect(stubs.locator(".gutter mark").first).to_have_text("6\n")
    stubs.get_by_role("button", name="Line 6").click()
    chosen = stubs.evaluate(
        "() => { const t = document.querySelector('textarea.code');"
        " return t.value.slice(t.selectionStart, t.selectionEnd); }"
    )
    assert chosen == "99"
    assert server.admin("GET", "/mappings")["mappings"] == []


def test_a_stub_is_switched_off_and_on(stubs: Page, server: Server) -> None:
    server.admin("POST", "/mappings", STUB)
    stubs.reload()
    switch = stubs.get_by_role("switch", name="On: First visit")
    expect(stubs.get_by_role("table", name="Stubs")).to_contain_text("not yet")
    switch.uncheck()
    expect(stubs.get_by_role("table", name="Stubs")).to_contain_text("off")
    assert server.client.get("/v1/pets").headers["emulator-rule"] != "stub"
    stubs.reload()
    switch.check()
    expect(stubs.get_by_role("table", name="Stubs")).to_contain_text("not yet")
    assert server.client.get("/v1/pets").headers["emulator-rule"] == "stub"


def test_the_state_of_a_scenario_is_set(stubs: Page, server: Server) -> None:
    server.admin("POST", "/mappings", STUB)
    server.client.get("/v1/pets")
    stubs.reload()
    state = stubs.get_by_label("State of visit")
    expect(state).to_have_value("Seen")
    state.select_option("Started")
    expect(stubs.get_by_text("visit is Started.")).to_be_visible()
    assert server.client.get("/v1/pets").headers["emulator-rule"] == "stub"
    stubs.get_by_role("button", name="Set all to Started").click()
    expect(state).to_have_value("Started")


def test_a_stub_is_changed_and_removed(stubs: Page, server: Server) -> None:
    server.admin("POST", "/mappings", STUB)
    stubs.reload()
    stubs.get_by_role("link", name="First visit").click()
    write(stubs, json.dumps({**STUB, "response": {"status": 204}}))
    stubs.get_by_role("button", name="Save").click()
    expect(stubs.get_by_role("table", name="Stubs")).to_contain_text("204")
    stubs.get_by_role("button", name="Remove", exact=True).click()
    expect(stubs.get_by_text("No stubs in this scope.")).to_be_visible()
