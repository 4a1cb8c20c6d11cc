"""Each view of the console, light and dark, as build/console/*.png; two of them for the README."""

import shutil
import sys
from datetime import UTC, datetime

import httpx
from playwright.sync_api import Browser, sync_playwright

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.browsing import PETS, VIEWS, Server, filled_with_life, shown
from tests.support.paths import DOCS, ROOT

BUILD = ROOT / "build" / "console"
NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
SIZES = {"": (1280, 800), "-phone": (360, 740)}
#: What is shown in the README, by the file there.
SHOWN = {"console-exchange.png": "exchange-light.png", "console-try.png": "api-try-dark.png"}


def take(browser: Browser, server: Server) -> None:
    """Take a picture of every view in every theme and size."""
    entry, stub = filled_with_life(server)
    places = {each.replace("/", "-"): f"ui#/{each}" for each in VIEWS}
    places |= {"exchange": f"ui#/exchanges/{entry}", "stub": f"ui#/stubs/{stub}"}
    places |= {"reference": "apis/petstore/docs#createPet", "api-try": "ui#/apis/petstore/getPet"}
    for scheme in ("light", "dark"):
        for suffix, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page = context.new_page()
            for name, place in places.items():
                page.goto("about:blank")
                page.goto(f"{server.url}/__admin/{place}")
                shown(page)
                if name == "api-try":
                    page.get_by_label("Fault", exact=True).select_option("schema-violation")
                    page.get_by_role("button", name="Send", exact=True).click()
                    page.locator("[data-judged]").wait_for()
                part = page.locator(".try") if name == "api-try" else page
                part.screenshot(path=BUILD / f"{name}{suffix}-{scheme}.png")
                sys.stderr.write(f"{name}{suffix}-{scheme}.png\n")
            context.close()


def main() -> None:
    """Serve the petstore, take the pictures, and copy those of the README."""
    BUILD.mkdir(parents=True, exist_ok=True)
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    app = create_app(Settings(specs=(str(PETS),), now=NOW))
    headers = {"x-api-key": "k"}
    with (
        running(app) as url,
        httpx.Client(base_url=url, trust_env=False, headers=headers) as client,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        take(browser, Server(url, app, client))
        browser.close()
    for file, taken in SHOWN.items():
        shutil.copy(BUILD / taken, DOCS / file)
    sys.stdout.write(f"{BUILD}\n")


if __name__ == "__main__":
    main()
