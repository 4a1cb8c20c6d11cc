"""Faults, resources, the ledger, the clock, scopes and coverage, as a person uses them."""

import json
import re

from playwright.sync_api import Page, expect

from tests.support.browsing import Server


def test_a_fault_is_injected_and_stopped(page: Page, server: Server) -> None:
    page.goto(f"{server.console}#/faults")
    page.get_by_label("Fault", exact=True).select_option("error")
    page.get_by_label("status").fill("502")
    page.get_by_label("Operation").fill("listPets")
    page.get_by_label("every").fill("2")
    page.get_by_role("button", name="Inject").click()
    rules = page.get_by_role("table", name="Active rules")
    expect(rules).to_contain_text("operation listPets")
    statuses = [server.client.get(f"/v1/pets?limit={n}").status_code for n in range(1, 5)]
    assert sorted(statuses) == [200, 200, 502, 502]
    cells = rules.locator("tbody td")
    expect(cells.nth(5)).to_have_text("2")
    expect(cells.nth(6)).to_have_text("4")
    page.get_by_role("button", name="Stop fault-1").click()
    expect(page.get_by_text("No faults are injected in this scope.")).to_be_visible()
    page.get_by_label("Operation").fill("listCats")
    page.get_by_role("button", name="Inject").click()
    expect(page.get_by_role("alert")).to_contain_text("/where/operation")
    page.get_by_label("Operation").fill("")
    page.get_by_role("button", name="Inject").click()
    expect(rules).to_contain_text("everywhere")
    page.get_by_role("button", name="Stop all").click()
    expect(page.get_by_text("No faults are injected in this scope.")).to_be_visible()


def test_records_are_looked_at_and_set(page: Page, server: Server) -> None:
    server.client.post("/v1/pets", json={"name": "Bella", "kind": "cat"})
    page.goto(f"{server.console}#/resources")
    page.get_by_role("link", name="pets", exact=True).click()
    records = page.get_by_role("table", name="Records of pets")
    expect(records).to_contain_text("Bella")
    page.get_by_text("Set all records").click()
    editor = page.get_by_label("Records, as JSON")
    editor.fill('[{"name": 7}]')
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("/records/0")
    editor.fill(json.dumps([{"id": 5, "name": "Milo", "kind": "dog"}]))
    page.get_by_role("button", name="Set", exact=True).click()
    expect(records.locator("tbody tr")).to_have_count(1)
    assert server.client.get("/v1/pets/5").json()["name"] == "Milo"


def test_the_ledger_tells_what_was_done(page: Page, server: Server) -> None:
    page.goto(f"{server.console}#/ledger")
    expect(page.get_by_text("Nothing was executed in this scope.")).to_be_visible()
    server.client.post(
        "/v1/pets", json={"name": "Bella", "kind": "cat"}, headers={"x-request-id": "r1"}
    )
    expect(page.get_by_role("table", name="Executions")).to_contain_text("createPet")
    expect(page.get_by_role("table", name="Identified calls")).to_contain_text("r1")


def test_the_clock_is_frozen_and_advanced(page: Page, server: Server) -> None:
    page.goto(f"{server.console}#/clock")
    page.get_by_label("Time", exact=True).fill("2031-02-03T04:05:06Z")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Set", exact=True).click()
    now = page.locator("output")
    expect(now).to_have_text("2031-02-03T04:05:06.000Z")
    expect(page.get_by_text("It is frozen.")).to_be_visible()
    page.get_by_role("button", name="1 day", exact=True).click()
    expect(now).to_have_text("2031-02-04T04:05:06.000Z")
    page.get_by_label("Seconds").fill("54")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(now).to_have_text("2031-02-04T04:06:00.000Z")
    page.get_by_label("Time", exact=True).fill("soon")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("/now")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("It runs.")).to_be_visible()


def test_scopes_are_switched_and_reset(page: Page, server: Server) -> None:
    server.client.get("/v1/pets/1", headers={"emulator-scope": "mine"})
    page.goto(f"{server.console}#/scopes")
    page.get_by_role("button", name="Switch to mine").click()
    expect(page.get_by_label("Scope", exact=True)).to_have_value("mine")
    page.get_by_role("link", name="Exchanges").click()
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("link", name="Scopes").click()
    page.get_by_role("button", name="Reset mine").click()
    expect(page.get_by_text("mine is as it was at start.")).to_be_visible()
    page.get_by_role("link", name="Exchanges").click()
    expect(page.get_by_text("No request yet")).to_be_visible()
    page.get_by_label("Scope", exact=True).select_option("default")
    page.get_by_role("link", name="Scopes").click()
    page.get_by_label("Another scope").fill("third")
    page.get_by_role("button", name="Switch", exact=True).click()
    expect(page.get_by_text("third (shown)")).to_be_visible()


def test_a_page_within_a_scope_shows_that_one(page: Page, server: Server) -> None:
    server.client.get("/~mine/v1/pets/1")
    page.goto(f"{server.url}/~mine/__admin/ui")
    expect(page.get_by_label("Scope", exact=True)).to_have_value("mine")
    expect(page.locator(".row")).to_have_count(1)


def test_coverage_is_a_map(page: Page, server: Server) -> None:
    server.client.get("/v1/pets")
    server.client.get("/v1/pets/1", headers={"prefer": "code=404"})
    page.goto(f"{server.console}#/coverage")
    table = page.get_by_role("table", name="Operations of petstore by status")
    listed = table.get_by_role("row", name=re.compile("^listPets"))
    expect(listed.locator(".met")).to_contain_text("met by a request, 1 times")
    expect(listed.locator(".documented").first).to_be_visible()
    got = table.get_by_role("row", name=re.compile("^getPet"))
    expect(got.locator(".produced")).to_contain_text("only where it was asked for")
    expect(page.get_by_text("1 of 17 documented responses were received.")).to_be_visible()
    table.get_by_role("link", name="deletePet").click()
    expect(page.get_by_role("heading", name="DELETE /pets/{petId}")).to_be_visible()
