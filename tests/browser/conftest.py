"""A real browser, and servers for it to look at."""

import shutil
from collections.abc import Iterator
from os import environ

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.browsing import PETS, Server

_NAMES = (environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, filter(None, _NAMES))), None)
    if path is None:
        pytest.fail("no Chromium is here: `make test-browser` installs it where it may")
    with sync_playwright() as playwright:
        # Chromium has no sandbox for root, which the tests may be.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(specs=(str(PETS), "paragon"))


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    app = create_app(settings)
    headers = {"x-api-key": "k"}
    with (
        running(app) as url,
        httpx.Client(base_url=url, trust_env=False, headers=headers) as client,
    ):
        yield Server(url, app, client)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose scripts may neither fail, nor open a dialog, nor break the page's policy."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # Responses that say no are the server's to give.
        said = "Failed to load resource", "blocked by CORS policy"
        if message.type == "error" and not any(each in message.text for each in said):
            wrong.append(message.text)

    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", heard)
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    yield page
    context.close()
    assert not wrong
