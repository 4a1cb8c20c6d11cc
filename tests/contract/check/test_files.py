import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from emulator.contract.check.files import as_html, as_json, write_report
from emulator.contract.check.findings import CheckOptions, CheckResult, Finding
from emulator.contract.check.promises import Basis
from emulator.contract.check.run import check
from tests.support.broken_servers import broken
from tests.support.pets import API_KEY, target

FINDING = Finding(
    operation="GET /pets",
    check="pagination",
    title="The second page is the <first> one again",
    reason="cursor & limit",
    status=200,
    curl="curl 'http://127.0.0.1:4010/pets?cursor=p2'",
    request="GET http://127.0.0.1:4010/pets?cursor=p2",
    response='200 OK\n<script>alert("no")</script>',
    basis=Basis.CONVENTION,
)
RESULT = CheckResult(
    "pets",
    7,
    findings=(FINDING,),
    accepted=(replace(FINDING, title="An accepted one"),),
    operations_tested=2,
    operations_total=3,
    untested=("GET /c",),
    tested=("GET /a", "GET /pets"),
    left_out=("POST /pets",),
    cases=12,
    stopped="all 12 requests of --max-requests are sent",
)


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_shows_everything_and_needs_nothing_else() -> None:
    page = Page(as_html(RESULT))
    assert page.links == []
    assert page.tags.count("details") == 2
    for text in (FINDING.title, FINDING.reason, FINDING.response, FINDING.curl, "GET /c"):
        assert text in page.text
    assert "POST /pets" in page.text
    assert RESULT.stopped in page.text


def test_page_runs_nothing_that_an_answer_holds() -> None:
    assert "script" not in Page(as_html(RESULT)).tags


def test_json_holds_what_the_page_shows() -> None:
    report = json.loads(json.dumps(as_json(RESULT)))
    assert report["status"] == "findings"
    assert report["operations"]["left_out"] == ["POST /pets"]
    assert report["findings"][0]["basis"] == "convention"
    assert report["accepted"][0]["title"] == "An accepted one"


def test_report_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "pets.json"
    path.write_text("old")
    write_report("json", path, RESULT)
    assert json.loads(path.read_text())["api"] == "pets"
    assert [each.name for each in tmp_path.iterdir()] == ["pets.json"]


def test_credentials_are_in_no_report(tmp_path: Path) -> None:
    kinds = ("junit", "har", "ndjson", "json", "html")
    options = CheckOptions(phases=("behaviour",), reports=kinds, report_dir=tmp_path)
    result = check(target(broken("repeats the key in an error")), options, lambda _: None)
    assert {each.check for each in result.findings} == {"secrets_kept"}
    assert len(result.reports) == len(kinds)
    assert not any(API_KEY in path.read_text() for path in result.reports)
