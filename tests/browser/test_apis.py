"""Who integrates looks up an operation, and tries it: as usual, and each way it can go wrong."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Server


@pytest.fixture
def operation(page: Page, server: Server) -> Page:
    page.goto(f"{server.console}#/apis")
    page.get_by_role("link", name="petstore", exact=True).click()
    page.get_by_label("Find an operation").fill("get one")
    expect(page.locator(".operations li:visible")).to_have_count(1)
    page.locator(".operations").get_by_role("link", name="GET /pets/{petId}").click()
    expect(page.get_by_role("heading", name="GET /pets/{petId}")).to_be_visible()
    return page


def test_it_says_what_an_operation_takes_and_answers(operation: Page) -> None:
    detail = operation.locator(".detail")
    expect(detail.get_by_role("table", name="Parameters")).to_contain_text("petId required")
    response = detail.locator("details.response").filter(has_text="404")
    response.locator("summary").first.click()
    expect(response).to_contain_text("Prefer: code=404")
    usual = detail.locator("details.response").filter(has_text="200")
    usual.locator("summary").first.click()
    expect(usual.locator(".schema")).to_contain_text("name required string")


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()


def test_a_valid_request_is_ready_to_be_sent(operation: Page) -> None:
    send(operation)
    answer = operation.locator(".answer")
    expect(answer.locator(".status")).to_have_text("200")
    expect(answer.locator("[data-judged=right]")).to_be_visible()
    answer.get_by_role("link", name="See the exchange").click()
    expect(operation.get_by_role("heading", name=re.compile("GET .v1.pets.7"))).to_be_visible()


def test_the_form_fills_the_address(operation: Page, server: Server) -> None:
    operation.get_by_label("petId").fill("4 2/7")
    expect(operation.get_by_label("GET URL")).to_have_value("/v1/pets/4%202%2F7")
    operation.get_by_label("petId").fill("42")
    send(operation)
    expect(operation.locator(".answer .json")).to_contain_text('"id": 42')


def test_each_response_can_be_had(operation: Page) -> None:
    operation.get_by_label("Response", exact=True).select_option(label="404 application/json")
    send(operation)
    answer = operation.locator(".answer")
    expect(answer.locator(".status")).to_have_text("404")
    expect(answer.locator("[data-judged=right]")).to_be_visible()
    operation.locator("details.response").filter(has_text="429").locator("summary").first.click()
    operation.get_by_role("button", name="Try 429 (application/json)").click()
    expect(answer.locator(".status")).to_have_text("429")


def test_a_fault_breaks_what_is_tried(operation: Page) -> None:
    operation.get_by_label("Fault", exact=True).select_option("schema-violation")
    send(operation)
    answer = operation.locator(".answer")
    expect(answer.locator("[data-judged=wrong]")).to_be_visible()
    operation.get_by_label("Fault", exact=True).select_option("connection-reset")
    send(operation)
    expect(answer).to_contain_text("That is what this fault does.")


def test_a_raw_request_may_be_wrong(page: Page, server: Server) -> None:
    page.goto(f"{server.console}#/apis/petstore/createPet")
    page.get_by_label("Body", exact=True).fill('{"name": ')
    send(page)
    expect(page.locator(".answer .status")).to_have_text("400")
    page.get_by_label("Header fields, a line each").fill("bad field: x")
    send(page)
    expect(page.locator(".answer")).to_contain_text("can't be sent")


def test_a_trigger_is_filled_in(page: Page, server: Server) -> None:
    triggers = [
        (each["id"], trigger)
        for each in server.admin("GET", "/apis/paragon")["operations"]
        for trigger in server.admin("GET", f"/apis/paragon/operations/{each['id']}/example")[
            "responses"
        ]
        if trigger["kind"] == "trigger"
    ]
    operation, trigger = triggers[0]
    page.goto(f"{server.console}#/apis/paragon/{operation}")
    label = f"{trigger['code']} {trigger['name']}"
    page.get_by_label("Response", exact=True).select_option(label=label)
    send(page)
    expect(page.locator(".answer .status")).to_have_text(str(trigger["code"]))


def test_the_reference_is_a_page_of_its_own(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/__admin/apis/petstore/docs")
    expect(page.get_by_role("heading", name="Petstore")).to_be_visible()
    expect(page.get_by_text(f"{server.url}/v1")).to_be_visible()
    page.get_by_label("Find an operation").fill("add a pet")
    operation = page.locator("details.operation:visible")
    expect(operation).to_have_count(1)
    operation.locator("summary").first.click()
    expect(operation.locator(".schema").first).to_contain_text("kind required")
    operation.get_by_role("link", name="Try it in the console").click()
    expect(page.get_by_role("heading", name="POST /pets")).to_be_visible()


def test_an_api_that_is_not_there_is_told(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/__admin/apis/petshop/docs")
    expect(page.get_by_role("alert")).to_contain_text("petshop")
    page.goto(f"{server.console}#/apis/petshop")
    expect(page.get_by_role("alert")).to_contain_text("petshop")
