import json
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

from emulator.contract.check.findings import CheckOptions, CheckResult, Finding
from emulator.contract.check.report import as_html, as_json, lines, summary
from emulator.contract.check.run import check
from emulator.contract.reports.display import Display
from emulator.openapi.promises.model import Basis
from tests.support.broken_servers import broken
from tests.support.pets import API_KEY, target

FINDING = Finding(
    operation="POST /pets",
    check="status_code_conformance",
    title="Undocumented status code",
    reason="Received: 202\nDocumented: 201",
    status=202,
    curl="curl -X POST http://127.0.0.1:4010/pets",
    request="POST http://127.0.0.1:4010/pets",
    response='202 Accepted (application/json)\n{"a": "\x1b[31m"}',
)


def shown(result: CheckResult, *, color: bool = False) -> str:
    out = StringIO()
    Display(out, color=color).show(lines(result))
    return out.getvalue()


def test_finding_is_shown_with_reason_answer_and_request() -> None:
    result = CheckResult("composio", 0, (FINDING,), 12, 23, cases=1204, seconds=3.21)
    assert shown(result) == (
        "composio  12/23 operations  1,204 cases  1 finding  3.2 s\n"
        "\n"
        "  1. POST /pets  status_code_conformance (document)\n"
        "     Undocumented status code\n"
        "     Received: 202\n"
        "     Documented: 201\n"
        "     answer: 202 Accepted (application/json)\n"
        '     {"a": "\\x1b[31m"}\n'
        "     request:\n"
        "     curl -X POST http://127.0.0.1:4010/pets\n"
    )


def test_untested_operations_errors_and_files_are_named() -> None:
    result = CheckResult(
        "pets",
        0,
        untested=("GET /a",),
        cases=1,
        errors=("GET /a: broken\nbadly",),
        reports=(Path("reports/pets.har.json"),),
    )
    text = shown(result)
    assert "  not tested: GET /a\n" in text
    assert "  error: GET /a: broken\n    badly\n" in text
    assert f"  report: {Path('reports/pets.har.json')}\n" in text


def test_color_only_where_asked() -> None:
    result = CheckResult("pets", 0, (FINDING,), 1, 1, cases=1)
    assert "\x1b[" not in shown(result)
    assert "\x1b[31m" in shown(result, color=True)


def test_summary_says_how_to_repeat() -> None:
    fine = CheckResult("a", 7, operations_tested=1, operations_total=1, cases=1)
    text = summary([fine, CheckResult("b", 7, (FINDING,), 1, 1, cases=1)])
    assert list(text) == ["", "2 APIs, 1 finding", "seed 7"]


ODD_FINDING = Finding(
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
    findings=(ODD_FINDING,),
    accepted=(replace(ODD_FINDING, title="An accepted one"),),
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
    for text in (
        ODD_FINDING.title,
        ODD_FINDING.reason,
        ODD_FINDING.response,
        ODD_FINDING.curl,
        "GET /c",
    ):
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


def test_credentials_are_in_no_report(tmp_path: Path) -> None:
    kinds = ("junit", "har", "ndjson", "json", "html")
    options = CheckOptions(phases=("behaviour",), reports=kinds, report_dir=tmp_path)
    result = check(target(broken("repeats the key in an error")), options, lambda _: None)
    assert {each.check for each in result.findings} == {"secrets_kept"}
    assert len(result.reports) == len(kinds)
    assert not any(API_KEY in path.read_text() for path in result.reports)
