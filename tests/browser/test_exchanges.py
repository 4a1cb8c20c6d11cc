"""Who debugs a test looks: what came in, why it was answered so, what nearly matched."""

import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from emulator.http.messages import Request
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.browsing import PETS, Server

NEAR = {
    "name": "Rex is here",
    "request": {"method": "GET", "urlPath": "/v1/pets/77", "headers": {"x-a": {"equalTo": "b"}}},
    "response": {"status": 200, "jsonBody": {"id": 77}},
}


def rows(page: Page) -> Locator:
    return page.get_by_role("grid", name="Exchanges").locator(".row")


def open_row(page: Page, text: str) -> None:
    """Open the exchange with this text, once it is there."""
    rows(page).filter(has_text=text).first.click()


@pytest.fixture
def console(page: Page, server: Server) -> Page:
    page.goto(server.url)
    expect(page).to_have_url(f"{server.console}")
    expect(page.get_by_role("heading", name="Exchanges")).to_be_visible()
    return page


def test_exchanges_appear_as_they_happen(console: Page, server: Server) -> None:
    for number in range(1, 4):
        server.client.get(f"/v1/pets?limit={number}")
        expect(rows(console).first).to_contain_text(f"limit={number}")
    expect(rows(console)).to_have_count(4)  # with the one that led here
    expect(console.locator(".count")).to_contain_text("none unmatched")
    server.client.get("/v1/nowhere")
    expect(console.locator(".count")).to_contain_text("1 unmatched")
    console.get_by_role("button", name="Pause").click()
    server.client.get("/v1/pets?limit=9")
    server.client.get("/v1/pets?limit=8")
    console.get_by_role("button", name="Go on").click()
    expect(rows(console).first).to_contain_text("limit=8")
    console.get_by_role("button", name="Clear").click()
    expect(rows(console)).to_have_count(0)
    expect(console.get_by_text("No request yet")).to_be_visible()


def test_what_does_not_matter_is_filtered_out(console: Page, server: Server) -> None:
    server.client.post("/v1/pets", json={"name": "Rex", "kind": "dog"})
    server.client.post("/v1/pets", json={"name": 1})
    server.client.get("/v1/nowhere")
    server.client.get("/v1/pets", headers={"prefer": "fault=error"})
    expect(rows(console)).to_have_count(5)
    for name, value, count in (
        ("Status", "4xx", 2),
        ("Status", "201", 1),
        ("Operation", "createPet", 2),
        ("API", "petstore", 4),
        ("Rule", "refusal", 2),
        ("Fault", "error", 1),
    ):
        console.get_by_label(name, exact=True).select_option(value)
        expect(rows(console)).to_have_count(count)
        console.get_by_label(name, exact=True).select_option("")
    console.get_by_label("Unmatched only").check()
    expect(rows(console)).to_have_count(1)
    console.get_by_label("Unmatched only").uncheck()
    console.get_by_label("Text").fill("is a required property")
    expect(rows(console)).to_have_count(1)
    expect(console.locator(".count")).to_contain_text("1 of 5")


def test_who_filters_is_not_disturbed(console: Page, server: Server) -> None:
    text = console.get_by_label("Text")
    text.press_sequentially("/v1/")
    server.client.get("/v1/pets?limit=x")  # with a status and a rule that were not there
    expect(rows(console)).to_have_count(1)
    expect(text).to_be_focused()
    text.press_sequentially("pets")
    expect(text).to_have_value("/v1/pets")
    status = console.get_by_label("Status", exact=True)
    status.focus()
    server.client.get("/v1/pets/7", headers={"prefer": "code=404"})
    expect(rows(console)).to_have_count(2)
    expect(status).to_be_focused()
    assert "404" not in status.locator("option").all_text_contents()
    text.focus()
    status.select_option("404")
    expect(rows(console)).to_have_count(1)


def test_one_says_why_it_was_answered_so(console: Page, server: Server) -> None:
    server.client.post("/v1/pets", json={"name": "Rex", "kind": "cow"})
    open_row(console, "POST")
    detail = console.get_by_label("Exchange", exact=True)
    expect(detail.get_by_role("heading", name="POST /v1/pets")).to_be_visible()
    expect(detail.locator("dl")).to_contain_text("the request was rejected")
    expect(detail.get_by_role("link", name="body-invalid")).to_be_visible()
    expect(detail.locator(".violations table")).to_contain_text("/kind")
    # The place in the body is marked, and says what is wrong with it.
    expect(detail.locator(".marked")).to_contain_text('"kind": "cow"')
    expect(detail.locator(".marked")).to_contain_text("is not one of")
    expect(detail).to_contain_text("no delay added")
    expect(detail.locator("[data-judged=right]")).to_be_visible()


def test_what_nearly_matched_is_a_difference(console: Page, server: Server) -> None:
    server.admin("POST", "/mappings", NEAR)
    server.client.get("/v1/petz/77", headers={"x-a": "c"})
    open_row(console, "/v1/petz")
    near = console.locator(".near")
    expect(near.get_by_role("link", name="Rex is here")).to_be_visible()
    expect(near.locator("del").first).to_contain_text('wanted "/v1/pets/77"')
    expect(near.locator("ins").first).to_contain_text("came   /v1/petz/77")
    expect(near.locator("ins").last).to_contain_text("c")


def copied(page: Page, what: str) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=f"Copy as {what}").click()
    expect(page.get_by_role("status").filter(has_text="copied")).to_be_visible()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


@pytest.fixture
def odd(console: Page, server: Server) -> Page:
    """An exchange with what has to be quoted in shells, Python and templates."""
    body = {"name": 'It\'s "Rex" \\ {{ 7 * 7 }} 😀', "kind": "dog"}
    assert server.client.post("/v1/pets", json=body).status_code == 201
    open_row(console, "POST")
    expect(console.get_by_role("heading", name="POST /v1/pets")).to_be_visible()
    return console


def test_it_is_copied_as_a_command(odd: Page, server: Server) -> None:
    command = copied(odd, "curl").replace("[redacted]", "k")
    done = subprocess.run(["bash", "-c", f"{command} -s"], capture_output=True, text=True)
    assert done.stdout.startswith("HTTP/1.1 201"), done.stdout + done.stderr
    sent = [json.loads(each["body"]) for each in _posts(server)]
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_a_command_reads_no_file_of_who_runs_it(
    console: Page, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "leak").write_text("LEAKED")
    server.client.post("/v1/pets?m[a]={x}", content=f"@{tmp_path / 'leak'}")
    open_row(console, "POST")
    expect(console.get_by_role("heading", name="POST")).to_be_visible()
    command = copied(console, "curl")
    subprocess.run(["bash", "-c", f"{command} -s"], capture_output=True, check=True)
    bodies = [each["body"] for each in _posts(server)]
    assert bodies == [f"@{tmp_path / 'leak'}"] * 2


def test_the_exchange_that_was_chosen_last_is_shown(console: Page, server: Server) -> None:
    for number in (1, 2):
        server.client.get(f"/v1/pets/{number}")
    first, second = reversed(
        [each for each in server.admin("GET", "/requests/rows")["rows"] if "pets" in each["target"]]
    )
    held: list[Route] = []
    console.route(f"**/requests/{first['id']}", lambda route: held.append(route))
    with console.expect_request(f"**/requests/{first['id']}"):
        console.evaluate("each => { location.hash = each; }", f"#/exchanges/{first['id']}")
    console.evaluate("each => { location.hash = each; }", f"#/exchanges/{second['id']}")
    expect(console.get_by_role("heading", name="GET /v1/pets/2")).to_be_visible()
    with console.expect_response(f"**/requests/{first['id']}"):
        held[0].continue_()
    expect(console.get_by_role("heading", name="GET /v1/pets/2")).to_be_visible()
    expect(console.get_by_role("heading", name="GET /v1/pets/1")).to_have_count(0)


def test_a_stub_has_nothing_of_secrets(console: Page, server: Server) -> None:
    body = {"name": "Rex", "kind": "dog", "password": "hush", "id": 12345678901234567890}
    server.client.post("/v1/pets?api_key=hush", json=body)
    open_row(console, "POST")
    console.get_by_role("button", name="Make it a stub").click()
    expect(console).to_have_url(re.compile("#/stubs/"))
    answer = server.client.post("/v1/pets?api_key=hush", json=body)
    assert answer.headers["emulator-rule"] == "stub"


def test_it_is_copied_as_a_test(odd: Page, server: Server) -> None:
    code = copied(odd, "pytest")
    names: dict[str, Any] = {}
    exec(compile(code, "copied", "exec"), names)
    test = next(each for name, each in names.items() if name.startswith("test_"))
    # The same document answers the first such request as it did then.
    with running(create_app(Settings(specs=(str(PETS),), auth="off"))) as url:
        test(SimpleNamespace(url=url))
    with pytest.raises(AssertionError), running(create_app(Settings(specs=("paragon",)))) as url:
        test(SimpleNamespace(url=url))


def test_it_is_copied_as_a_stub(odd: Page, server: Server) -> None:
    stub = json.loads(copied(odd, "stub"))
    stub["response"]["status"] = 202
    server.admin("POST", "/mappings", stub)
    body = json.loads(_posts(server)[0]["body"])
    assert server.client.post("/v1/pets", json=body).status_code == 202
    assert server.client.post("/v1/pets", json={**body, "name": "x"}).status_code == 201


def test_it_is_copied_as_a_fixture(odd: Page, server: Server, tmp_path: Path) -> None:
    text = copied(odd, "fixture")
    place = re.match(r"# fixtures/(\S+)\n", text)
    assert place is not None
    file = tmp_path / place[1]
    file.parent.mkdir(parents=True)
    file.write_text(text)
    app = create_app(Settings(specs=(str(PETS),), fixtures=tmp_path, auth="off"))
    with running(app) as url:
        fields = {"prefer": "example=copied"}
        answer = server.client.post(
            f"{url}/v1/pets", json={"name": "Ann", "kind": "cat"}, headers=fields
        )
    assert answer.json() == json.loads(_answers(server)[0])


def test_it_becomes_a_stub_with_one_click(odd: Page, server: Server) -> None:
    odd.get_by_role("button", name="Make it a stub").click()
    expect(odd).to_have_url(re.compile("#/stubs/"))
    body = json.loads(_posts(server)[0]["body"])
    assert server.client.post("/v1/pets", json=body).headers["emulator-rule"] == "stub"


def test_the_journal_is_saved_as_an_archive(odd: Page) -> None:
    with odd.expect_download() as download:
        odd.get_by_role("button", name="Export HAR").click()
    saved = json.loads(Path(download.value.path()).read_text())
    assert [each["request"]["method"] for each in saved["log"]["entries"]] == ["GET", "POST"]


def test_ten_thousand_exchanges_are_a_few_elements(page: Page, server: Server) -> None:
    for number in range(10_000):
        server.app.dispatcher.answer_at_once(Request("GET", f"/v1/pets/{number + 1}"))
    page.goto(server.console)
    expect(page.locator(".count")).to_contain_text("10,000 exchanges")
    grid = page.get_by_role("grid", name="Exchanges")
    expect(grid).to_have_attribute("aria-rowcount", "10001")
    expect(rows(page).first).to_contain_text("/v1/pets/10000")
    assert rows(page).count() < 100
    grid.focus()
    page.keyboard.press("End")
    expect(rows(page).last).to_contain_text("/v1/pets/1")
    assert rows(page).count() < 100
    page.get_by_label("Text").fill("/v1/pets/4321")
    expect(rows(page)).to_have_count(1)
    rows(page).first.click()
    expect(page.get_by_role("heading", name="GET /v1/pets/4321")).to_be_visible()


def test_another_server_at_the_same_place_is_followed(page: Page) -> None:
    settings = Settings(specs=(str(PETS),))
    with running(create_app(settings)) as url:
        page.goto(f"{url}/__admin/ui")
        for number in range(1, 4):
            httpx.get(f"{url}/v1/pets/{number}", trust_env=False)
        expect(rows(page)).to_have_count(3)
    expect(page.locator(".count")).to_contain_text("can't be reached")
    with running(create_app(settings), port=int(url.rpartition(":")[2])):
        httpx.get(f"{url}/v1/pets/77", trust_env=False)
        expect(rows(page)).to_have_count(1, timeout=20_000)
        expect(rows(page).first).to_contain_text("/v1/pets/77")
        expect(page.locator(".count")).not_to_contain_text("can't be reached")


def test_scopes_that_come_can_be_chosen(console: Page, server: Server) -> None:
    server.client.get("/v1/pets", headers={"emulator-scope": "later"})
    console.get_by_label("Scope", exact=True).focus()
    console.get_by_label("Scope", exact=True).select_option("later")
    expect(rows(console)).to_have_count(1)


def test_what_a_busy_server_left_out_is_there_when_it_is_quiet(
    console: Page, server: Server
) -> None:
    for number in range(1, 401):
        server.app.dispatcher.answer_at_once(Request("GET", f"/v1/pets/{number}"))
    expect(console.locator(".count")).to_contain_text("401 exchanges")


def _posts(server: Server) -> list[Any]:
    found = server.admin("GET", "/requests")["requests"]
    return [each["request"] for each in found if each["request"]["method"] == "POST"]


def _answers(server: Server) -> list[str]:
    found = server.admin("GET", "/requests")["requests"]
    return [each["response"]["body"] for each in found if each["request"]["method"] == "POST"]
