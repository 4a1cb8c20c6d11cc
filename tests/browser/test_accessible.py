"""Everyone can use it: with a keyboard, a reader of the screen, a small screen, in the dark."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import AXE, VIEWS, Server, filled_with_life, shown

SIZES = {"phone": (360, 740), "desk": (1280, 800), "wall": (3840, 2160)}


@pytest.fixture(params=["light", "dark"])
def themed(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    # A page's own policy lets in no script from elsewhere, and so no axe.
    context = browser.new_context(color_scheme=request.param, bypass_csp=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def serious(page: Page) -> list[Any]:
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate("axe.run(document)")
    assert len(found["passes"]) > 10
    return [
        (each["id"], each["help"], [node["html"][:200] for node in each["nodes"]][:3])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def test_axe_finds_nothing_serious(themed: Page, server: Server) -> None:
    entry, stub = filled_with_life(server)
    found = {}
    pages = [f"ui#/{each}" for each in (*VIEWS, f"exchanges/{entry}", f"stubs/{stub}")]
    for place in (*pages, "apis/petstore/docs", "apis/petstore/docs#createPet"):
        themed.goto("about:blank")
        themed.goto(f"{server.url}/__admin/{place}")
        shown(themed)
        wrong = serious(themed)
        if wrong:
            found[place] = wrong
    assert not found


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(browser: Browser, server: Server, size: str) -> None:
    width, height = SIZES[size]
    entry, stub = filled_with_life(server)
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    for view in (*VIEWS, f"exchanges/{entry}", f"stubs/{stub}"):
        page.goto(f"{server.console}#/{view}")
        shown(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
    context.close()


def test_a_keyboard_is_enough(page: Page, server: Server) -> None:
    for number in range(1, 4):
        server.client.get(f"/v1/pets?limit={number}")
    page.goto(server.console)
    expect(page.locator(".row")).to_have_count(3)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    grid = page.get_by_role("grid", name="Exchanges")
    for _ in range(15):
        page.keyboard.press("Tab")
        if grid.evaluate("each => each === document.activeElement"):
            break
    expect(grid).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("row", selected=True)
    expect(chosen).to_contain_text("limit=2")
    expect(grid).to_have_attribute("aria-activedescendant", re.compile("row-"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="GET /v1/pets?limit=2")).to_be_visible()
    expect(page.get_by_label("Exchange", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="GET /v1/pets?limit=2")).to_be_hidden()
