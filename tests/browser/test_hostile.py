"""Nothing that others send runs in the page; a server with a token asks for it once."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from emulator.settings import Settings
from tests.support.browsing import PETS, VIEWS, Server, shown

SCRIPT = "<img src=x onerror=\"window.hacked=1;alert('x')\"><script>window.hacked=1</script>"


def test_what_others_send_is_text(page: Page, server: Server) -> None:
    send = server.client.request
    quoted = SCRIPT.encode().replace(b" ", b"+")
    # As it is: a careful client would encode it.
    raw = server.client.base_url.copy_with(raw_path=b"/v1/" + quoted + b"?q=" + quoted)
    send("GET", raw, headers={"x-odd": SCRIPT, "user-agent": SCRIPT})
    send("POST", "/v1/pets", json={"name": SCRIPT, "kind": "cat"}, headers={"x-request-id": SCRIPT})
    send("POST", "/v1/pets", json={SCRIPT: SCRIPT, "name": "x", "kind": SCRIPT})
    stub = {
        "name": SCRIPT,
        "request": {"urlPath": f"/{SCRIPT}", "headers": {"x-odd": {"equalTo": SCRIPT}}},
        "response": {"body": SCRIPT, "headers": {"Content-Type": "text/html"}},
        "scenarioName": SCRIPT,
    }
    made = server.admin("POST", "/mappings", stub)
    send("GET", raw, headers={"x-odd": "other"})
    entries = [each["id"] for each in server.admin("GET", "/requests")["requests"]]
    for view in (*VIEWS, f"stubs/{made['id']}", *(f"exchanges/{each}" for each in entries)):
        page.goto(f"{server.console}#/{view}")
        shown(page)
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, main script").count() == 0
    expect(page.get_by_role("grid", name="Exchanges")).to_contain_text("onerror")


ODD_BODIES = {
    "deep": b"[" * 3_000 + b"]" * 3_000,
    "long": b'"' + b"y" * 900_000 + b'"',
    "many": b"[" + b"1," * 30_000 + b"1]",
    "bytes": bytes(range(256)) * 20,
    "no UTF-8": b'\xff\xfe{"name":1}',
}


@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
def test_odd_bodies_are_shown(page: Page, server: Server, body: bytes) -> None:
    kind = {"content-type": "application/json"}
    server.client.post("/v1/pets", content=body, headers=kind)
    (row,) = server.admin("GET", "/requests/rows")["rows"]
    page.goto(f"{server.console}#/exchanges/{row['id']}")
    expect(page.get_by_role("heading", name="POST /v1/pets")).to_be_visible()
    expect(page.get_by_label("Request: body")).to_be_visible()
    page.get_by_role("button", name="Copy as curl").click()


@pytest.mark.parametrize("place", ["%", "exchanges/%", "apis/%E0%A4%A", "resources/%/x", "none"])
def test_odd_addresses_lead_somewhere(page: Page, server: Server, place: str) -> None:
    page.goto(f"{server.console}#/{place}")
    shown(page)
    expect(page.get_by_role("heading").nth(1)).to_be_visible()


def test_a_document_is_text_too(page: Page, server: Server, tmp_path: object) -> None:
    page.goto(f"{server.url}/__admin/apis/{'%3Cscript%3Ewindow.hacked=1%3C%2Fscript%3E'}/docs")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("path", ["/__admin/ui", "/__admin/apis/petstore/docs"])
def test_no_other_script_may_run(server: Server, path: str) -> None:
    answer = server.client.get(path)
    policy = dict(
        each.strip().partition(" ")[::2]
        for each in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert {policy[each] for each in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


class TestWithToken:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(specs=(str(PETS),), admin_token="right")

    def test_the_token_is_asked_for_once(self, page: Page, server: Server) -> None:
        server.client.get("/v1/pets")
        page.goto(server.url)
        page.get_by_label("Token", exact=True).fill("wrong")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("That was not the token.")).to_be_visible()
        assert page.get_by_role("dialog").count() == 1
        page.get_by_label("Token", exact=True).fill("right")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator(".row").filter(has_text="/v1/pets")).to_have_count(1)
        for view in VIEWS:
            page.goto(f"{server.console}#/{view}")
            shown(page)
        page.reload()
        shown(page)
        assert page.get_by_role("dialog").count() == 0
        server.client.get("/v1/pets?limit=1")
        page.goto(f"{server.console}#/exchanges")
        expect(page.locator(".row").first).to_contain_text("limit=1")

    def test_the_page_itself_says_nothing(self, server: Server) -> None:
        assert server.client.get("/__admin/ui").status_code == 200
        for path in ("/__admin/requests/rows", "/__admin/apis", "/__admin/openapi.json"):
            assert httpx.get(server.url + path, trust_env=False).status_code == 401
