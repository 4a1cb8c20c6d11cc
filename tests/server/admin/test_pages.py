"""The files of the console: all there, unchanged where the browser has them, and led to."""

import re
from pathlib import Path

import httpx
import pytest

from emulator.server.admin import pages
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings

FOLDER = Path(pages.__file__).parent.parent / "console"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_NAMED = re.compile(r"""(?:from|src|href)[ =]["'](?:\./|(?:\.\./)*ui/)([a-z-]+\.\w+)["']""")


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_every_file_that_is_named_is_there(client: httpx.Client, file: Path) -> None:
    for name in _NAMED.findall(file.read_text()):
        answer = client.get(f"/__admin/ui/{name}")
        assert answer.status_code == 200, name
        kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
        assert answer.headers["content-type"].startswith(kinds[name.rpartition(".")[2]])


def test_every_file_is_used() -> None:
    named = {each for file in FOLDER.iterdir() for each in _NAMED.findall(file.read_text())}
    assert {file.name for file in FOLDER.iterdir()} == {*named, "index.html", "reference.html"}


def test_files_stay_small() -> None:
    assert max(len(file.read_text().splitlines()) for file in FOLDER.iterdir()) <= 300


def test_what_a_browser_has_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/__admin/ui/main.js")
    again = client.get("/__admin/ui/main.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/__admin/ui/man.js").json()["detail"].endswith("did you mean 'main.js'?")


@pytest.mark.parametrize(
    ("path", "headers", "location"),
    [
        ("/", BROWSER, "/__admin/ui"),
        ("/~mine/", BROWSER, "/~mine/__admin/ui"),
        ("/__admin", BROWSER, "/__admin/ui"),
        ("/__admin/", BROWSER, "/__admin/ui"),
        ("/", {"accept": "application/json"}, None),
        ("/", {"accept": "text/html"}, None),
        ("/__admin/", {"accept": "application/json"}, None),
        ("/other", BROWSER, None),
    ],
)
def test_browsers_are_led_to_the_console(
    client: httpx.Client, path: str, headers: dict[str, str], location: str | None
) -> None:
    answer = client.get(path, headers=headers)
    assert answer.headers.get("location") == location
    assert (answer.status_code == 303) is (location is not None)


@pytest.mark.parametrize(
    ("kind", "status"), [("text/html", 200), ("application/json", 303), ("image/png", 303)]
)
def test_a_page_that_a_document_has_at_the_root_counts(
    tmp_path: Path, kind: str, status: int
) -> None:
    (tmp_path / "home.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: Home, version: '1'}\n"
        "paths: {/: {get: {operationId: home, responses: {'200': {description: It.,\n"
        f"  content: {{{kind}: {{schema: {{type: string}}, example: hello}}}}}}}}}}}}}}\n"
    )
    app = create_app(Settings(specs=(str(tmp_path / "home.yaml"),)))
    with running(app) as url:
        assert httpx.get(url, headers=BROWSER, trust_env=False).status_code == status
        # What a client of Java's asks for, unless somebody says something else.
        others = {"accept": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}
        assert httpx.get(url, headers=others, trust_env=False).status_code == 200


def test_a_stub_at_the_root_counts(client: httpx.Client) -> None:
    stub = {"request": {"urlPath": "/"}, "response": {"status": 202}}
    client.post("/~at-root/__admin/mappings", json=stub)
    assert client.get("/~at-root/", headers=BROWSER).status_code == 202


def test_another_place_of_the_control_plane_is_led_to() -> None:
    app = create_app(Settings(specs=("paragon",), admin_prefix="/_control"))
    with running(app) as url:
        answer = httpx.get(url, headers=BROWSER, trust_env=False)
        assert answer.headers["location"] == "/_control/ui"
        assert httpx.get(f"{url}/_control/ui", trust_env=False).status_code == 200
