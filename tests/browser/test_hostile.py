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
